/**
 * The trace of one run: gives every event its number and time, hashes it and hands it to whoever listens. Listeners
 * must not append while they hear of an event.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../simulator/ports'
import { lineOf } from '../../../shared/trace/line'
import type { EventInput } from '../../../shared/trace/event-types'

export type TraceListener = (seq: number, t: number, event: EventInput) => void

// One call into the hash for many lines: a call for each would cost more than the hashing.
const HASH_CHUNK = 64 * 1024

export class Trace {
  /** What an event is put down to when it does not say: what the world is reacting to at present. */
  cause = 0
  private seq = 0
  private readonly listeners: TraceListener[] = []
  private readonly sha256 = createHash('sha256')
  private unhashed = ''

  constructor(private readonly clock: Clock) {}

  /** How many events there are; also the `seq` of the last one. */
  get length(): number {
    return this.seq
  }

  /** Gives the event's `seq`, to be the `cause` of what follows from it. */
  append(input: EventInput): number {
    const event = input.cause === undefined ? { ...input, cause: this.cause } : input
    const seq = ++this.seq
    const t = this.clock.nowUs()
    this.unhashed += lineOf(seq, t, event) + '\n'
    if (this.unhashed.length > HASH_CHUNK) this.flushHash()
    for (const listener of this.listeners) listener(seq, t, event)
    return seq
  }

  listen(listener: TraceListener): void {
    this.listeners.push(listener)
  }

  /** SHA-256 over the NDJSON lines of all events so far, in hexadecimal. */
  hash(): string {
    this.flushHash()
    return this.sha256.copy().digest('hex')
  }

  private flushHash(): void {
    this.sha256.update(this.unhashed)
    this.unhashed = ''
  }
}
