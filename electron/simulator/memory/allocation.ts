/**
 * What jemalloc really takes for so many bytes, as redis-server's builds have it: multiples of 16 up to 128, and four
 * sizes for each doubling from there on (https://jemalloc.net/jemalloc.3.html, size classes).
 */
export function allocationOf(bytes: number): number {
  if (bytes <= 8) return 8
  if (bytes <= 128) return Math.ceil(bytes / 16) * 16
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}

/** A string of Redis (sds) with its header, whose size depends on the length, and its NUL. */
export function stringAllocation(length: number, isKey = false): number {
  return allocationOf(headerOf(length, isKey) + length + 1)
}

function headerOf(length: number, isKey: boolean): number {
  if (isKey && length < 32) return 1
  if (length < 256) return 3
  return length < 65_536 ? 5 : 9
}

/** A short string lies in one allocation with its object. */
export function embeddedAllocation(length: number): number {
  return allocationOf(OBJECT_BYTES + 3 + length + 1)
}

/** A robj. */
export const OBJECT_BYTES = 16
/** A dictEntry as MEMORY USAGE counts it, without the rounding. */
export const SLOT_BYTES = 24
