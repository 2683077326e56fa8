import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import { parseInteger } from '../keyspace/value'
import { ByteWriter } from './byte-writer'
import { Crc64 } from './crc64'
import { LENGTH_32, LENGTH_64, LengthKind, StringEncoding } from './rdb-format'
import { lzfCompress } from './lzf'

const CHUNK = 1 << 20
/** Integers are written as such up to the text of -2147483648. */
const INTEGER_LENGTH_MAX = 11
/** Redis does not try to compress less, and wants four bytes of profit. */
const COMPRESSED_LENGTH_MIN = 21
const PROFIT_MIN = 4

/** Lengths and strings as RDB has them, with the checksum of all that was written, in chunks. */
export class RdbWriter {
  private readonly out = new ByteWriter(CHUNK / 16)
  private readonly chunks: Uint8Array[] = []
  private readonly crc = new Crc64()

  constructor(private readonly isCompressing: boolean) {}

  byte(value: number): void {
    this.out.byte(value)
  }

  double(value: number): void {
    this.out.double(value)
  }

  /** Milliseconds, and whatever else has 64 bits, the lowest first. */
  integer64(value: number | bigint): void {
    this.out.littleEndian(value, 8)
  }

  bigEndian64(value: number | bigint): void {
    this.out.bigEndian64(value)
  }

  /** A length, or any number from 0 to 2^64 - 1; a negative one is taken as C takes it for an unsigned one. */
  length(value: number | bigint): void {
    const { out } = this
    if (value < 0 || value > 0xffffffff) {
      out.byte(LENGTH_64)
      out.bigEndian64(value)
      return
    }
    const length = Number(value)
    if (length < 1 << 6) {
      out.byte(length)
    } else if (length < 1 << 14) {
      out.byte((LengthKind.fourteen << 6) | (length >> 8))
      out.byte(length & 0xff)
    } else {
      out.byte(LENGTH_32)
      out.bigEndian32(length)
    }
  }

  /** A string: as an integer of 8, 16 or 32 bits, compressed, or as it is. */
  string(text: Bytes): void {
    const { length } = text
    if (length <= INTEGER_LENGTH_MAX && this.writeInteger(parseInteger(text))) return
    if (length >= COMPRESSED_LENGTH_MIN && this.isCompressing) {
      this.blob(Buffer.from(text, 'latin1'))
      return
    }
    this.length(length)
    this.out.text(text)
    if (this.out.length >= CHUNK) this.flush()
  }

  /** A string that is known to be no integer: a listpack, say. */
  blob(bytes: Uint8Array): void {
    const { length } = bytes
    const isTried = this.isCompressing && length >= COMPRESSED_LENGTH_MIN
    const compressed = isTried ? lzfCompress(bytes, length - PROFIT_MIN) : undefined
    if (compressed) {
      this.out.byte((LengthKind.encoded << 6) | StringEncoding.lzf)
      this.length(compressed.length)
    }
    this.length(length)
    this.out.bytes(compressed ?? bytes)
    if (this.out.length >= CHUNK) this.flush()
  }

  /** The checksum of all that was written so far. */
  get checksum(): bigint {
    this.flush()
    return this.crc.value
  }

  /** All that was written. */
  take(): Uint8Array[] {
    this.flush()
    return this.chunks
  }

  private writeInteger(value: number | bigint | undefined): boolean {
    const { out } = this
    if (value === undefined) return false
    if (value >= -128 && value <= 127) {
      out.byte((LengthKind.encoded << 6) | StringEncoding.int8)
      out.byte(Number(value) & 0xff)
    } else if (value >= -32768 && value <= 32767) {
      out.byte((LengthKind.encoded << 6) | StringEncoding.int16)
      out.littleEndian(value, 2)
    } else if (value >= -2147483648 && value <= 2147483647) {
      out.byte((LengthKind.encoded << 6) | StringEncoding.int32)
      out.littleEndian(value, 4)
    } else {
      return false
    }
    return true
  }

  private flush(): void {
    const { out } = this
    if (out.length === 0) return
    const chunk = Uint8Array.from(out.written)
    this.crc.update(chunk)
    this.chunks.push(chunk)
    out.clear()
  }
}
