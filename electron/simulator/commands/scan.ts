import type { Bytes } from '../../../shared/bytes'
import type { Entry } from '../keyspace/database'
import { parseInteger } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { globMatches } from '../../../shared/glob'
import { array, bulk, bulks, error } from '../resp/reply'
import type { ErrorReply } from './typed'

export const invalidCursor = error('ERR invalid cursor')
const COUNT_BY_DEFAULT = 10
const UINT64_MAX = 2n ** 64n - 1n

interface Options {
  count: number
  pattern?: Bytes
  type?: string
}

/**
 * SCAN goes down the database's dense array, and its cursor says how many keys are still below. A key that goes
 * leaves its place to the last one, which is either visited already or moves down to where the scan is yet to come:
 * so whatever is there from beginning to end is met at least once, as Redis promises, and no state is kept.
 */
export const scan: Handler = (call) => {
  const cursor = readCursor(call.argv[1]!)
  if (cursor === undefined) return invalidCursor
  const options = readScanOptions(call.argv, 2, true)
  if ('kind' in options) return options
  const { all } = call.db
  const [from, to] = stepDown(cursor, all.length, options.count)
  // Looking at a key may delete it, so the batch is cut out first.
  const batch = all.slice(to, from).reverse()
  const keys = batch.filter((entry) => isWanted(call, entry, options)).map(({ key }) => key)
  return array([bulk(String(Math.min(to, call.db.all.length))), bulks(keys)])
}

/** Which part of a dense array is next: from below `from` down to `to`, which is the next cursor. */
export function stepDown(cursor: bigint, size: number, count: number): readonly [from: number, to: number] {
  const from = cursor === 0n ? size : Number(cursor < BigInt(size) ? cursor : BigInt(size))
  return [from, Math.max(0, from - count)]
}

function isWanted({ node, db }: Call, entry: Entry, { pattern, type }: Options): boolean {
  if (pattern !== undefined && !globMatches(pattern, entry.key)) return false
  if (type !== undefined && type !== entry.value.type) return false
  return node.keyspace.glance(db, entry.key) !== undefined
}

/** As strtoul reads it: a sign is allowed, blanks before it are not, and nothing at all is 0. */
export function readCursor(text: Bytes): bigint | undefined {
  const digits = /^([+-]?)(\d*)$/.exec(cString(text))
  if (!digits) return undefined
  if (digits[2] === '') return digits[1] === '' ? 0n : undefined
  const value = BigInt(digits[2]!)
  if (value > UINT64_MAX) return undefined
  return digits[1] === '-' && value > 0n ? UINT64_MAX + 1n - value : value
}

/** Only SCAN itself can choose keys by their type. */
export function readScanOptions(argv: readonly Bytes[], start: number, canTellType: boolean): Options | ErrorReply {
  const options: Options = { count: COUNT_BY_DEFAULT }
  for (let at = start; at < argv.length; at += 2) {
    const option = lower(cString(argv[at]!))
    const value = argv[at + 1]
    if (option === 'count' && value !== undefined) {
      const count = parseInteger(value)
      if (count === undefined) return errors.notInteger as ErrorReply
      if (count < 1) return errors.syntax as ErrorReply
      options.count = Number(count)
    } else if (option === 'match' && value !== undefined) {
      // `*` alone means every key, the empty one too, which the glob would not match.
      if (value === '*') delete options.pattern
      else options.pattern = value
    } else if (option === 'type' && canTellType && value !== undefined) {
      options.type = lower(cString(value))
    } else {
      return errors.syntax as ErrorReply
    }
  }
  return options
}
