import { Buffer } from 'node:buffer'

const BLOCK_BYTES = 64 * 1024

let block = Buffer.alloc(0)
let used = 0

/**
 * The bytes of a text, in memory that many flights share: they are short-lived, and to ask for memory of its own for
 * each costs more than to copy it. A block is given back when the last of its flights has arrived.
 */
export function flightBytes(text: string): Uint8Array {
  const { length } = text
  if (length > BLOCK_BYTES / 4) return Buffer.from(text, 'latin1')
  if (used + length > block.length) {
    block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    used = 0
  }
  const from = used
  used += length
  block.write(text, from, length, 'latin1')
  return block.subarray(from, used)
}
