/**
 * The machine under the world: the real clock and the real timers, kept before the globals are replaced. This folder
 * is the only one in the engine that may touch them.
 */
import crypto from 'node:crypto'

const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout, setImmediate: realSetImmediate } = globalThis
// Not `performance.now`: Node 18, which Electron 25 has, reads it through `process.hrtime`, and that will be the world's.
const realNow = process.hrtime.bigint
const realUnixMs = Date.now
const realRandomBytes = crypto.randomBytes
const realRandom = Math.random

/** Real milliseconds since some moment in the past, with a fraction. Never goes back. */
export function wallMs(): number {
  return Number(realNow()) / 1e6
}

/** Microseconds since 1970, as the machine's system clock has them. */
export function unixUs(): number {
  return realUnixMs() * 1000
}

/**
 * Gives up the thread once. Whatever promises and `process.nextTick` calls are pending runs before it comes back, and
 * so does input from sockets and from the parent thread.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    realSetImmediate(resolve)
  })
}

/** Runs in this turn of the machine's event loop, once all sockets have been read. */
export function soon(run: () => void): void {
  realSetImmediate(run)
}

/** Runs once, `ms` from now. Gives what calls it off. */
export function later(ms: number, run: () => void): () => void {
  // A timer holds at most 2^31 - 1 ms, which is 24 days; nothing here waits that long.
  const timer = realSetTimeout(run, Math.min(Math.max(0, ms), 0x7fffffff))
  return () => realClearTimeout(timer)
}

/** Comes back after `ms`. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    later(ms, resolve)
  })
}

/** Bytes that nobody can foresee: what clients of real servers draw must not meet what others drew. */
export function freshBytes(size: number): Uint8Array {
  return realRandomBytes(size)
}

export function freshFloat(): number {
  return realRandom()
}

/** A sleep that can be cut short, for waiting until the next event is due. */
export class Alarm {
  private wake: (() => void) | null = null

  get isWaiting(): boolean {
    return this.wake !== null
  }

  /** Comes back after `ms`, or earlier when it is rung. Infinity waits for the ring alone. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      // A timer holds at most 2^31 - 1 ms; a longer wait is woken early, looks around and sleeps again.
      const timer = ms === Infinity ? undefined : realSetTimeout(() => this.ring(), Math.min(ms, 0x7fffffff))
      this.wake = () => {
        realClearTimeout(timer)
        resolve()
      }
    })
  }

  ring(): void {
    const { wake } = this
    this.wake = null
    wake?.()
  }
}
