/** Half of an ID: 64 bits, as a number where that is exact and else as a bigint. JavaScript compares the two rightly. */
export type Part = number | bigint

/** The ID of an entry: the time in ms and a number within that ms. */
export interface StreamId {
  readonly ms: Part
  readonly seq: Part
}

export const PART_MAX: Part = 2n ** 64n - 1n
export const ID_MIN: StreamId = { ms: 0, seq: 0 }
export const ID_MAX: StreamId = { ms: PART_MAX, seq: PART_MAX }

/** Negative when `a` comes first, positive when `b` does. */
export function compareIds(a: StreamId, b: StreamId): number {
  if (a.ms !== b.ms) return a.ms < b.ms ? -1 : 1
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1
  return 0
}

export function idText({ ms, seq }: StreamId): string {
  return `${ms}-${seq}`
}

/** The ID behind, or undefined behind the last of all. */
export function nextId({ ms, seq }: StreamId): StreamId | undefined {
  if (seq !== PART_MAX) return { ms, seq: shifted(seq, 1) }
  return ms === PART_MAX ? undefined : { ms: shifted(ms, 1), seq: 0 }
}

/** The ID before, or undefined before the first of all. */
export function previousId({ ms, seq }: StreamId): StreamId | undefined {
  if (seq !== 0) return { ms, seq: shifted(seq, -1) }
  return ms === 0 ? undefined : { ms: shifted(ms, -1), seq: PART_MAX }
}

function shifted(part: Part, by: 1 | -1): Part {
  if (typeof part === 'number' && part < Number.MAX_SAFE_INTEGER) return part + by
  return exact(BigInt(part) + BigInt(by))
}

/** A number where that is exact. */
export function exact(value: bigint): Part {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Adds as C does with signed 64 bits: past the end it goes on at the beginning. */
export function wrappingSum(a: Part, b: Part): Part {
  const quick = Number(a) + Number(b)
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(quick)) return quick
  return exact(BigInt.asIntN(64, BigInt(a) + BigInt(b)))
}

export function wrappingDifference(a: Part, b: Part): Part {
  return wrappingSum(a, -b as Part)
}

/** Half an ID as Redis reads it: strtoull takes blanks, a plus and leading zeros where the quicker way fails. */
export function parsePart(text: string): Part | undefined {
  const digits = /^[\t-\r ]*([+-]?)(\d+)$/.exec(text)
  if (!digits) return undefined
  const value = BigInt(digits[2]!)
  if (value > BigInt(PART_MAX)) return undefined
  if (digits[1] !== '-') return exact(value)
  // What is plainly a negative number is refused; behind a blank, C's negation wraps around.
  if (text.startsWith('-') && value <= 2n ** 63n && digits[2] === String(value) && value !== 0n) return undefined
  return exact(BigInt.asUintN(64, -value))
}
