import type { Bytes } from '../../../shared/bytes'
import { ceilLongDouble, multiplyLongDouble, parseLongDouble } from '../keyspace/long-double'
import { parseInteger } from '../keyspace/value'
import type { Call } from '../node/command-spec'
import { error } from '../resp/reply'
import type { Parsed, TimeUnit } from './arguments'
import type { ErrorReply } from './typed'

const noFloat = error('ERR timeout is not a float or out of range') as ErrorReply
const noInteger = error('ERR timeout is not an integer or out of range') as ErrorReply
const negative = error('ERR timeout is negative') as ErrorReply
const INT64_MAX = 2n ** 63n - 1n
/** Longer than this is for ever. */
const WAIT_MAX_MS = 2 ** 50

/** Until when a blocking command waits, in unix ms; 0 means for ever. Parts of a ms count as a whole one. */
export function readTimeout({ node }: Call, text: Bytes, unit: TimeUnit): Parsed<number> {
  const waitMs = unit === 's' ? readSeconds(text) : (parseInteger(text) ?? noInteger)
  if (typeof waitMs === 'object') return waitMs
  if (waitMs < 0) return negative
  return Number(waitMs) === 0 || waitMs > WAIT_MAX_MS ? 0 : Number(waitMs) + node.nowMs
}

function readSeconds(text: Bytes): Parsed<bigint> {
  const seconds = parseLongDouble(text)
  if (seconds === undefined) return noFloat
  if (seconds === 'infinite') return negative
  const waitMs = ceilLongDouble(multiplyLongDouble(seconds, 1000n))
  // What does not fit in a long of C becomes the least of all there.
  return waitMs > INT64_MAX ? negative : waitMs
}
