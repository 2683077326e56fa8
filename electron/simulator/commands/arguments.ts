import type { Bytes } from '../../../shared/bytes'
import { parseInteger } from '../keyspace/value'
import { errors, invalidExpire } from '../node/errors'
import { error, type Reply } from '../resp/reply'

/** A parsed argument, or the error reply that tells why it is wrong. */
export type Parsed<T> = T | { readonly kind: 'error'; readonly text: string }

export function isError<T>(parsed: Parsed<T>): parsed is { readonly kind: 'error'; readonly text: string } {
  return typeof parsed === 'object' && parsed !== null && 'kind' in parsed && parsed.kind === 'error'
}

/** A signed 64-bit integer. */
export function readInteger(text: Bytes): Parsed<number | bigint> {
  return parseInteger(text) ?? (errors.notInteger as ErrorReply)
}

type ErrorReply = Extract<Reply, { kind: 'error' }>

const INT_MAX = 2 ** 31 - 1

/** An int of C, for database numbers. */
export function readInt(text: Bytes, refusal?: Reply): Parsed<number> {
  const value = parseInteger(text)
  if (value === undefined) return (refusal ?? errors.notInteger) as ErrorReply
  if (value > INT_MAX || value < -INT_MAX - 1) {
    return (refusal ??
      error(`ERR value is out of range, value must between ${-INT_MAX - 1} and ${INT_MAX}`)) as ErrorReply
  }
  return Number(value)
}

/** A whole number of 64 bits that is `min` at least; `refusal` tells of whatever is not. */
export function readAtLeast(text: Bytes, min: number, refusal: Reply): Parsed<number> {
  const value = parseInteger(text)
  return value === undefined || value < min ? (refusal as ErrorReply) : Number(value)
}

/** A long of C that is not the least of all, since its negation would not fit. */
export function readNegatable(text: Bytes): Parsed<number | bigint> {
  const value = parseInteger(text)
  if (value === undefined) return errors.notInteger as ErrorReply
  return value === INT64_MIN ? (notNegatable as ErrorReply) : value
}

/** Where a range of indexes begins and where it ends, the end not included; negative ones count from the end. */
export function readRange(start: Bytes, stop: Bytes): Parsed<(length: number) => readonly [number, number]> {
  const first = readInteger(start)
  if (isError(first)) return first
  const last = readInteger(stop)
  if (isError(last)) return last
  return (length) => {
    const from = Math.max(0, first < 0 ? length + Number(first) : Number(first))
    const to = Math.min(length - 1, last < 0 ? length + Number(last) : Number(last))
    return from > to ? [0, 0] : [from, to + 1]
  }
}

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
const notNegatable = error(`ERR value is out of range, value must between ${-INT64_MAX} and ${INT64_MAX}`)

export type TimeUnit = 's' | 'ms'

/**
 * The unix time in ms that an expiry argument means, for commands that take positive times only (SET, GETEX).
 * `baseMs` is now for relative times and 0 for absolute ones.
 */
export function readPositiveExpiry(
  text: Bytes,
  unit: TimeUnit,
  baseMs: number,
  command: string,
): Parsed<number | bigint> {
  const value = readInteger(text)
  if (isError(value)) return value
  if (value <= 0) return invalidExpire(command) as ErrorReply
  return addTime(value, unit, baseMs) ?? (invalidExpire(command) as ErrorReply)
}

/** The same for EXPIRE and its kin, where a time in the past deletes the key. */
export function readExpiry(text: Bytes, unit: TimeUnit, baseMs: number, command: string): Parsed<number | bigint> {
  const value = readInteger(text)
  if (isError(value)) return value
  return addTime(value, unit, baseMs) ?? (invalidExpire(command) as ErrorReply)
}

/** Gives undefined where 64 bits would overflow. Exact above 2^53 too, as Redis is. */
function addTime(value: number | bigint, unit: TimeUnit, baseMs: number): number | bigint | undefined {
  const factor = unit === 's' ? 1000 : 1
  const sum = Number(value) * factor + baseMs
  if (Number.isSafeInteger(sum) && Math.abs(sum) < Number.MAX_SAFE_INTEGER - 10_000) return sum
  const scaled = BigInt(value) * BigInt(factor)
  const exact = scaled + BigInt(baseMs)
  return scaled > INT64_MAX || scaled < INT64_MIN || exact > INT64_MAX || exact < INT64_MIN ? undefined : exact
}
