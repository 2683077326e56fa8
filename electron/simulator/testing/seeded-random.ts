import type { Random } from '../ports'

/** A small generator (mulberry32) whose whole sequence follows from its seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const float = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    float,
    integer: (min, max) => min + Math.floor(float() * (max - min + 1)),
    hex: (length) => Array.from({ length }, () => Math.floor(float() * 16).toString(16)).join(''),
  }
}
