/** Which hash slot a key belongs to. */
import type { Bytes } from '../../../shared/bytes'

export const SLOTS = 16_384

const POLYNOMIAL = 0x1021
const table = new Uint16Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1
  table[byte] = crc
}

/** CRC-16/XMODEM of a part of the bytes. */
function crc16(bytes: string, from: number, to: number): number {
  let crc = 0
  for (let at = from; at < to; at++) crc = ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ bytes.charCodeAt(at)]!
  return crc
}

/**
 * The hash slot of a key or a sharded channel. Where it has `{...}` with something between, that hash tag alone counts,
 * so that keys can be kept together.
 */
export function keySlot(key: Bytes): number {
  const open = key.indexOf('{')
  if (open !== -1) {
    const close = key.indexOf('}', open + 1)
    if (close > open + 1) return crc16(key, open + 1, close) & (SLOTS - 1)
  }
  return crc16(key, 0, key.length) & (SLOTS - 1)
}
