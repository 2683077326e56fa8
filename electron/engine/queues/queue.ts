/**
 * A queue as its consumers see it, whatever Redis data type it is made of: each kind says with which commands a job is
 * put there, taken, acknowledged, tried again and given up.
 */
import type { Bytes } from '../../../shared/bytes'
import type { QueueKind } from '../../../shared/trace/event-types'
import type { Clock } from '../../simulator/ports'
import type { Job } from '../jobs/envelope'
import type { Source } from '../jobs/job-book'

/** Sends one command. Numbers and texts that hold bytes; the reply as ioredis gives it, bulk strings as Buffers. */
export type Send = (...words: readonly (string | number)[]) => Promise<unknown>

/** A job in somebody's hand. */
export interface Taken {
  readonly source: Source
  readonly job: Job
  /** It was put there by somebody who is no actor. */
  readonly isForeign: boolean
  /** What stands in the queue. */
  readonly element: Bytes
  /** The entry's id in a stream, else empty. */
  readonly place: string
  /** Its priority, where it has one. */
  readonly score?: string
  /** From whom it was taken over and for how long that one had it, where it was. */
  readonly claimed?: { readonly from: string; readonly idleUs: number }
}

export interface Put {
  readonly resource: Bytes
  readonly kind: QueueKind
  /** The keys, besides the queue's own, in which its jobs may be. */
  readonly keys?: readonly Bytes[]
  /** Gives the entry's id in a stream or a job's in BullMQ, else the empty text. Rejects with Redis's error or ioredis's. */
  put(send: Send, job: Job): Promise<string>
}

export interface TakeQueue {
  /** All that it may take from. */
  readonly sources: readonly Source[]
  readonly kind: QueueKind
  /** What a dead letter is put into. */
  readonly deadKind: QueueKind
  /** The keys, besides those of the sources, in which its jobs may be. */
  readonly keys: readonly Bytes[]
  /** Whether the server keeps a job until it is acknowledged. */
  readonly isKept: boolean
  /** Makes what has to be there before anything can be taken. */
  prepare(send: Send): Promise<void>
  /** Waits up to `waitMs` for a job, and gives `max` at most; none where there was none. */
  take(send: Send, max: number, waitMs: number): Promise<readonly Taken[]>
  /** Whether a job is still this consumer's own; always true where nobody could have taken it away. */
  isMine(send: Send, taken: Taken): Promise<boolean>
  /** False where the server knew nothing of it any more. */
  acknowledge(send: Send, taken: Taken): Promise<boolean>
  /** Puts it back to be tried once more, `delayUs` from now. */
  retry(send: Send, taken: Taken, delayUs: number): Promise<void>
  /** Puts it aside for good. */
  bury(send: Send, taken: Taken, to: Bytes): Promise<void>
  /** Takes over what others left behind, and what is due to be tried again. */
  recover(send: Send, max: number): Promise<readonly Taken[]>
}

/** A bulk reply as bytes, one character each. */
export function bytesIn(reply: unknown): Bytes {
  if (Buffer.isBuffer(reply)) return reply.toString('latin1') as Bytes
  return String(reply) as Bytes
}

/** Gives the time of day as the client's machine has it, in milliseconds since 1970. */
export type NowMs = () => number

/** The time of day of a machine whose clock is wrong by `skewUs`. */
export function nowOf(clock: Clock, skewUs = 0): NowMs {
  return () => Math.floor((clock.unixUs() + skewUs) / 1000)
}
