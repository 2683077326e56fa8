/**
 * An event as one line of NDJSON: `seq`, `t`, `type`, `cause`, then the type's fields in the table's order. Recordings
 * hold these lines, and a run's hash is the SHA-256 of them, each with its "\n".
 */
import { numberOf, type PackedEvents } from './batch'
import { fieldLayouts, typeNames } from './event-types'
import type { Texts } from './texts'

/** A place in packed events: the next event, and the next of the values. */
export interface PackedPlace {
  index: number
  value: number
}

/** The lines of packed events from a place on, which is moved behind the last one. */
export function linesOf(events: PackedEvents, texts: Texts, place: PackedPlace = { index: 0, value: 0 }): string {
  const { firstSeq, count, types, times, causes, values } = events
  // Names of actors and nodes come again and again.
  const names = new Map<number, string>()
  let lines = ''
  let { index, value } = place
  for (; index < count; index++) {
    const code = types[index]!
    lines += `{"seq":${firstSeq + index},"t":${times[index]!},"type":"${typeNames[code]!}","cause":${causes[index]!}`
    for (const { name, kind } of fieldLayouts[code]!) {
      const field = values[value++]!
      lines += `,"${name}":`
      if (kind === 'number') lines += numberOf(events, field)
      else if (kind === 'bytes') lines += JSON.stringify(texts.at(field))
      else lines += quotedName(names, texts, field)
    }
    lines += '}\n'
  }
  place.index = index
  place.value = value
  return lines
}

function quotedName(names: Map<number, string>, texts: Texts, index: number): string {
  let quoted = names.get(index)
  if (quoted === undefined) names.set(index, (quoted = JSON.stringify(texts.at(index))))
  return quoted
}
