/**
 * The world's only source of chance: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2018), seeded through splitmix32. `fork` gives a part of the world a stream of its own, so that one
 * part drawing more numbers does not change what another part draws.
 */
import type { Random } from '../ports'

export class SeededRandom implements Random {
  private a: number
  private b: number
  private c: number
  private d: number

  constructor(private readonly seed: number) {
    let state = seed >>> 0
    const split = () => {
      state = (state + 0x9e3779b9) >>> 0
      let mixed = state ^ (state >>> 16)
      mixed = Math.imul(mixed, 0x21f0aaad)
      mixed ^= mixed >>> 15
      mixed = Math.imul(mixed, 0x735a2d97)
      return (mixed ^ (mixed >>> 15)) >>> 0
    }
    this.a = split()
    this.b = split()
    this.c = split()
    this.d = split() | 1 // never all zero
  }

  /** A stream of its own, which depends on the seed and the name alone. */
  fork(name: string): SeededRandom {
    let hash = 0x811c9dc5 // FNV-1a
    for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
    return new SeededRandom((hash ^ Math.imul(this.seed, 0x9e3779b1)) >>> 0)
  }

  /** 32 random bits. */
  next(): number {
    const result = Math.imul(rotate(Math.imul(this.b, 5), 7), 9) >>> 0
    const shifted = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= shifted
    this.d = rotate(this.d, 11)
    return result
  }

  float(): number {
    // 53 bits, as Math.random has.
    return ((this.next() >>> 5) * 0x4000000 + (this.next() >>> 6)) / 0x20000000000000
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.float() * (max - min + 1))
  }

  hex(length: number): string {
    let digits = ''
    while (digits.length < length) digits += this.next().toString(16).padStart(8, '0')
    return digits.slice(0, length)
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
