/**
 * One direction of a connection. What is sent at one instant travels together; what is sent later never arrives
 * earlier, as TCP promises, though each part draws its own latency.
 */
import type { Clock, Random } from '../ports'

/** One-way delay of a link, in microseconds, both ends included. */
export interface Latency {
  readonly minUs: number
  readonly maxUs: number
}

export class Channel<T> {
  private waiting: { readonly sentUs: number; readonly parts: T[] } | null = null
  private lastArrivalUs = 0
  private isClosed = false

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly latency: Latency,
    private readonly arrive: (parts: readonly T[]) => void,
  ) {}

  send(part: T): void {
    if (this.isClosed) return
    const now = this.clock.nowUs()
    if (this.waiting?.sentUs === now) {
      this.waiting.parts.push(part)
      return
    }
    const flight = { sentUs: now, parts: [part] }
    this.waiting = flight
    this.schedule(() => {
      if (this.waiting === flight) this.waiting = null
      this.arrive(flight.parts)
    })
  }

  /** Closes this direction: nothing can be sent any more, and `run` is called once all that was sent has arrived. */
  close(run: () => void): void {
    if (this.isClosed) return
    this.isClosed = true
    this.waiting = null
    this.schedule(run)
  }

  private schedule(run: () => void): void {
    const now = this.clock.nowUs()
    const delay = this.random.integer(this.latency.minUs, this.latency.maxUs)
    const arrival = Math.max(now + delay, this.lastArrivalUs)
    this.lastArrivalUs = arrival
    this.clock.after(arrival - now, run)
  }
}
