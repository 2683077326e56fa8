import type { Bytes } from '../../../shared/bytes'

/** V8 copies substrings up to this length; a longer one would keep the whole text that it was cut from alive. */
export const INTERNED_LENGTH_MAX = 12

const SLOTS = 4096
const SLOT_BYTES = 16
const lengths = new Uint8Array(SLOTS)
const contents = new Uint8Array(SLOTS * SLOT_BYTES)
const strings = new Array<Bytes>(SLOTS).fill('' as Bytes)

/**
 * The short string at a place in a chunk, and the very same one that was given for these bytes before, if that was not
 * too long ago: names of commands, fields and small numbers come again and again, and a string that is known has its
 * hash, takes no new memory and is soon found equal.
 */
export function interned(bytes: Uint8Array, text: string, start: number, end: number): Bytes {
  const length = end - start
  let hash = length
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1)
  const place = slot * SLOT_BYTES - start
  if (lengths[slot] === length) {
    let at = start
    while (at < end && contents[place + at] === bytes[at]) at++
    if (at === end) return strings[slot]!
  }
  const string = text.substring(start, end) as Bytes
  lengths[slot] = length
  for (let at = start; at < end; at++) contents[place + at] = bytes[at]!
  strings[slot] = string
  return string
}
