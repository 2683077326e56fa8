/**
 * LZF, with which Redis compresses strings: runs of literal bytes, and references to what came before. A reference
 * names how far back it goes and how much it repeats.
 *
 *     000LLLLL                    L + 1 bytes follow as they are
 *     LLLooooo oooooooo           L + 2 bytes from o + 1 back, for L from 1 to 6
 *     111ooooo LLLLLLLL oooooooo  L + 9 bytes
 *
 * Which references are found is not part of the format, but here it is as in Redis's own compressor (its fast one, with
 * 65536 slots), so that a DUMP has the same bytes.
 */
const LITERALS_MAX = 32
const DISTANCE_MAX = 1 << 13
const REPEAT_MAX = (1 << 8) + (1 << 3)
const SHORT_REPEAT_MAX = 6
const SLOT_BITS = 16

/** A byte of compressed text never gives more bytes than this. */
export const LZF_EXPANSION_MAX = REPEAT_MAX

// Where bytes like the next three stood last, counted through all texts, so that nothing has to be cleared.
const slots = new Int32Array(1 << SLOT_BITS)
let textStart = 1

/** Compresses to `lengthMax` bytes at most; undefined where that does not do. */
export function lzfCompress(source: Uint8Array, lengthMax: number): Uint8Array | undefined {
  const { length } = source
  if (length === 0 || lengthMax <= 0) return undefined
  const start = beginText(length)
  const out = new Uint8Array(lengthMax + LITERALS_MAX)
  let to = 1
  let literals = 0
  let at = 0
  while (at < length - 2) {
    const slot = slotOf(source, at)
    const from = slots[slot]! - start
    slots[slot] = start + at
    const distance = at - from - 1
    if (!(from > 0 && distance < DISTANCE_MAX && isAlike(source, from, at))) {
      if (to >= lengthMax) return undefined
      out[to++] = source[at++]!
      if (++literals === LITERALS_MAX) {
        out[to - literals - 1] = literals - 1
        literals = 0
        to++
      }
      continue
    }
    // A run without literals gives its place back.
    if (to - (literals === 0 ? 1 : 0) + 4 >= lengthMax) return undefined
    out[to - literals - 1] = literals - 1
    if (literals === 0) to--
    const repeat = repeatLength(source, from, at, Math.min(length - at - 2, REPEAT_MAX)) - 2
    if (repeat <= SHORT_REPEAT_MAX) {
      out[to++] = (distance >> 8) + (repeat << 5)
    } else {
      out[to++] = (distance >> 8) + (7 << 5)
      out[to++] = repeat - 7
    }
    out[to++] = distance & 0xff
    to++
    literals = 0
    at += repeat + 2
    if (at >= length - 2) break
    // Of what was repeated, the last two places are remembered.
    slots[slotOf(source, at - 2)] = start + at - 2
    slots[slotOf(source, at - 1)] = start + at - 1
  }
  if (to + 3 > lengthMax) return undefined
  while (at < length) {
    out[to++] = source[at++]!
    if (++literals === LITERALS_MAX) {
      out[to - literals - 1] = literals - 1
      literals = 0
      to++
    }
  }
  out[to - literals - 1] = literals - 1
  if (literals === 0) to--
  return out.subarray(0, to)
}

/** Gives the text, or undefined where the bytes are not LZF or the text has not exactly this length. */
export function lzfDecompress(source: Uint8Array, length: number): Uint8Array | undefined {
  const out = new Uint8Array(length)
  let at = 0
  let to = 0
  while (at < source.length) {
    const head = source[at++]!
    if (head < LITERALS_MAX) {
      const end = at + head + 1
      if (end > source.length || to + head + 1 > length) return undefined
      while (at < end) out[to++] = source[at++]!
      continue
    }
    let repeat = head >> 5
    if (repeat === 7) repeat += source[at++] ?? NaN
    const distance = ((head & 0x1f) << 8) + (source[at++] ?? NaN) + 1
    const end = to + repeat + 2
    if (!(distance <= to && end <= length)) return undefined
    // A reference may reach into what it makes, so it goes byte by byte.
    for (; to < end; to++) out[to] = out[to - distance]!
  }
  return to === length ? out : undefined
}

function beginText(length: number): number {
  if (textStart + length > 0x7fffffff) {
    slots.fill(0)
    textStart = 1
  }
  const start = textStart
  textStart += length
  return start
}

function slotOf(source: Uint8Array, at: number): number {
  const three = (source[at]! << 16) | (source[at + 1]! << 8) | source[at + 2]!
  return ((three >> (24 - SLOT_BITS)) - three * 5) & ((1 << SLOT_BITS) - 1)
}

function isAlike(source: Uint8Array, from: number, at: number): boolean {
  return source[from] === source[at] && source[from + 1] === source[at + 1] && source[from + 2] === source[at + 2]
}

/**
 * How many bytes are the same from `from` and `at` on: three at least, as is known. Redis compares 16 more at once
 * where there are so many, and looks at the bound only behind them.
 */
function repeatLength(source: Uint8Array, from: number, at: number, bound: number): number {
  const max = Math.max(bound > 16 ? 19 : 3, bound)
  let length = 3
  while (length < max && source[from + length] === source[at + length]) length++
  return length
}
