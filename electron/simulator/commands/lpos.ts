import type { Bytes } from '../../../shared/bytes'
import type { Deque } from '../keyspace/deque'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, emptyArray, error, integer, nothing } from '../resp/reply'
import { isError, readAtLeast, readInteger, type Parsed } from './arguments'
import { readTyped, type ErrorReply } from './typed'

interface Options {
  /** 1 for the first match; negative ones count from the right. */
  rank: number
  /** How many matches; 0 for all, undefined for one that is not in an array. */
  count?: number
  /** How many elements are compared; 0 for all. */
  lengthMax: number
}

const LONG_MIN = -(2n ** 63n)

const noRank = error(
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
)
const noCount = error("ERR COUNT can't be negative")
const noLength = error("ERR MAXLEN can't be negative")

function readOptions(argv: readonly Bytes[]): Parsed<Options> {
  const options: Options = { rank: 1, lengthMax: 0 }
  for (let at = 3; at < argv.length; at += 2) {
    const option = lower(cString(argv[at]!))
    const value = argv[at + 1]
    if (value === undefined) return errors.syntax as ErrorReply
    let read: Parsed<number | bigint>
    if (option === 'rank') read = readInteger(value)
    else if (option === 'count') read = readAtLeast(value, 0, noCount)
    else if (option === 'maxlen') read = readAtLeast(value, 0, noLength)
    else return errors.syntax as ErrorReply
    if (isError(read)) return read
    if (option === 'count') options.count = Number(read)
    else if (option === 'maxlen') options.lengthMax = Number(read)
    else if (read === 0) return noRank as ErrorReply
    // The negation of the least number of all does not fit in a long, and so Redis counts no matches for it.
    else options.rank = read === LONG_MIN ? -1 : Number(read)
  }
  return options
}

export const lpos: Handler = (call) => {
  const options = readOptions(call.argv)
  if (isError(options)) return options
  const entry = readTyped(call, call.argv[1]!, 'list')
  if (entry === undefined) return options.count === undefined ? nothing : emptyArray
  if (isError(entry)) return entry
  const matches = findMatches(entry.value.items, call.argv[2]!, options)
  if (options.count !== undefined) return array(matches.map(integer))
  return matches.length > 0 ? integer(matches[0]!) : nothing
}

function findMatches(items: Deque, element: Bytes, { rank, count = 1, lengthMax }: Options): number[] {
  const { length } = items
  const compared = lengthMax === 0 ? length : Math.min(length, lengthMax)
  const matches: number[] = []
  let seen = 0
  for (let index = 0; index < compared; index++) {
    const place = rank > 0 ? index : length - 1 - index
    if (items.get(place) !== element) continue
    if (++seen < Math.abs(rank)) continue
    matches.push(place)
    if (matches.length === count) break
  }
  return matches
}
