/** Places in a stream: the ids of its entries, `milliseconds-number`. */
import { compareIds, parsePart, type StreamId } from '../../simulator/keyspace/stream/stream-id'

/** Whether an entry lies behind another one, or behind `start` (all do) or `end` (none does, so far). */
export function isBehind(place: string, from: string): boolean {
  if (from === 'start' || from === 'end') return from === 'start'
  return compareIds(idOf(place), idOf(from)) > 0
}

/** An id may leave its number out; what is no id at all comes first. */
function idOf(text: string): StreamId {
  const [ms = '', seq = '0'] = text.split('-')
  return { ms: parsePart(ms) ?? 0, seq: parsePart(seq) ?? 0 }
}
