import { Buffer } from 'node:buffer'
import { exact } from '../keyspace/stream/stream-id'

const HEADER = 8
type Width = 2 | 4 | 8

/** An intset: how wide its integers are, how many there are, and then they in ascending order. */
export function writeIntset(sorted: readonly (number | bigint)[]): Uint8Array {
  const width = Math.max(widthOf(sorted[0]!), widthOf(sorted[sorted.length - 1]!)) as Width
  const out = Buffer.allocUnsafe(HEADER + width * sorted.length)
  out.writeUInt32LE(width, 0)
  out.writeUInt32LE(sorted.length, 4)
  for (let at = 0; at < sorted.length; at++) {
    const place = HEADER + width * at
    if (width === 8) out.writeBigInt64LE(BigInt(sorted[at]!), place)
    else out.writeIntLE(Number(sorted[at]!), place, width)
  }
  return out
}

/** The integers, or undefined where it is no intset: the wrong length, empty, or not in strictly ascending order. */
export function readIntset(source: Buffer): (number | bigint)[] | undefined {
  if (source.length < HEADER) return undefined
  const width = source.readUInt32LE(0)
  const count = source.readUInt32LE(4)
  if (!(width === 2 || width === 4 || width === 8) || count === 0) return undefined
  if (source.length !== HEADER + width * count) return undefined
  const integers: (number | bigint)[] = []
  for (let at = HEADER; at < source.length; at += width) {
    const integer = width === 8 ? exact(source.readBigInt64LE(at)) : source.readIntLE(at, width)
    if (integers.length > 0 && integer <= integers[integers.length - 1]!) return undefined
    integers.push(integer)
  }
  return integers
}

function widthOf(integer: number | bigint): Width {
  if (integer >= -32768 && integer <= 32767) return 2
  return integer >= -2147483648 && integer <= 2147483647 ? 4 : 8
}
