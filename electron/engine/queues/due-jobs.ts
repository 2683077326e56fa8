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

/** Moves what is due to a list. Gives what was moved. */
export async function promote(send: Send, from: Bytes, to: Bytes, nowMs: number, max: number): Promise<Bytes[]> {
  const reply = await send('EVAL', PROMOTE, 2, from, to, nowMs, max)
  return (reply as unknown[]).map(bytesIn)
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
): Promise<Bytes[]> {
  const due = ((await send('ZRANGEBYSCORE', from, '-inf', nowMs, 'LIMIT', 0, max)) as unknown[]).map(bytesIn)
  for (const element of due) {
    await send('LPUSH', to, element)
    await send('ZREM', from, element)
  }
  return due
}
