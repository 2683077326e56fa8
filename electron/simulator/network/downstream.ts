/**
 * The way from a node to its client, with what TCP does for a client that does not read: its machine and the node's
 * take in a window's worth of bytes, and what is written beyond that stays in the node's memory until there is room.
 */
import type { Mark } from '../ports'
import { Channel } from './channel'
import type { FlightBlock } from './flight-bytes'
import type { Wire } from './wire'

export interface Segment {
  readonly chunk: Uint8Array
  readonly block: FlightBlock | undefined
  readonly marks: readonly Mark[]
}

/** The client's socket, as bytes reach it. */
export interface Receiver {
  /** A segment is there. False when the client takes no more until `ready` is called. */
  take(segment: Segment): boolean
  /** Nothing more will come. */
  ended(): void
  /** A segment that never will be there. */
  lost(segment: Segment, why: 'output-buffer' | 'in-flight'): void
  /** The other side has not heard of this one for so long that it gave up. */
  givenUp(): void
}

/** What two socket buffers hold together, as Linux sizes them at first. */
const WINDOW_BYTES = 128 * 1024

export class Downstream {
  private readonly channel: Channel<Segment>
  /** Bytes on their way, or arrived and not read. */
  private unread = 0
  private arrived: Segment[] = []
  private waiting: Segment[] = []
  private waitingBytes = 0
  private isStalled = false
  private isEnding = false
  private hasEnded = false
  private isRefilling = false

  constructor(
    private readonly wire: Wire,
    private readonly receiver: Receiver,
  ) {
    this.channel = new Channel(
      wire,
      (segments) => {
        for (const segment of segments) {
          // Mostly nothing waits, and a queue that was used once would keep its memory.
          if (this.isStalled || this.arrived.length > 0) this.arrived.push(segment)
          else this.handOne(segment)
        }
        this.hand()
      },
      () => receiver.givenUp(),
    )
  }

  /** Bytes in the node's own memory. */
  get unsentLength(): number {
    return this.waitingBytes
  }

  send(segment: Segment): void {
    if (this.waiting.length > 0 || this.unread >= WINDOW_BYTES) {
      this.waiting.push(segment)
      this.waitingBytes += segment.chunk.length
    } else {
      this.put(segment)
    }
  }

  /** Ends once everything has been sent. */
  end(): void {
    if (this.waiting.length > 0) this.isEnding = true
    else this.close()
  }

  /** Ends with what is on its way; what the node still had in memory is lost. */
  destroy(): void {
    this.drop(this.waiting.splice(0), 'output-buffer')
    this.waitingBytes = 0
    this.close()
  }

  /** The client reads again. Its own code is running: it gets its bytes when that has come to rest. */
  ready(): void {
    if (!this.isStalled) return
    this.isStalled = false
    this.wire.clock.after(0, () => this.hand())
  }

  /** The client is gone, with what it did not read. */
  abandon(): void {
    this.drop(this.arrived.splice(0), 'in-flight')
    this.drop(this.waiting.splice(0), 'in-flight')
    this.waitingBytes = 0
  }

  private put(segment: Segment): void {
    this.unread += segment.chunk.length
    this.channel.send(segment, segment.chunk.length)
  }

  private close(): void {
    this.channel.close(() => {
      this.hasEnded = true
      this.hand()
    })
  }

  private hand(): void {
    while (!this.isStalled) {
      const segment = this.arrived.shift()
      if (!segment) break
      this.handOne(segment)
    }
    if (this.waiting.length > 0 && this.unread < WINDOW_BYTES) this.refill()
    if (this.hasEnded && this.arrived.length === 0) {
      this.hasEnded = false
      this.receiver.ended()
    }
  }

  private handOne(segment: Segment): void {
    this.unread -= segment.chunk.length
    if (!this.receiver.take(segment)) this.isStalled = true
  }

  /** There is room again, which the node's machine hears of by the next acknowledgement. */
  private refill(): void {
    if (this.isRefilling) return
    this.isRefilling = true
    this.wire.clock.after(this.wire.latencyUs(), () => {
      this.isRefilling = false
      while (this.waiting.length > 0 && this.unread < WINDOW_BYTES) {
        const segment = this.waiting.shift()!
        this.waitingBytes -= segment.chunk.length
        this.put(segment)
      }
      if (this.waiting.length === 0 && this.isEnding) this.close()
    })
  }

  private drop(segments: readonly Segment[], why: 'output-buffer' | 'in-flight'): void {
    for (const segment of segments) this.receiver.lost(segment, why)
  }
}
