import { encode } from '../resp/encode'
import type { Reply } from '../resp/reply'
import { countReplies, repliesOf } from './conversation'
import { areAlike, written } from './random-alike'
import { clientNames, expiresSoon, keysToLookAt, type ClientStep } from './random-clients'
import { pause, type RawClient, type RealRedis } from './real-redis'
import { request, type TestClient, type TestNode } from './test-client'

export interface ClientDifference extends ClientStep {
  /** Whose replies differ; the one who spoke need not be the one who hears. */
  readonly hears: string
  readonly simulated: string
  readonly real: string
}

interface Pair {
  readonly simulated: TestClient
  readonly real: RawClient
  /** CLIENT ID on either side. */
  readonly ids: { readonly simulated: string; readonly real: string }
}

const PATIENCE_MS = 500
const TRIES = 200
const EXPIRY_MS = 13
// Looking at every key is what makes those expire whose time is over, on both servers at once.
const LOOKS = ['0', '1'].flatMap((db) => [
  ['SELECT', db],
  ['EXISTS', ...keysToLookAt],
])

/** Runs a sequence of several clients on both servers, from scratch, and gives what one of them hears differently. */
export async function findClientDifference(
  steps: readonly ClientStep[],
  resp: 2 | 3,
  world: TestNode,
  server: RealRedis,
): Promise<ClientDifference | undefined> {
  world.clock.advanceTo(Date.now() * 1000)
  const run = new ClientsRun(world, await connect(world, server))
  await run.open(resp, server)
  try {
    for (const step of steps) {
      const difference = await run.take(step)
      if (difference) return difference
    }
    return undefined
  } finally {
    await run.close()
  }
}

class ClientsRun {
  private readonly pairs = new Map<string, Pair>()
  private readonly withExpiryQueued = new Set<string>()

  constructor(
    private readonly world: TestNode,
    private readonly observer: Pair,
  ) {}

  async open(resp: 2 | 3, server: RealRedis): Promise<void> {
    await this.say(this.observer, ['FLUSHALL'])
    await this.say(this.observer, ['CONFIG', 'SET', 'notify-keyspace-events', 'KEAmn'])
    for (const name of clientNames) {
      const pair = await connect(this.world, server)
      this.pairs.set(name, pair)
      if (resp === 3) await this.say(pair, ['HELLO', '3'])
    }
    for (const pair of [this.observer, ...this.pairs.values()]) forget(pair)
  }

  async close(): Promise<void> {
    for (const { simulated, real } of this.pairs.values()) {
      simulated.handle.closed()
      real.close()
    }
    // The next sequence begins when the real server has seen them go.
    await this.untilInfo('connected_clients:1\r')
    this.observer.simulated.handle.closed()
    this.observer.real.close()
  }

  /** Says one thing on both servers, and compares what everybody hears. */
  async take(step: ClientStep): Promise<ClientDifference | undefined> {
    const speaker = this.pairs.get(step.client)!
    const client = this.clientOf(speaker)
    // Whoever waits says nothing until it has its answer.
    if (client.block) return undefined
    this.world.clock.advanceTo(Date.now() * 1000)
    // A client that hears the same thing by several patterns does so in the order of a hash table.
    const withPatterns = [...this.pairs].filter(([, pair]) => this.clientOf(pair).patterns.size > 1)
    const inAnyOrder = new Set(withPatterns.map(([name]) => name))
    await this.say(speaker, step.argv)
    if (client.block) await this.untilInfo(`blocked_clients:${this.blockedCount}\r`)
    const isLate = this.letsExpire(step, client.transaction !== undefined)
    if (isLate) await this.letExpire()
    for (const [hears, { simulated, real }] of this.pairs) {
      const [own, other] = [simulated.take(), real.received]
      real.received = ''
      if (own === other) continue
      const [ownReplies, otherReplies] = [repliesOf(own), repliesOf(other)]
      const argv = hears === step.client ? step.argv : ['(heard)']
      if (areAlike(argv, ownReplies, otherReplies)) continue
      const isAnyOrder = isLate || inAnyOrder.has(hears)
      if (isAnyOrder && areAlike(argv, inOrder(ownReplies), inOrder(otherReplies))) continue
      // Messages may stand in the middle of a reply, which is torn apart then.
      if (isAnyOrder && linesInOrder(own) === linesInOrder(other)) continue
      return { ...step, hears, simulated: written(ownReplies), real: written(otherReplies) }
    }
    return undefined
  }

  private async say(pair: Pair, argv: readonly string[]): Promise<void> {
    const bytes = (side: 'simulated' | 'real') => request(...argv.map((word) => this.withId(word, side)))
    pair.simulated.handle.receive(bytes('simulated'))
    pair.real.send(bytes('real'))
    await this.untilAllHeard()
  }

  /** CLIENT UNBLOCK wants an id, which each server gives as it likes: `{id:b}` stands for that of b. */
  private withId(word: string, side: 'simulated' | 'real'): string {
    const named = /^\{id:([a-z])\}$/.exec(word)
    return named ? this.pairs.get(named[1]!)!.ids[side] : word
  }

  private async untilAllHeard(): Promise<void> {
    for (const { simulated, real } of [...this.pairs.values(), this.observer]) {
      // Counting is slow, so the length is looked at first.
      const isHeard = () =>
        real.received.length === simulated.received.length ||
        countReplies(real.received) >= countReplies(simulated.received)
      await real.until(isHeard, PATIENCE_MS)
    }
  }

  private letsExpire({ client, argv }: ClientStep, isQueuing: boolean): boolean {
    if (isQueuing) {
      if (expiresSoon(argv)) this.withExpiryQueued.add(client)
      return false
    }
    const hadQueued = this.withExpiryQueued.delete(client)
    return expiresSoon(argv) || (hadQueued && argv[0] === 'EXEC')
  }

  private async letExpire(): Promise<void> {
    await pause(EXPIRY_MS)
    this.world.clock.advanceTo(Date.now() * 1000)
    for (const look of LOOKS) await this.say(this.observer, look)
    forget(this.observer)
  }

  /** A command that blocks gives no sign of it, and the next one, on another connection, must not overtake it. */
  private async untilInfo(line: string): Promise<void> {
    const { real } = this.observer
    for (let tries = 0; tries < TRIES; tries++) {
      real.received = ''
      real.send(request('INFO', 'clients'))
      await real.until(() => real.received.includes('clients_in_timeout_table'), PATIENCE_MS)
      if (real.received.includes(line)) break
    }
    real.received = ''
  }

  private get blockedCount(): number {
    return [...this.world.node.clients.values()].filter(({ block }) => block).length
  }

  private clientOf({ ids }: Pair) {
    return this.world.node.clients.get(Number(ids.simulated))!
  }
}

async function connect(world: TestNode, server: RealRedis): Promise<Pair> {
  const simulated = world.connect()
  const real = await server.connect()
  real.send(request('CLIENT', 'ID'))
  await real.until(() => real.received.endsWith('\r\n'), PATIENCE_MS)
  const ids = { simulated: simulated.send('CLIENT', 'ID').slice(1, -2), real: real.received.slice(1, -2) }
  const pair = { simulated, real, ids }
  forget(pair)
  return pair
}

function forget({ simulated, real }: Pair): void {
  simulated.received = ''
  real.received = ''
}

function inOrder(replies: readonly Reply[]): Reply[] {
  return [...replies].sort((a, b) => (encode(a, 3) < encode(b, 3) ? -1 : 1))
}

function linesInOrder(bytes: string): string {
  return bytes.split('\r\n').sort().join('\r\n')
}
