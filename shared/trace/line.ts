/**
 * An event as one line of NDJSON: `seq`, `t`, `type`, `cause`, then the type's fields in the table's order. Recordings
 * hold these lines, and a run's hash is the SHA-256 of them, each with its "\n".
 */
import type { PackedEvents } from './batch'
import { fieldLayouts, typeNames } from './event-types'

/** A place in packed events: the next event, and the next of the values. */
export interface PackedPlace {
  index: number
  value: number
}

/** The lines of packed events from a place on, which is moved behind the last one. */
export function linesOf(events: PackedEvents, place: PackedPlace = { index: 0, value: 0 }): string {
  const { firstSeq, count, types, times, causes, values, strings } = events
  // Names of actors and nodes come again and again.
  const quoted: string[] = []
  let lines = ''
  let { index, value } = place
  for (; index < count; index++) {
    const code = types[index]!
    lines += `{"seq":${firstSeq + index},"t":${times[index]!},"type":"${typeNames[code]!}","cause":${causes[index]!}`
    for (const { name, kind } of fieldLayouts[code]!) {
      const field = values[value++]!
      lines += `,"${name}":${kind === 'number' ? field : (quoted[field] ??= JSON.stringify(strings[field]))}`
    }
    lines += '}\n'
  }
  place.index = index
  place.value = value
  return lines
}
