import type { Bytes } from '../../../shared/bytes'

const HEADER = 10
const END = 0xff
const LONG_BACK_LENGTH = 0xfe
const UNKNOWN_COUNT = 0xffff

/**
 * The elements of a ziplist, which Redis wrote where it writes listpacks since 7.0, or undefined where it is none: each
 * begins with the length of the one before it.
 */
export function readZiplist(source: Buffer): Bytes[] | undefined {
  const { length } = source
  if (length < HEADER + 1 || source.readUInt32LE(0) !== length || source[length - 1] !== END) return undefined
  const end = length - 1
  const elements: Bytes[] = []
  let before = 0
  for (let at = HEADER; at < end;) {
    const isLong = source[at] === LONG_BACK_LENGTH
    const head = at + (isLong ? 5 : 1)
    if (head >= end || (isLong ? source.readUInt32LE(at + 1) : source[at]) !== before) return undefined
    const element = elementAt(source, head, end)
    if (element === undefined) return undefined
    elements.push(element.text as Bytes)
    before = element.behind - at
    at = element.behind
  }
  const count = source.readUInt16LE(8)
  return count === UNKNOWN_COUNT || count === elements.length ? elements : undefined
}

interface Element {
  readonly text: string
  readonly behind: number
}

function elementAt(source: Buffer, at: number, end: number): Element | undefined {
  const head = source[at]!
  if (head >= 0xc0) return integerAt(source, at, end)
  const from = at + (head < 0x40 ? 1 : head < 0x80 ? 2 : 5)
  if (from > end) return undefined
  const length = head < 0x40 ? head : head < 0x80 ? ((head & 0x3f) << 8) | source[at + 1]! : source.readUInt32BE(at + 1)
  const behind = from + length
  return behind > end ? undefined : { text: source.toString('latin1', from, behind), behind }
}

const INTEGER_BYTES: Readonly<Record<number, number>> = { 0xc0: 2, 0xd0: 4, 0xe0: 8, 0xf0: 3, 0xfe: 1 }

function integerAt(source: Buffer, at: number, end: number): Element | undefined {
  const head = source[at]!
  const bytes = INTEGER_BYTES[head]
  if (bytes === undefined) {
    // From 0 to 12, within the byte itself.
    return head >= 0xf1 && head <= 0xfd ? { text: String(head - 0xf1), behind: at + 1 } : undefined
  }
  const behind = at + 1 + bytes
  if (behind > end) return undefined
  const integer = bytes === 8 ? source.readBigInt64LE(at + 1) : source.readIntLE(at + 1, bytes)
  return { text: String(integer), behind }
}
