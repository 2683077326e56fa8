import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'

const CAPACITY_MIN = 256

/** Bytes that are put together piece by piece, in a buffer that grows. */
export class ByteWriter {
  length = 0
  private buffer: Buffer

  constructor(capacity = CAPACITY_MIN) {
    this.buffer = Buffer.allocUnsafe(capacity)
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.length++] = value
  }

  /** The lower bytes of a whole number, the lowest first. */
  littleEndian(value: number | bigint, count: 2 | 3 | 4 | 8): void {
    this.reserve(count)
    if (count === 8) this.buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), this.length)
    else for (let at = 0; at < count; at++) this.buffer[this.length + at] = Number(value) >> (8 * at)
    this.length += count
  }

  bigEndian32(value: number): void {
    this.reserve(4)
    this.length = this.buffer.writeUInt32BE(value, this.length)
  }

  bigEndian64(value: number | bigint): void {
    this.reserve(8)
    this.length = this.buffer.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)), this.length)
  }

  double(value: number): void {
    this.reserve(8)
    this.length = this.buffer.writeDoubleLE(value, this.length)
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  text(text: Bytes): void {
    this.reserve(text.length)
    this.length += this.buffer.write(text, this.length, 'latin1')
  }

  /** Writes over what is there already. */
  overwrite(at: number, value: number): void {
    this.buffer[at] = value
  }

  /** What was written. It counts until the next byte is written, or until `clear`. */
  get written(): Buffer {
    return this.buffer.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  private reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.buffer.length))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }
}
