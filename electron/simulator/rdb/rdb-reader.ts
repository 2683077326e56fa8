import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import { exact } from '../keyspace/stream/stream-id'
import { LENGTH_32, LENGTH_64, LengthKind, StringEncoding } from './rdb-format'
import { RdbError } from './rdb-error'
import { lzfDecompress, LZF_EXPANSION_MAX } from './lzf'
import { STRING_LENGTH_MAX } from '../resp/request-decoder'

/** Reads RDB piece by piece. Whatever it finds wrong it throws as RdbError; it never takes more memory than is there. */
export class RdbReader {
  readonly source: Buffer

  constructor(
    source: Uint8Array,
    /** Where the next piece begins. */
    public offset = 0,
    /** Where it has to be over. */
    readonly end = source.length,
  ) {
    this.source = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  }

  get left(): number {
    return this.end - this.offset
  }

  /** Throws, for who reads on at a higher level. */
  fail(problem: string, offset = this.offset): never {
    throw new RdbError(problem, offset)
  }

  byte(): number {
    return this.source[this.skip(1)]!
  }

  double(): number {
    return this.source.readDoubleLE(this.skip(8))
  }

  /** A signed integer of 32 bits, the lowest first. */
  integer32(): number {
    return this.source.readInt32LE(this.skip(4))
  }

  /** A signed integer of 64 bits, the lowest first. */
  integer64(): number | bigint {
    return exact(this.source.readBigInt64LE(this.skip(8)))
  }

  unsigned64(): bigint {
    return this.source.readBigUInt64LE(this.skip(8))
  }

  bigEndian64(): number | bigint {
    return exact(this.source.readBigUInt64BE(this.skip(8)))
  }

  raw(length: number): Buffer {
    const from = this.skip(length)
    return this.source.subarray(from, from + length)
  }

  /** A number from 0 to 2^64 - 1. */
  length(): number | bigint {
    const start = this.offset
    const head = this.byte()
    switch (head >> 6) {
      case LengthKind.six:
        return head
      case LengthKind.fourteen:
        return ((head & 0x3f) << 8) | this.byte()
      case LengthKind.long:
        if (head === LENGTH_32) return this.source.readUInt32BE(this.skip(4))
        if (head === LENGTH_64) return this.bigEndian64()
    }
    return this.fail('there is no such kind of length', start)
  }

  /** How many things follow, each of which takes a byte at least. */
  count(): number {
    const start = this.offset
    const count = this.length()
    if (count > this.left) this.fail(`${count} things cannot follow in the ${this.left} bytes that are left`, start)
    return Number(count)
  }

  string(): Bytes {
    const head = this.source[this.offset]
    // Nearly all strings are short and as they are.
    if (head !== undefined && head < 1 << 6) {
      const from = this.skip(1 + head) + 1
      return this.source.toString('latin1', from, from + head) as Bytes
    }
    const { integer, bytes } = this.stringParts()
    return (integer === undefined ? bytes!.toString('latin1') : String(integer)) as Bytes
  }

  /** The bytes of a string. */
  blob(): Buffer {
    const { integer, bytes } = this.stringParts()
    return bytes ?? Buffer.from(String(integer), 'latin1')
  }

  private stringParts(): { readonly integer?: number; readonly bytes?: Buffer } {
    const start = this.offset
    const head = this.byte()
    if (head >> 6 !== LengthKind.encoded) {
      this.offset = start
      return { bytes: this.raw(this.stringLength(start)) }
    }
    switch (head & 0x3f) {
      case StringEncoding.int8:
        return { integer: this.source.readInt8(this.skip(1)) }
      case StringEncoding.int16:
        return { integer: this.source.readInt16LE(this.skip(2)) }
      case StringEncoding.int32:
        return { integer: this.integer32() }
      case StringEncoding.lzf:
        return { bytes: this.compressed(start) }
    }
    return this.fail('there is no such kind of string', start)
  }

  private compressed(start: number): Buffer {
    const packed = this.count()
    const length = this.length()
    const bytes = this.raw(packed)
    const isPossible = length <= Math.min(STRING_LENGTH_MAX, bytes.length * LZF_EXPANSION_MAX)
    const unpacked = isPossible ? lzfDecompress(bytes, Number(length)) : undefined
    if (!unpacked) this.fail('a compressed string cannot be unpacked', start)
    return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.length)
  }

  private stringLength(start: number): number {
    const length = this.length()
    if (length > this.left) this.fail(`a string of ${length} bytes does not fit the ${this.left} that are left`, start)
    if (length > STRING_LENGTH_MAX) this.fail(`a string of ${length} bytes is longer than a node takes`, start)
    return Number(length)
  }

  private skip(count: number): number {
    const from = this.offset
    if (count > this.end - from) this.fail('the file ends too soon')
    this.offset = from + count
    return from
  }
}
