import type { Bytes } from '../../../shared/bytes'
import { exact } from '../keyspace/stream/stream-id'
import { backLengthBytes } from './listpack-writer'
import { LISTPACK_END, LISTPACK_HEADER, UNKNOWN_COUNT } from './listpack-format'

/** An element as it is laid out: an integer, or a string. */
export type ListpackElement = number | bigint | Bytes

/** All elements of a listpack, or undefined where it is none. Every length in it is checked. */
export function readListpack(source: Buffer): ListpackElement[] | undefined {
  const { length } = source
  if (length < LISTPACK_HEADER + 1 || source.readUInt32LE(0) !== length || source[length - 1] !== LISTPACK_END) {
    return undefined
  }
  const end = length - 1
  const elements: ListpackElement[] = []
  for (let at = LISTPACK_HEADER; at < end;) {
    const bytes = elementLength(source, at)
    const behind = at + bytes + backLengthBytes(bytes)
    if (bytes === 0 || behind > end || !hasBackLength(source, at + bytes, behind, bytes)) return undefined
    elements.push(elementAt(source, at, bytes))
    at = behind
  }
  const count = source.readUInt16LE(4)
  return count === UNKNOWN_COUNT || count === elements.length ? elements : undefined
}

/** An element as a string, which is what everybody but a stream sees. */
export function textOfElement(element: ListpackElement): Bytes {
  return String(element) as Bytes
}

/** How many bytes an element has without its back length; 0 where there is none, or where it ends too soon. */
function elementLength(source: Buffer, at: number): number {
  const head = source[at]!
  if (head < 0x80) return 1
  if (head < 0xc0) return 1 + (head & 0x3f)
  if (head < 0xe0) return 2
  if (head < 0xf0) return 2 + ((head & 0x0f) << 8) + (source[at + 1] ?? 0)
  if (head === 0xf0) return at + 5 <= source.length ? 5 + source.readUInt32LE(at + 1) : 0
  if (head < 0xf4) return head - 0xee
  return head === 0xf4 ? 9 : 0
}

function elementAt(source: Buffer, at: number, bytes: number): ListpackElement {
  const head = source[at]!
  if (head < 0x80) return head
  if (head < 0xc0) return source.toString('latin1', at + 1, at + bytes) as Bytes
  if (head < 0xe0) return (((head & 0x1f) << 8) | source[at + 1]!) - (head & 0x10 ? 0x2000 : 0)
  if (head < 0xf0) return source.toString('latin1', at + 2, at + bytes) as Bytes
  if (head === 0xf0) return source.toString('latin1', at + 5, at + bytes) as Bytes
  if (head === 0xf4) return exact(source.readBigInt64LE(at + 1))
  return source.readIntLE(at + 1, bytes - 1)
}

function hasBackLength(source: Buffer, from: number, behind: number, expected: number): boolean {
  let length = 0
  for (let at = from; at < behind; at++) {
    const byte = source[at]!
    // All but the highest part say that there is more before them.
    if (byte >= 0x80 !== at > from) return false
    length = length * 0x80 + (byte & 0x7f)
  }
  return length === expected
}
