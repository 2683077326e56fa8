/** One direction between two machines, as the connections on it share it: what a flight takes, and what stops it. */
import type { Clock, Random } from '../ports'
import type { Links } from './links'
import type { Gate } from '../clock/gate'

/** One-way delay of a link, in microseconds, both ends included. */
export interface Latency {
  readonly minUs: number
  readonly maxUs: number
}

/** What is done to the next flight on a wire: it is kept, lost once, sent twice, or overtaken. */
export type Trick = 'hold' | 'drop' | 'duplicate' | 'reorder'

/** So much later than others comes a flight that was overtaken. */
const OVERTAKEN_US = 5000

export class Wire {
  private freeUs = 0
  private trick: { readonly what: Trick; readonly played: (release: () => void) => void } | undefined

  constructor(
    readonly clock: Clock,
    private readonly random: Random,
    private readonly latency: Latency,
    private readonly links: Links,
    readonly from: string,
    readonly to: string,
    /** The process at the far end, which may be stopped. */
    readonly gate: Gate | undefined,
  ) {}

  get isCut(): boolean {
    return this.links.state(this.from, this.to).isCut
  }

  /** Whether acknowledgements come back. */
  get isDeaf(): boolean {
    return this.links.state(this.to, this.from).isCut
  }

  /** Whether every byte counts. */
  get isNarrow(): boolean {
    return this.links.state(this.from, this.to).bytesPerSecond !== Infinity
  }

  /** Tells whoever looks of a flight that leaves now. */
  tell(part: unknown, arrivesUs: number): void {
    this.links.watcher?.(this.from, this.to, part, this.clock.nowUs(), this.isCut ? Infinity : arrivesUs)
  }

  /** What the healthy network takes for one flight. */
  latencyUs(): number {
    return this.random.integer(this.latency.minUs, this.latency.maxUs)
  }

  /**
   * Plays a trick on the next flight. TCP makes good of all of them: what is lost is sent again, what comes twice is
   * dropped, what comes too early waits; so everybody behind it waits too. `played` is called when it is done, with what
   * lets a flight go that is held.
   */
  play(what: Trick, played: (release: () => void) => void): void {
    this.trick = { what, played }
  }

  /** The trick that is to be played on a flight that leaves now. */
  takeTrick(): { readonly what: Trick; readonly played: (release: () => void) => void } | undefined {
    const { trick } = this
    this.trick = undefined
    return trick
  }

  get overtakenUs(): number {
    return OVERTAKEN_US
  }

  /** How long so many bytes are on their way, when they are sent now. */
  flightUs(length: number): number {
    const base = this.latencyUs()
    const { delayUs, jitterUs, bytesPerSecond } = this.links.state(this.from, this.to)
    let us = base + delayUs
    if (jitterUs > 0) us += this.random.integer(0, jitterUs)
    if (bytesPerSecond === Infinity) return us
    // All connections of a link share its bandwidth, one flight after the other.
    const now = this.clock.nowUs()
    this.freeUs = Math.max(this.freeUs, now) + Math.ceil((length / bytesPerSecond) * 1e6)
    return this.freeUs - now + us
  }
}
