/** One direction between two machines, as the connections on it share it: what a flight takes, and what stops it. */
import type { Clock, Random } from '../ports'
import type { Links } from './links'
import type { Gate } from '../clock/gate'

/** One-way delay of a link, in microseconds, both ends included. */
export interface Latency {
  readonly minUs: number
  readonly maxUs: number
}

export class Wire {
  private freeUs = 0

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

  /** What the healthy network takes for one flight. */
  latencyUs(): number {
    return this.random.integer(this.latency.minUs, this.latency.maxUs)
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
