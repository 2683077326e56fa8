/**
 * Sets of hash slots as the bus carries them: a bit for each, the lowest bit of a byte first. A bitmap is never changed
 * in place once others may hold it: who takes one over from a message shares it with everybody who has the same, since
 * every node of a cluster keeps one for every primary.
 */
import { Buffer } from 'node:buffer'
import { SLOTS } from './key-slot'

export const BITMAP_BYTES = SLOTS / 8

export type SlotBitmap = Buffer

export const noSlots: SlotBitmap = Buffer.alloc(BITMAP_BYTES)

export function hasSlot(bitmap: SlotBitmap, slot: number): boolean {
  return (bitmap[slot >> 3]! & (1 << (slot & 7))) !== 0
}

/** Calls back for each slot of a bitmap, in order, until it is told to stop by a `true`. */
export function someSlot(bitmap: SlotBitmap, isLast: (slot: number) => boolean): boolean {
  for (let byte = 0; byte < BITMAP_BYTES; byte++) {
    const bits = bitmap[byte]!
    if (bits === 0) continue
    for (let bit = 0; bit < 8; bit++) if (bits & (1 << bit) && isLast(byte * 8 + bit)) return true
  }
  return false
}

/** Bounded: what is forgotten is merely not shared with those who come later. */
const SHARED_MAX = 4096
const shared = new Map<string, SlotBitmap>()

/** The one copy of a bitmap that everybody holds. */
export function shareBitmap(bitmap: SlotBitmap): SlotBitmap {
  const key = bitmap.toString('latin1')
  let copy = shared.get(key)
  if (!copy) {
    if (shared.size >= SHARED_MAX) shared.clear()
    copy = Buffer.from(bitmap)
    shared.set(key, copy)
  }
  return copy
}

/** Consecutive slots as first and last: `0-100 200`. */
export type SlotRange = readonly [first: number, last: number]

export function rangesOf(slots: Iterable<number>): SlotRange[] {
  const ranges: [number, number][] = []
  for (const slot of slots) {
    const last = ranges.at(-1)
    if (last?.[1] === slot - 1) last[1] = slot
    else ranges.push([slot, slot])
  }
  return ranges
}

export function rangesOfBitmap(bitmap: SlotBitmap): readonly SlotRange[] {
  if (bitmap === noSlots) return []
  const slots: number[] = []
  someSlot(bitmap, (slot) => {
    slots.push(slot)
    return false
  })
  return rangesOf(slots)
}

/** As CLUSTER NODES writes it. */
export function rangeText([first, last]: SlotRange): string {
  return first === last ? String(first) : `${first}-${last}`
}
