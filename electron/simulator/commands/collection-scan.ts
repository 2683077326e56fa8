import type { Bytes } from '../../../shared/bytes'
import { globMatches } from '../../../shared/glob'
import type { ValueType } from '../keyspace/value'
import type { Handler } from '../node/command-spec'
import { array, bulk, bulks } from '../resp/reply'
import { isError } from './arguments'
import { invalidCursor, readCursor, readScanOptions, stepDown } from './scan'
import { readTyped, type EntryOf } from './typed'

/** What a scan goes through: a value that Redis keeps in one piece is given as a whole, whatever COUNT says. */
export interface Scannable {
  readonly isCompact: boolean
  readonly size: number
  /** The element at an index, and what stands beside it in the reply. */
  at(index: number): readonly [Bytes, ...Bytes[]]
}

const nothingFound = array([bulk('0'), bulks([])])

/** HSCAN, SSCAN and ZSCAN. The cursor works as SCAN's does. */
export function scanElements<Type extends ValueType>(
  type: Type,
  viewOf: (value: EntryOf<Type>['value']) => Scannable,
): Handler {
  return (call) => {
    const cursor = readCursor(call.argv[2]!)
    if (cursor === undefined) return invalidCursor
    const entry = readTyped(call, call.argv[1]!, type)
    if (isError(entry)) return entry
    if (!entry) return nothingFound
    const options = readScanOptions(call.argv, 3, false)
    if ('kind' in options) return options
    const view = viewOf(entry.value)
    const [from, to] = view.isCompact ? [view.size, 0] : stepDown(cursor, view.size, options.count)
    const found: Bytes[] = []
    for (let step = 0; step < from - to; step++) {
      // What is in one piece is told in its own order.
      const element = view.at(view.isCompact ? step : from - 1 - step)
      if (options.pattern === undefined || globMatches(options.pattern, element[0])) found.push(...element)
    }
    return array([bulk(String(to)), bulks(found)])
  }
}

export const hscan = scanElements('hash', (hash) => ({
  isCompact: hash.encoding === 'listpack',
  size: hash.size,
  at: (index) => [hash.items[index]!.key, hash.items[index]!.value],
}))

export const sscan = scanElements('set', (members) => ({
  isCompact: members.encoding === 'intset',
  size: members.size,
  at: (index) => [members.at(index)],
}))
