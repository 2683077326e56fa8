import type { Bytes } from '../../../shared/bytes'
import { parseInteger } from '../keyspace/value'
import { ByteWriter } from './byte-writer'
import { INTEGER_LENGTH_MAX, LISTPACK_END, LISTPACK_HEADER, UNKNOWN_COUNT } from './listpack-format'

/**
 * A listpack: how many bytes and how many elements it has, the elements, an end. Each element is a short integer or a
 * string, followed by its own length, so that it can be read from behind. One writer makes one listpack after another.
 */
export class ListpackWriter {
  count = 0
  private readonly out = new ByteWriter()

  constructor() {
    this.begin()
  }

  /** How many bytes it has with its end. */
  get byteLength(): number {
    return this.out.length + 1
  }

  /** Adds a string, as an integer where it reads as one. */
  add(text: Bytes): void {
    const integer = text.length > 0 && text.length <= INTEGER_LENGTH_MAX ? parseInteger(text) : undefined
    if (integer === undefined) this.addText(text)
    else this.addInteger(integer)
  }

  addInteger(value: number | bigint): void {
    const { out } = this
    const start = out.length
    if (value >= 0 && value <= 127) {
      out.byte(Number(value))
    } else if (value >= -4096 && value <= 4095) {
      const bits = Number(value) & 0x1fff
      out.byte(0xc0 | (bits >> 8))
      out.byte(bits & 0xff)
    } else if (value >= -32768 && value <= 32767) {
      out.byte(0xf1)
      out.littleEndian(value, 2)
    } else if (value >= -8388608 && value <= 8388607) {
      out.byte(0xf2)
      out.littleEndian(value, 3)
    } else if (value >= -2147483648 && value <= 2147483647) {
      out.byte(0xf3)
      out.littleEndian(value, 4)
    } else {
      out.byte(0xf4)
      out.littleEndian(value, 8)
    }
    this.endElement(start)
  }

  /** Gives the whole listpack, which counts until `begin`. */
  end(): Uint8Array {
    const { out, count } = this
    out.byte(LISTPACK_END)
    const { length } = out
    for (let at = 0; at < 4; at++) out.overwrite(at, (length >>> (8 * at)) & 0xff)
    const shown = Math.min(count, UNKNOWN_COUNT)
    out.overwrite(4, shown & 0xff)
    out.overwrite(5, shown >> 8)
    return out.written
  }

  /** Begins the next one. */
  begin(): void {
    this.out.clear()
    for (let at = 0; at < LISTPACK_HEADER; at++) this.out.byte(0)
    this.count = 0
  }

  private addText(text: Bytes): void {
    const { out } = this
    const { length } = text
    const start = out.length
    if (length < 64) {
      out.byte(0x80 | length)
    } else if (length < 4096) {
      out.byte(0xe0 | (length >> 8))
      out.byte(length & 0xff)
    } else {
      out.byte(0xf0)
      out.littleEndian(length, 4)
    }
    out.text(text)
    this.endElement(start)
  }

  /** The length stands behind the element with its highest part first, seven bits a byte, to be read backwards. */
  private endElement(start: number): void {
    const { out } = this
    const length = out.length - start
    const bytes = backLengthBytes(length)
    for (let at = bytes - 1; at >= 0; at--) {
      const bits = Math.floor(length / 2 ** (7 * at)) & 0x7f
      out.byte(at === bytes - 1 ? bits : bits | 0x80)
    }
    this.count++
  }
}

/** Redis takes one byte more than it needs where all bits would be set. */
export function backLengthBytes(length: number): number {
  if (length <= 127) return 1
  if (length < 16383) return 2
  if (length < 2097151) return 3
  return length < 268435455 ? 4 : 5
}
