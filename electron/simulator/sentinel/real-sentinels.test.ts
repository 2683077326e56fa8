import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from '../clock/seeded-random'
import { SimulatedDisk } from '../disk/simulated-disk'
import { TextFile } from '../disk/text-file'
import { RedisNode } from '../node/redis-node'
import type { Reply } from '../resp/reply'
import { repliesOf } from '../testing/conversation'
import { freePort, hasRealRedis, pause, RealRedis, type RawClient } from '../testing/real-redis'
import { RealClock, RealNetwork } from '../testing/real-time'
import { request, TestClient } from '../testing/test-client'

const PATIENCE_MS = 20_000
/** Everything more often, so that nobody waits long. A replica counts that was heard in five periods of PING. */
const HURRY = ['info-period', '1000', 'ping-period', '300', 'ask-period', '100', 'publish-period', '200']

/** What depends on the moment in which one asks. */
const MOMENTARY =
  /^(?:last-.*|info-refresh|role-reported-time|slave-repl-offset|link-pending-commands|master-link-down-time|(?:s|o)-down-time)$/

interface Asked {
  readonly name: string
  ask(...argv: readonly string[]): Promise<Reply>
  /** What was published since the last time. */
  heard(): string[]
  file(): string
}

/** A simulated Sentinel and two real ones, which watch real servers together. */
describe.skipIf(!hasRealRedis())('a simulated Sentinel among those of redis-server 7.0.15', () => {
  const clock = new RealClock()
  const network = new RealNetwork()
  let servers: RealRedis[]
  let sentinels: RealRedis[]
  let node: RedisNode
  let all: readonly Asked[]

  beforeAll(async () => {
    const first = await RealRedis.startWithFile('save ""\nrepl-diskless-sync-delay 0\n')
    const following = `save ""\nrepl-diskless-sync-delay 0\nreplicaof 127.0.0.1 ${first.port}\n`
    servers = [first, await RealRedis.startWithFile(following)]
    const lines = [
      `monitor mymaster 127.0.0.1 ${first.port} 2`,
      'down-after-milliseconds mymaster 800',
      'failover-timeout mymaster 6000',
    ]
    const text = lines.map((line) => `sentinel ${line}\n`).join('')
    sentinels = [await RealRedis.startWithFile(text, '--sentinel'), await RealRedis.startWithFile(text, '--sentinel')]
    const port = await freePort()
    const disk = new SimulatedDisk({ clock })
    const random = new SeededRandom(1)
    node = new RedisNode({ name: 'simulated', host: '127.0.0.1', port, clock, random, network, disk, sentinel: lines })
    network.listen(port, (transport) => node.connect(transport))
    all = [simulated(node, disk), await real('first', sentinels[0]!), await real('second', sentinels[1]!)]
    for (const one of all) await one.ask('SENTINEL', 'DEBUG', ...HURRY)
    await until('all know all', async () => {
      const views = await Promise.all(all.map((one) => one.ask('SENTINEL', 'MASTER', 'mymaster')))
      return views.every((view) => field(view, 'num-slaves') === '1' && field(view, 'num-other-sentinels') === '2')
    })
    await pause(1200)
  }, 60_000)

  afterAll(async () => {
    node.shutdown()
    network.stop()
    clock.stop()
    await Promise.all([...servers, ...sentinels].map((server) => server.stop()))
  })

  /** Names instead of ports and ids, which are others every time. */
  function named(text: string): string {
    const { id } = node.sentinel!
    const ids = [...node.sentinel!.primaries.get('mymaster')!.sentinels.values()]
    const ports = new Map([...servers, ...sentinels].map(({ port }, index) => [String(port), `<port ${index + 1}>`]))
    ports.set(String(node.port), '<port 5>')
    let shown = text.replace(/\b\d{4,5}\b/g, (digits) => ports.get(digits) ?? digits).replaceAll(id, '<id 5>')
    for (const other of ids) {
      shown = shown.replaceAll(other.runId, `<id ${ports.get(String(other.address.port))!.slice(6, -1)}>`)
    }
    return shown
  }

  function steady(reply: Reply): string[][] {
    const rows = 'items' in reply ? reply.items : []
    return rows.map((row) => {
      const items = (row as { items: readonly { bytes: string }[] }).items.map(({ bytes }) => bytes)
      return items.map((value, at) => (at % 2 === 1 && MOMENTARY.test(items[at - 1]!) ? '#' : named(value)))
    })
  }

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await pause(50)) {
      if (Date.now() > end) throw new Error(`not in time: ${what}`)
    }
  }

  const portSeenBy = async (one: Asked) => Number(field(await one.ask('SENTINEL', 'MASTER', 'mymaster'), 'port'))

  async function untilPrimaryIs(port: number): Promise<void> {
    await until(`all say ${port}`, async () => (await Promise.all(all.map(portSeenBy))).every((seen) => seen === port))
  }

  it('sees what they see, and shows it as they do', { timeout: 30_000 }, async () => {
    for (const view of ['MASTERS', 'REPLICAS mymaster', 'SLAVES mymaster']) {
      const [own, ...others] = await Promise.all(all.map((one) => one.ask('SENTINEL', ...view.split(' '))))
      for (const other of others) expect(steady(own!)).toEqual(steady(other))
    }
    const [own, first, second] = await Promise.all(all.map((one) => one.ask('SENTINEL', 'SENTINELS', 'mymaster')))
    const row = (reply: Reply, id: string) => steady(reply).find((items) => items.includes(id))
    // Each real one is shown by the simulated one as by the other real one.
    const [firstId, secondId] = ['<id 3>', '<id 4>']
    expect(row(own!, firstId)).toEqual(row(second!, firstId))
    expect(row(own!, secondId)).toEqual(row(first!, secondId))
    const info = await Promise.all(all.map(async (one) => textOf(await one.ask('INFO', 'sentinel'))))
    expect(new Set(info).size).toBe(1)
    const cache = await Promise.all(all.map((one) => one.ask('SENTINEL', 'INFO-CACHE', 'mymaster')))
    const shapes = cache.map((reply) =>
      JSON.stringify(reply)
        .replace(/"value":\d+/g, '')
        .replace(/:\d[\d.]*/g, ''),
    )
    expect(shapes[0]!.replace(/[0-9a-f]{40}/g, '').length).toBeGreaterThan(5000)
  })

  it('keeps in its file what they keep in theirs', async () => {
    const own = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('sentinel ') && !/^sentinel (?:myid|known-sentinel) /.test(line))
        .map(named)
    const [simulatedText, realText] = all.map((one) => one.file())
    expect(own(simulatedText!)).toEqual(own(realText!))
    const known = (text: string) => [
      ...text.matchAll(/^sentinel known-sentinel mymaster 127.0.0.1 \d+ [0-9a-f]{40}$/gm),
    ]
    expect([known(simulatedText!).length, known(realText!).length]).toEqual([2, 2])
  })

  it('votes with them when the primary dies, and follows to the new one', { timeout: 60_000 }, async () => {
    for (const one of all) one.heard()
    await servers[0]!.kill()
    await untilPrimaryIs(servers[1]!.port)
    await pause(500)
    const told = all.map((one) => one.heard().map(named))
    for (const events of told) {
      expect(events).toContain('+sdown master mymaster 127.0.0.1 <port 1>')
      expect(events).toContain('+switch-master mymaster 127.0.0.1 <port 1> 127.0.0.1 <port 2>')
    }
    // An election may have had no winner; whoever won one had two votes of three, his own among them.
    const votes = told.map((events) => events.filter((event) => event.startsWith('+vote-for-leader')).at(-1))
    const most = Math.max(...votes.map((vote) => votes.filter((one) => one === vote).length))
    expect(most).toBeGreaterThanOrEqual(2)
    const winners = told.filter((events) => events.some((event) => event.startsWith('+promoted-slave')))
    expect(winners).toHaveLength(1)
  })

  it('leads a failover as they do, in the same words', { timeout: 90_000 }, async () => {
    await servers[0]!.restart()
    const isFollower = async () => {
      const views = await Promise.all(all.map((one) => one.ask('SENTINEL', 'REPLICAS', 'mymaster')))
      const isGood = (view: Reply) => JSON.stringify(view).includes('"ok"') && JSON.stringify(view).includes('"slave"}')
      return views.every(isGood)
    }
    const words = async (leader: Asked, from: number, to: number) => {
      await until('the old primary follows', isFollower)
      await pause(1500)
      for (const one of all) one.heard()
      expect(await leader.ask('SENTINEL', 'FAILOVER', 'mymaster')).toEqual({ kind: 'simple', text: 'OK' })
      await untilPrimaryIs(servers[to - 1]!.port)
      const side = (text: string) =>
        named(text)
          .replaceAll(`<port ${from}>`, '<old>')
          .replaceAll(`<port ${to}>`, '<new>')
          .replace(/<id \d>|\d+$/g, '#')
      const events = leader.heard().map(side)
      // The old primary, which lives, is told of as its replica next; what follows depends on when one looks.
      const end = events.findIndex((event) => event.startsWith('+switch-master')) + 2
      return events.slice(0, end).filter((event) => !/^[+-]sdown sentinel/.test(event))
    }
    const bySimulated = await words(all[0]!, 2, 1)
    const byReal = await words(all[1]!, 1, 2)
    expect(bySimulated.length).toBeGreaterThan(10)
    expect(bySimulated).toEqual(byReal)
  })
})

function field(view: Reply, name: string): string | undefined {
  if (view.kind !== 'array') return undefined
  const items = view.items.map((item) => (item.kind === 'bulk' ? item.bytes : ''))
  const at = items.findIndex((item, index) => index % 2 === 0 && item === name)
  return at === -1 ? undefined : items[at + 1]
}

function textOf(reply: Reply): string {
  return reply.kind === 'bulk' ? reply.bytes : JSON.stringify(reply)
}

/** Messages of PSUBSCRIBE, as `channel text`. */
function messagesOf(bytes: string): string[] {
  return repliesOf(bytes).flatMap((reply) => {
    const items = reply.kind === 'array' ? reply.items.map(textOf) : []
    return items[0] === 'pmessage' ? [`${items[2]} ${items[3]}`] : []
  })
}

function simulated(node: RedisNode, disk: SimulatedDisk): Asked {
  const [client, listener] = [new TestClient(node), new TestClient(node)]
  listener.send('PSUBSCRIBE', '*')
  return {
    name: 'simulated',
    ask: (...argv) => Promise.resolve(repliesOf(client.send(...argv))[0]!),
    heard: () => messagesOf(listener.take()),
    file: () => new TextFile(disk, 'sentinel.conf').read()!,
  }
}

async function real(name: string, server: RealRedis): Promise<Asked> {
  const [client, listener]: RawClient[] = [await server.connect(), await server.connect()]
  listener!.send(request('PSUBSCRIBE', '*'))
  return {
    name,
    ask: async (...argv) => {
      client!.received = ''
      client!.send(request(...argv))
      await client!.until(() => repliesOf(client!.received).length > 0, 5000)
      return repliesOf(client!.received)[0]!
    },
    heard: () => {
      const bytes = listener!.received
      listener!.received = ''
      return messagesOf(bytes)
    },
    file: () => readFileSync(join(server.folder, 'redis.conf'), 'latin1'),
  }
}
