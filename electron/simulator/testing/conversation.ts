import { Buffer } from 'node:buffer'
import type { Reply } from '../resp/reply'
import { ReplyDecoder } from '../resp/reply-decoder'
import { splitArguments } from '../../../shared/split-arguments'
import type { TestNode } from './test-client'
import { request, type TestClient } from './test-client'
import { pause, type RawClient, type RealRedis } from './real-redis'

/** Blanks out of a reply what differs from server to server, on both sides alike. */
export type Normaliser = (bytes: string) => string

/** One line of a conversation. */
export interface Step {
  /** The connection that says it: `a`, `b`, ... */
  readonly on: string
  /** The command, split at blanks with quotes as in redis-cli. */
  readonly send?: string
  /** Bytes as they are, for what is no command. */
  readonly raw?: string
  readonly as?: Normaliser
  /** Nothing is said for so long. */
  readonly waitMs?: number
}

export interface Conversation {
  readonly name: string
  readonly steps: readonly Step[]
}

/** `'b: GET k'` is said by connection b, `'GET k'` by a. */
export function conversation(name: string, ...lines: readonly (string | Step)[]): Conversation {
  return { name, steps: lines.map((line) => (typeof line === 'string' ? parseLine(line) : line)) }
}

export function as(normaliser: Normaliser, line: string): Step {
  return { ...parseLine(line), as: normaliser }
}

export function raw(bytes: string, on = 'a'): Step {
  return { on, raw: bytes }
}

/** Time goes by, and clients that wait may get their answers. */
export function after(ms: number): Step {
  return { on: 'a', raw: '', waitMs: ms }
}

function parseLine(line: string): Step {
  const named = /^([a-z]): (.*)$/s.exec(line)
  return named ? { on: named[1]!, send: named[2]! } : { on: 'a', send: line }
}

export function bytesOfStep({ send, raw: bytes }: Step): Buffer {
  return bytes === undefined ? request(...(splitArguments(send!) ?? [])) : Buffer.from(bytes, 'latin1')
}

export interface Difference {
  readonly step: string
  readonly on: string
  readonly simulated: string
  readonly real: string
}

const PATIENCE_MS = 400
const BLOCKED_TRIES = 50

interface Pair {
  readonly simulated: TestClient
  readonly real: RawClient
}

/** Holds a conversation with both servers and gives what they say differently, on any connection. */
export async function compare(
  { steps }: Conversation,
  resp: 2 | 3,
  world: TestNode,
  server: RealRedis,
): Promise<Difference[]> {
  const pairs = new Map<string, Pair>()
  const differences: Difference[] = []
  for (const name of new Set(steps.map(({ on }) => on))) {
    const pair = { simulated: world.connect(), real: await server.connect() }
    pairs.set(name, pair)
    if (resp === 3) await exchange(pairs, pair, request('HELLO', '3'))
  }
  const first = pairs.values().next().value!
  await exchange(pairs, first, request('FLUSHALL'))
  for (const pair of pairs.values()) take(pair)
  for (const step of steps) {
    // The times to live of both servers count from the same clock.
    world.clock.advanceTo(Date.now() * 1000)
    if (step.waitMs !== undefined) {
      await pause(step.waitMs)
      world.clock.advanceTo(Date.now() * 1000)
    }
    await exchange(pairs, pairs.get(step.on)!, bytesOfStep(step))
    await untilBlocked(world, server)
    for (const [on, pair] of pairs) {
      const said = take(pair)
      const normalise = step.as ?? ((bytes: string) => bytes)
      const [simulated, real] = [normalise(said.simulated), normalise(said.real)]
      if (simulated !== real) differences.push({ step: step.send ?? JSON.stringify(step.raw), on, simulated, real })
    }
  }
  for (const { simulated, real } of pairs.values()) {
    simulated.handle.closed()
    real.close()
  }
  return differences
}

/**
 * A command that blocks gives no sign of it, and the next one, which comes on another connection, must not overtake
 * it: so a further connection asks how many clients wait.
 */
async function untilBlocked(world: TestNode, server: RealRedis): Promise<void> {
  const expected = [...world.node.clients.values()].filter(({ block }) => block).length
  if (expected === 0) return
  const observer = await server.connect()
  for (let tries = 0; tries < BLOCKED_TRIES; tries++) {
    observer.received = ''
    observer.send(request('INFO', 'clients'))
    await observer.until(() => observer.received.includes('clients_in_timeout_table'), PATIENCE_MS)
    if (observer.received.includes(`blocked_clients:${expected}\r`)) break
  }
  observer.close()
}

async function exchange(pairs: ReadonlyMap<string, Pair>, pair: Pair, bytes: Buffer): Promise<void> {
  if (!pair.simulated.hasEnded) pair.simulated.handle.receive(bytes)
  pair.real.send(bytes)
  for (const { simulated, real } of pairs.values()) {
    const expected = countReplies(simulated.received)
    const isDone = () => countReplies(real.received) >= expected && (!simulated.hasEnded || real.hasEnded)
    await real.until(isDone, PATIENCE_MS)
  }
}

/** Ends of connections are part of what was said. */
function take({ simulated, real }: Pair): { simulated: string; real: string } {
  const said = {
    simulated: simulated.received + (simulated.hasEnded ? '<end>' : ''),
    real: real.received + (real.hasEnded ? '<end>' : ''),
  }
  simulated.received = ''
  real.received = ''
  return said
}

export function countReplies(bytes: string): number {
  return bytes === '' ? 0 : repliesOf(bytes).length
}

export function repliesOf(bytes: string): Reply[] {
  return new ReplyDecoder().decode(Buffer.from(bytes, 'latin1'))
}
