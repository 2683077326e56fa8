/**
 * An event as one line of NDJSON, without the line's end: `seq`, `t`, `type`, `cause`, then the type's fields in the
 * table's order. Recordings hold these lines, and a run's hash is the SHA-256 of them, each with a "\n".
 */
import { fieldLayouts, typeCodes, type EventInput } from './event-types'

export function lineOf(seq: number, t: number, event: EventInput): string {
  let line = `{"seq":${seq},"t":${t},"type":"${event.type}","cause":${event.cause ?? 0}`
  const fields = event as unknown as Readonly<Record<string, number | string>>
  for (const { name, kind } of fieldLayouts[typeCodes[event.type]]!) {
    line += `,"${name}":${kind === 'number' ? fields[name]! : JSON.stringify(fields[name])}`
  }
  return line + '}'
}
