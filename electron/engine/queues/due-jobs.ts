/** Jobs in a sorted set wait for the time that is their score, in milliseconds since 1970. */
import type { Bytes } from '../../../shared/bytes'
import { bytesIn, type Send } from './queue'

/** In one step, so that no job is moved twice or lost in between. */
const PROMOTE = `
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, element in ipairs(due) do
  redis.call('ZREM', KEYS[1], element)
  redis.call('LPUSH', KEYS[2], element)
end
return due
`

/** Who is told of each job as soon as it is in the list. */
export type Moved = (element: Bytes) => void

/** Moves what is due to a list. */
export async function promote(
  send: Send,
  from: Bytes,
  to: Bytes,
  nowMs: number,
  max: number,
  moved?: Moved,
): Promise<void> {
  const reply = await send('EVAL', PROMOTE, 2, from, to, nowMs, max)
  for (const element of reply as unknown[]) moved?.(bytesIn(element))
}

/**
 * The same with a command for each step, as it is often written. Another mover that looks in between moves the same
 * jobs once more.
 */
export async function promoteStepByStep(
  send: Send,
  from: Bytes,
  to: Bytes,
  nowMs: number,
  max: number,
  moved: Moved,
): Promise<void> {
  const due = ((await send('ZRANGEBYSCORE', from, '-inf', nowMs, 'LIMIT', 0, max)) as unknown[]).map(bytesIn)
  for (const element of due) {
    await send('LPUSH', to, element)
    moved(element)
    await send('ZREM', from, element)
  }
}
