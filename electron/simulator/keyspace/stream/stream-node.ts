import type { Bytes } from '../../../../shared/bytes'
import { parseInteger } from '../value'
import { wrappingDifference, type Part, type StreamId } from './stream-id'

/** What one XADD stored: its fields and values by turns. */
export interface StreamEntry {
  readonly id: StreamId
  readonly fields: readonly Bytes[]
  isDeleted: boolean
}

const HEADER_AND_END_BYTES = 7
const FLAGS_BYTES = 2
const TERMINATOR_BYTES = 2

/**
 * A run of entries that Redis keeps in one listpack. Deleted ones stay in it, marked, until all are. How many bytes the
 * listpack would take decides when the next node begins, and with that what an approximate trim can cut off.
 */
export class StreamNode {
  readonly entries: StreamEntry[] = []
  live = 0
  deleted = 0
  /** The fields of the first entry: entries that have the same ones store their values only. */
  readonly fields: readonly Bytes[]
  private bytes: number

  constructor(
    /** The ID of the first entry, by which the node is found. */
    readonly id: StreamId,
    fields: readonly Bytes[],
  ) {
    this.fields = fields.filter((_, at) => at % 2 === 0)
    this.bytes = HEADER_AND_END_BYTES + integerBytes(this.fields.length) + TERMINATOR_BYTES
    for (const field of this.fields) this.bytes += elementBytes(field)
  }

  get byteLength(): number {
    return this.bytes + integerBytes(this.live) + integerBytes(this.deleted)
  }

  append(id: StreamId, fields: readonly Bytes[]): void {
    this.entries.push({ id, fields, isDeleted: false })
    this.live++
    const isSame = this.hasSameFields(fields)
    const count = fields.length / 2
    let bytes = FLAGS_BYTES + integerBytes(wrappingDifference(id.ms, this.id.ms))
    bytes += integerBytes(wrappingDifference(id.seq, this.id.seq))
    for (let at = isSame ? 1 : 0; at < fields.length; at += isSame ? 2 : 1) bytes += elementBytes(fields[at]!)
    if (!isSame) bytes += integerBytes(count)
    this.bytes += bytes + integerBytes(isSame ? count + 3 : 2 * count + 4)
  }

  markDeleted(entry: StreamEntry): void {
    entry.isDeleted = true
    this.live--
    this.deleted++
  }

  copy(): StreamNode {
    const copy = new StreamNode(this.id, [])
    Object.assign(copy, { fields: this.fields, bytes: this.bytes, live: this.live, deleted: this.deleted })
    for (const entry of this.entries) copy.entries.push({ ...entry })
    return copy
  }

  /** Takes fields and values by turns. */
  hasSameFields(fields: readonly Bytes[]): boolean {
    if (fields.length !== this.fields.length * 2) return false
    for (let at = 0; at < this.fields.length; at++) if (fields[2 * at] !== this.fields[at]) return false
    return true
  }
}

/** How many bytes a string takes in a listpack, which stores it as an integer where it reads as one. */
function elementBytes(text: Bytes): number {
  const { length } = text
  if (length <= 20 && length > 0) {
    const integer = parseInteger(text)
    if (integer !== undefined) return integerBytes(integer)
  }
  return withBackLength(length + (length < 64 ? 1 : length < 4096 ? 2 : 5))
}

function integerBytes(value: Part): number {
  if (value >= 0 && value <= 127) return 2
  if (value >= -4096 && value <= 4095) return 3
  if (value >= -32768 && value <= 32767) return 4
  if (value >= -8388608 && value <= 8388607) return 5
  if (value >= -2147483648 && value <= 2147483647) return 6
  return 10
}

/** Behind each element stands its length, for walking backwards. */
function withBackLength(bytes: number): number {
  if (bytes <= 127) return bytes + 1
  if (bytes < 16383) return bytes + 2
  if (bytes < 2097151) return bytes + 3
  return bytes + (bytes < 268435455 ? 4 : 5)
}
