import type { Bytes } from '../../../shared/bytes'

export const INTERNED_LENGTH_MAX = 32

const SLOTS = 4096
const lengths = new Uint8Array(SLOTS)
const contents = new Uint8Array(SLOTS * INTERNED_LENGTH_MAX)
const strings = new Array<Bytes>(SLOTS).fill('' as Bytes)

/**
 * The very same string that was given for these bytes before, if that was not too long ago; otherwise what `cutter`
 * makes of them. Names of commands, keys, fields and small numbers come again and again, and a string that is known
 * has its hash, takes no new memory and is soon found equal.
 */
export function interned(bytes: Uint8Array, start: number, end: number, cutter: Cutter): Bytes {
  const length = end - start
  // From both ends at once, since each step waits for the one before it.
  let hash = length
  let backHash = 0
  let back = end - 1
  for (let at = start; at <= back; at++, back--) {
    hash = (Math.imul(hash, 31) + bytes[at]!) | 0
    backHash = (Math.imul(backHash, 37) + bytes[back]!) | 0
  }
  hash ^= Math.imul(backHash, 0x21f0aaad)
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
  const place = slot * INTERNED_LENGTH_MAX - start
  if (lengths[slot] === length) {
    let at = start
    while (at < end && contents[place + at] === bytes[at]) at++
    if (at === end) return strings[slot]!
  }
  const string = cutter.cut(start, end)
  lengths[slot] = length
  for (let at = start; at < end; at++) contents[place + at] = bytes[at]!
  strings[slot] = string
  return string
}

export interface Cutter {
  cut(start: number, end: number): Bytes
}
