import { Buffer } from 'node:buffer'
import { countReplies, repliesOf } from './conversation'
import { areAlike, written } from './random-alike'
import { request, type TestClient, type TestNode } from './test-client'
import type { RawClient, RealRedis } from './real-redis'

export interface RandomDifference {
  readonly command: readonly string[]
  readonly simulated: string
  readonly real: string
}

const PATIENCE_MS = 1000

/** Runs a sequence on both servers, from scratch, and gives the first command they answer differently. */
export async function findDifference(
  commands: readonly (readonly string[])[],
  resp: 2 | 3,
  world: TestNode,
  server: RealRedis,
): Promise<RandomDifference | undefined> {
  world.clock.advanceTo(Date.now() * 1000)
  const simulated = world.connect()
  const real = await server.connect()
  // The listener hears every change of a key, in order.
  const listener = { simulated: world.connect(), real: await server.connect() }
  const opening = [
    ...(resp === 3 ? [['HELLO', '3']] : []),
    ['FLUSHALL'],
    ['CONFIG', 'SET', 'notify-keyspace-events', 'KEAmn'],
  ]
  await runBoth(opening, simulated, real)
  await runBoth([['PSUBSCRIBE', '__key*']], listener.simulated, listener.real)
  listener.simulated.take()
  listener.real.received = ''
  const difference = await runBoth(commands, simulated, real)
  const heard = listener.simulated.take()
  await listener.real.until(() => listener.real.received.length >= heard.length, PATIENCE_MS)
  simulated.handle.closed()
  listener.simulated.handle.closed()
  real.close()
  listener.real.close()
  if (difference) return difference
  if (listener.real.received === heard) return undefined
  return { command: ['(keyspace events)'], simulated: heard, real: listener.real.received }
}

async function runBoth(
  commands: readonly (readonly string[])[],
  simulated: TestClient,
  real: RawClient,
): Promise<RandomDifference | undefined> {
  real.received = ''
  real.send(Buffer.concat(commands.map((command) => request(...command))))
  const answers = commands.map((command) => simulated.send(...command))
  const counts = answers.map(countReplies)
  const total = counts.reduce((sum, count) => sum + count, 0)
  // Counting is slow, so the length is looked at first.
  const expected = answers.reduce((sum, answer) => sum + answer.length, 0)
  await real.until(() => real.received.length >= expected - 200 && countReplies(real.received) >= total, PATIENCE_MS)
  const replies = repliesOf(real.received)
  let at = 0
  for (const [index, command] of commands.entries()) {
    const own = repliesOf(answers[index]!)
    const other = replies.slice(at, at + own.length)
    at += own.length
    if (own.length === other.length && areAlike(command, own, other)) continue
    return { command, simulated: written(own), real: written(other) }
  }
  if (at === replies.length) return undefined
  return { command: ['(more replies than expected)'], simulated: '', real: written(replies.slice(at)) }
}

/** Leaves out commands as long as a difference remains, so that a person sees only what matters. */
export async function shrink<T>(
  commands: readonly T[],
  fails: (commands: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let current = commands
  for (let size = Math.ceil(current.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < current.length;) {
      const fewer = [...current.slice(0, start), ...current.slice(start + size)]
      if (fewer.length > 0 && (await fails(fewer))) current = fewer
      else start += size
    }
  }
  return current
}
