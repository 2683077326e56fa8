import type { Bytes } from '../../../shared/bytes'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import type { Clock } from '../../simulator/ports'
import type { JobBook } from '../jobs/job-book'
import type { Trace } from '../trace/trace'
import type { Listening, Speech } from '../world/roster'
import type { Seeds } from './redis-client'

/**
 * What an actor needs of the run that it takes part in. A world gives it virtual time and simulated nodes; a live run
 * the machine's clock and real servers. An actor cannot tell which.
 */
export interface Yard {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly trace: Trace
  readonly delivery: Attendance
  readonly jobs: JobBook
  /** Where clients begin. */
  readonly seeds: Seeds
  /** Lets an actor's code run in this instant, once what runs at present has come to rest. */
  takeTurn(owner: string, run: () => void): void
  /** An actor's process stands still, until it is released. */
  hold(owner: string): void
  release(owner: string): void
  isHeld(owner: string): boolean
}

/** Who takes part, and what for. */
export interface Attendance {
  join(actor: string, role: string, speech?: Speech): void
  leave(actor: string): void
  /** From now on this actor is to receive what is published there: missing it is a loss. */
  want(actor: string, listening: Listening): void
  unwant(actor: string, listening: Listening): void
  /** From now on this actor is drawn as one that publishes there. */
  publishesTo(actor: string, channel: Bytes): void
  /** From now on this actor is drawn as one that does so with a queue. */
  usesQueue(actor: string, resource: Bytes, kind: 'add' | 'take' | 'move'): void
  isConnected(actor: string): boolean
  /** How many subscriptions of its own servers have confirmed. */
  subscriptionsOf(actor: string): number
  /**
   * How long ago it happened what the message that arrived last tells of, in microseconds; below 0 where nobody knows.
   * `key` is the key that a key event is about.
   */
  ageOfFact(key: Bytes): number
}
