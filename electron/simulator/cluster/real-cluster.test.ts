import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedisNode } from '../node/redis-node'
import { SeededRandom } from '../clock/seeded-random'
import { CLUSTER_PORT_MAX, freePort, hasRealRedis, pause, RealRedis, type RawClient } from '../testing/real-redis'
import { RealClock, RealNetwork } from '../testing/real-time'
import { request, TestClient } from '../testing/test-client'

const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1500'] as const
const PATIENCE_MS = 15_000

/** Real servers, and a simulated node that they take for one of theirs. */
describe.skipIf(!hasRealRedis())('a simulated node in a cluster of redis-server 7.0.15', () => {
  const clock = new RealClock()
  const network = new RealNetwork()
  let servers: RealRedis[]
  let clients: RawClient[]
  let node: RedisNode
  let own: TestClient

  beforeAll(async () => {
    servers = await Promise.all([0, 1, 2].map(() => RealRedis.start(...options)))
    clients = await Promise.all(servers.map((server) => server.connect()))
    const port = await freePort(CLUSTER_PORT_MAX)
    node = new RedisNode({
      name: 'simulated',
      host: '127.0.0.1',
      port,
      clock,
      random: new SeededRandom(1),
      network,
      config: { 'cluster-enabled': 'yes', 'cluster-node-timeout': '1500' },
    })
    network.listen(port, (transport) => node.connect(transport))
    own = new TestClient(node)
  })

  afterAll(async () => {
    node.shutdown()
    network.stop()
    clock.stop()
    await Promise.all(servers.map((server) => server.stop()))
  })

  async function ask(client: RawClient, ...argv: readonly string[]): Promise<string> {
    client.received = ''
    client.send(request(...argv))
    await client.until(() => client.received !== '')
    return client.received
  }

  async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await pause(50)) {
      if (Date.now() > end) throw new Error(`not in time: ${what}`)
    }
  }

  const ids = async () => [...(await ask(clients[0]!, 'CLUSTER', 'NODES')).matchAll(/^([0-9a-f]{40}) /gm)]

  it('is met, and sees what they see', { timeout: 60_000 }, async () => {
    // Two real primaries and the simulated one; the third server is to be the simulated primary's replica.
    await ask(clients[0]!, 'CLUSTER', 'ADDSLOTSRANGE', '0', '5000')
    await ask(clients[1]!, 'CLUSTER', 'ADDSLOTSRANGE', '5001', '10000')
    own.send('CLUSTER', 'ADDSLOTSRANGE', '10001', '16383')
    own.send('CLUSTER', 'SET-CONFIG-EPOCH', '7')
    for (const { port } of servers.slice(1)) await ask(clients[0]!, 'CLUSTER', 'MEET', '127.0.0.1', String(port))
    expect(own.send('CLUSTER', 'MEET', '127.0.0.1', String(servers[0]!.port))).toBe('+OK\r\n')
    await until('all know all', async () => (await ids()).length === 4 && node.cluster!.table.nodes.size === 4)
    for (const client of clients) {
      await until('served', async () => (await ask(client, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
    }
    await until('served here', () => node.cluster!.health.isOk)
    // 15495 is `a`.
    expect(await ask(clients[0]!, 'GET', 'a')).toBe(`-MOVED 15495 127.0.0.1:${node.port}\r\n`)
    expect(own.send('GET', 'hello')).toBe(`-MOVED 866 127.0.0.1:${servers[0]!.port}\r\n`)
  })

  it('carries messages of pub/sub, both ways', { timeout: 30_000 }, async () => {
    own.send('SUBSCRIBE', 'news')
    await ask(clients[1]!, 'PUBLISH', 'news', 'from a real one')
    await until('heard', () => own.received.includes('from a real one'))
    own.send('UNSUBSCRIBE', 'news')
    await ask(clients[2]!, 'SUBSCRIBE', 'news')
    clients[2]!.received = ''
    own.send('PUBLISH', 'news', 'from the simulated one')
    await until('heard there', () => clients[2]!.received.includes('from the simulated one'))
    await ask(clients[2]!, 'UNSUBSCRIBE', 'news')
  })

  it('votes for a real replica whose primary has failed', { timeout: 60_000 }, async () => {
    const primaryId = /^\$40\r\n(\w+)/.exec(await ask(clients[1]!, 'CLUSTER', 'MYID'))![1]!
    const replicaId = /^\$40\r\n(\w+)/.exec(await ask(clients[2]!, 'CLUSTER', 'MYID'))![1]!
    expect(await ask(clients[2]!, 'CLUSTER', 'REPLICATE', primaryId)).toBe('+OK\r\n')
    await until('known here', () => node.cluster!.table.find(replicaId)?.primary?.name === primaryId)
    await until('synchronised', async () => (await ask(clients[2]!, 'INFO', 'replication')).includes('link_status:up'))
    await servers[1]!.stop()
    await until('replaced', () => node.cluster!.table.owner(6000)?.name === replicaId)
    await until('served', () => node.cluster!.health.isOk)
    expect(node.cluster!.bus.sent[6]).toBe(1)
    expect(node.cluster!.table.find(primaryId)!.hasFailed).toBe(true)
  })

  it('is replaced by a real replica when it fails', { timeout: 60_000 }, async () => {
    servers[1] = await RealRedis.start(...options)
    clients[1] = await servers[1].connect()
    await ask(clients[0]!, 'CLUSTER', 'MEET', '127.0.0.1', String(servers[1].port))
    const id = /^\$40\r\n(\w+)/.exec(await ask(clients[1], 'CLUSTER', 'MYID'))![1]!
    await until('met', () => node.cluster!.table.find(id) !== undefined)
    const ownId = node.cluster!.myself.name
    await until('knows this one', async () => (await ask(clients[1]!, 'CLUSTER', 'NODES')).includes(ownId))
    expect(await ask(clients[1], 'CLUSTER', 'REPLICATE', ownId)).toBe('+OK\r\n')
    await until('is its replica', () => node.cluster!.table.find(id)!.primary?.isMyself === true)
    await until('has the data', async () => (await ask(clients[1]!, 'INFO', 'replication')).includes('link_status:up'))
    node.shutdown()
    network.stop()
    await until('replaced', async () => (await ask(clients[1]!, 'CLUSTER', 'NODES')).includes('myself,master'))
    await until('served', async () => (await ask(clients[0]!, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
  })
})
