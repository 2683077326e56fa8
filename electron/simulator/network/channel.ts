/**
 * One direction of a connection, with TCP's promises. What is sent at one instant travels together; what is sent later
 * never arrives earlier, though each flight draws its own latency. What is lost on a cut link is sent again: after
 * 200 ms, then twice as long each time (RFC 6298), and after 15 attempts the connection is given up, some quarter of an
 * hour later, as Linux does (`tcp_retries2`). Until then nobody knows: the connection is half open.
 */
import type { Cancel } from '../ports'
import type { Wire } from './wire'

interface Flight<T> {
  readonly sentUs: number
  readonly parts: T[]
  length: number
  /** The last flight: nothing follows. */
  readonly last?: () => void
}

const RETRY_US = 200_000
const RETRY_MAX_US = 120_000_000
const RETRIES = 15

export class Channel<T> {
  private waiting: Flight<T> | null = null
  private lastArrivalUs = -Infinity
  private isClosed = false
  /** What was lost, and what has to wait behind it. */
  private lost: Flight<T>[] | null = null
  /** When the first was sent of which no acknowledgement has come. */
  private unheardSinceUs: number | undefined
  private retries = 0
  private cancelRetry: Cancel | null = null

  constructor(
    private readonly wire: Wire,
    private readonly arrive: (parts: readonly T[]) => void,
    /** Nothing was heard from the other side for so long that there is no hope. */
    private readonly givenUp: () => void,
  ) {}

  send(part: T, length: number): void {
    if (this.isClosed) return
    const now = this.wire.clock.nowUs()
    if (this.waiting?.sentUs === now && !this.wire.isNarrow) {
      this.waiting.parts.push(part)
      this.waiting.length += length
      return
    }
    this.waiting = { sentUs: now, parts: [part], length }
    this.put(this.waiting)
  }

  /** Closes this direction: nothing can be sent any more, and `run` is called once all that was sent has arrived. */
  close(run: () => void): void {
    if (this.isClosed) return
    this.isClosed = true
    this.waiting = null
    this.put({ sentUs: this.wire.clock.nowUs(), parts: [], length: 0, last: run })
  }

  /** Forgets what is on its way, as a connection that is reset does. */
  abandon(): void {
    this.isClosed = true
    this.waiting = null
    this.lost = null
    this.cancelRetry?.()
    this.cancelRetry = null
  }

  private put(flight: Flight<T>): void {
    if (this.lost) this.lost.push(flight)
    else if (this.isUnheard()) this.lose(flight)
    else this.fly(flight)
  }

  /** Without acknowledgements nothing new goes out after the first time-out. */
  private isUnheard(): boolean {
    if (!this.wire.isDeaf) this.unheardSinceUs = undefined
    return this.unheardSinceUs !== undefined && this.wire.clock.nowUs() - this.unheardSinceUs >= RETRY_US
  }

  private fly(flight: Flight<T>): void {
    const { clock } = this.wire
    const now = clock.nowUs()
    const trick = this.wire.takeTrick()
    if (trick?.what === 'hold' || trick?.what === 'drop') this.wire.tell(flight.parts[0], Infinity)
    if (trick?.what === 'hold') {
      this.hold(flight, trick.played)
      return
    }
    if (trick?.what === 'drop') this.lose(flight)
    trick?.played(() => undefined)
    if (trick?.what === 'drop') return
    const lateUs = trick?.what === 'reorder' ? this.wire.overtakenUs : 0
    const arrival = Math.max(now + this.wire.flightUs(flight.length) + lateUs, this.lastArrivalUs)
    this.lastArrivalUs = arrival
    this.wire.tell(flight.parts[0], arrival)
    clock.after(arrival - now, () => this.land(flight))
  }

  private land(flight: Flight<T>): void {
    if (this.waiting === flight) this.waiting = null
    if (this.lost || this.wire.isCut) {
      this.lose(flight)
      return
    }
    if (this.wire.isDeaf && this.unheardSinceUs === undefined) {
      this.unheardSinceUs = flight.sentUs
      this.retryLater()
    }
    const { gate } = this.wire
    if (gate) gate.pass(() => this.deliver(flight))
    else this.deliver(flight)
  }

  /** Keeps a flight, and everything behind it, until it is let go. */
  private hold(flight: Flight<T>, played: (release: () => void) => void): void {
    if (this.waiting === flight) this.waiting = null
    this.lost ??= []
    this.lost.push(flight)
    let isHeld = true
    // Its sender sends it again and again, and each time somebody keeps it.
    this.cancelRetry = () => undefined
    played(() => {
      if (!isHeld) return
      isHeld = false
      this.cancelRetry = null
      this.retry()
    })
  }

  private deliver(flight: Flight<T>): void {
    if (flight.last) flight.last()
    else this.arrive(flight.parts)
  }

  private lose(flight: Flight<T>): void {
    if (this.waiting === flight) this.waiting = null
    this.lost ??= []
    this.lost.push(flight)
    this.retryLater()
  }

  private retryLater(): void {
    if (this.cancelRetry) return
    const delayUs = Math.min(RETRY_US * 2 ** this.retries, RETRY_MAX_US)
    this.cancelRetry = this.wire.clock.after(delayUs, () => this.retry())
  }

  private retry(): void {
    this.cancelRetry = null
    if (this.wire.isCut || this.wire.isDeaf) {
      if (++this.retries <= RETRIES) this.retryLater()
      else this.giveUp()
      return
    }
    this.retries = 0
    this.unheardSinceUs = undefined
    const flights = this.lost
    this.lost = null
    for (const flight of flights ?? []) this.fly(flight)
  }

  private giveUp(): void {
    this.abandon()
    this.givenUp()
  }
}
