const LOW = 2 ** 24
const MULTIPLIER_LOW = 0xece66d
const MULTIPLIER_HIGH = 0x5de
const INCREMENT = 0xb
/** What `srand48` puts below the seed. */
const SEED_LOW = 0x330e
const GREATEST = 2 ** 31 - 1

/**
 * `lrand48`, with which Redis gives scripts the same numbers on every machine. Its state has 48 bits, begins anew with
 * the server, and goes on from script to script.
 */
export class ScriptRandom {
  private low = 0xcd330e
  private high = 0x1234ab

  /** Of the seed, 32 bits count. */
  seed(seed: number): void {
    const bits = seed >>> 0
    this.low = (bits & 0xff) * 65536 + SEED_LOW
    this.high = bits >>> 8
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const low = this.low * MULTIPLIER_LOW + INCREMENT
    const carry = Math.floor(low / LOW)
    // The product of the high halves falls out of the 48 bits, and so does what is above them here.
    this.high = (this.high * MULTIPLIER_LOW + this.low * MULTIPLIER_HIGH + carry) % LOW
    this.low = low % LOW
    // The upper 31 of 48 bits.
    const drawn = this.high * 128 + Math.floor(this.low / 2 ** 17)
    return (drawn % GREATEST) / GREATEST
  }
}
