/**
 * Follows every job from its adding to its end, by what the actors that add, take and finish it tell, and writes the
 * `job.*` events of the trace. It knows what no single actor knows: that a job is handled for the second time, and why,
 * and that one is lost because the only process that knew of it is gone.
 */
import type { Bytes } from '../../../shared/bytes'
import type { DuplicateReason, JobLossReason, QueueKind } from '../../../shared/trace/event-types'
import type { Cancel, Clock } from '../../simulator/ports'
import type { Trace } from '../trace/trace'
import { newRecord, Shelf, type JobRecord } from './shelf'
import { isBehind } from './stream-place'

/** Where a job is taken from: a queue, and the consumer group where it is a stream. */
export interface Source {
  readonly resource: Bytes
  /** Empty where the queue has no groups. */
  readonly group: string
}

/** Where a group begins: at the stream's start, at its end, or behind an entry. */
export type StreamStart = 'start' | 'end' | (string & {})

export interface Taking {
  /** The entry's id in a stream, else empty. */
  readonly place: string
  /** From 1. */
  readonly attempt: number
  /** Whether the server keeps the job until it is acknowledged. */
  readonly isKept: boolean
}

interface Queue {
  readonly kind: QueueKind
  /** In which its jobs may be. */
  readonly keys: Set<Bytes>
  /** By consumer group; a queue that has none has one shelf, named by the empty text. */
  readonly shelves: Map<string, Shelf>
  /** Jobs that were added, the oldest first: what a group that begins at the start is to get. */
  readonly added: Map<string, { readonly addedUs: number; readonly place: string }>
  /** Jobs of which nobody knows whether the server has them. */
  readonly doubtful: Map<string, { readonly actor: string; readonly payload: Bytes }>
}

/** Older jobs of a stream than so many are forgotten as history. */
const HISTORY_MAX = 100_000
const DOUBTFUL_MAX = 10_000
const LOST_REPLIES_MAX = 10_000

export class JobBook {
  private readonly queues = new Map<Bytes, Queue>()
  private readonly inLostReplies = new Set<string>()
  private used: (() => void) | undefined

  constructor(
    private readonly trace: Trace,
    private readonly clock: Clock,
  ) {}

  /**
   * A queue begins to be used; the first who says so decides of which kind it is. `keys` are those, besides its own, in
   * which its jobs may be.
   */
  open(resource: Bytes, kind: QueueKind, keys: readonly Bytes[] = []): void {
    const known = this.queues.get(resource)
    for (const key of keys) known?.keys.add(key)
    if (known) return
    const shelves = new Map(kind === 'stream' ? [] : [['', new Shelf()]])
    this.queues.set(resource, {
      kind,
      keys: new Set([resource, ...keys]),
      shelves,
      added: new Map(),
      doubtful: new Map(),
    })
    this.trace.append({ type: 'queue.opened', resource, kind })
  }

  /** The keys in which the jobs of a queue may be. */
  keysOf(resource: Bytes): Iterable<Bytes> {
    return this.queueOf(resource).keys
  }

  /** Calls back at each job that is added. */
  whenUsed(tell: () => void): Cancel {
    this.used = tell
    return () => (this.used = undefined)
  }

  /** A reply that carried these jobs never arrived. */
  replyLost(ids: readonly string[]): void {
    for (const id of ids) this.inLostReplies.add(id)
    while (this.inLostReplies.size > LOST_REPLIES_MAX) {
      this.inLostReplies.delete(this.inLostReplies.values().next().value!)
    }
  }

  wasInLostReply(job: string): boolean {
    return this.inLostReplies.has(job)
  }

  /** A consumer group is there from now on, and is to get what was added behind where it begins. */
  join(actor: string, { resource, group }: Source, from: StreamStart): void {
    const queue = this.queueOf(resource)
    if (queue.shelves.has(group)) return
    const shelf = new Shelf()
    queue.shelves.set(group, shelf)
    for (const [job, { addedUs, place }] of queue.added) {
      if (isBehind(place, from)) shelf.put(newRecord(job, addedUs, place))
    }
    this.trace.append({ type: 'group.joined', actor, resource, group, backlog: shelf.openCount })
  }

  /** The server has confirmed that it has the job. */
  add(actor: string, resource: Bytes, job: string, payload: Bytes, place = ''): void {
    const copies = this.put(resource, job, place)
    this.trace.append({ type: 'job.added', actor, resource, job, place, payload, copies })
  }

  delay(actor: string, resource: Bytes, job: string, dueUs: number): void {
    this.trace.append({ type: 'job.delayed', actor, resource, job, dueUs })
  }

  /** It could not be added, or nobody knows whether it was: should anybody ever take it, it was. */
  refuse(actor: string, resource: Bytes, job: string, payload: Bytes, why: string): void {
    this.trace.append({ type: 'job.refused', actor, resource, job, why })
    const { shelves, doubtful } = this.queueOf(resource)
    for (const shelf of shelves.values()) {
      if (shelf.get(job)?.isAnnounced === false) {
        this.add(actor, resource, job, payload)
        return
      }
    }
    doubtful.set(job, { actor, payload })
    if (doubtful.size > DOUBTFUL_MAX) doubtful.delete(doubtful.keys().next().value!)
  }

  /** Whether a job is known there. */
  has({ resource, group }: Source, job: string): boolean {
    return this.queueOf(resource).shelves.get(group)?.get(job) !== undefined
  }

  /** The job that the server knows by `place`, and who had it last, if anybody. */
  at(source: Source, place: string): { readonly job: string; readonly holder: string } | undefined {
    return this.shelfOf(source).at(place)
  }

  /** Gives the event's number, which is the cause of the work. */
  take(actor: string, source: Source, job: string, { place, attempt, isKept }: Taking): number {
    const record = this.recordOf(source, job, place)
    this.reopen(actor, source, record)
    record.wasAcknowledged ||= record.isAcknowledged
    record.isAcknowledged = false
    record.lastHolder = actor
    record.holders.set(actor, { takenUs: this.clock.nowUs(), isKept })
    // Only the first time: one that is taken again comes late by nature.
    const overtaken = Number(record.takings++ === 0 && this.shelfOf(source).takes(record))
    const waitedUs = Math.max(0, this.clock.nowUs() - record.addedUs)
    return this.trace.append({ type: 'job.taken', ...source, actor, job, place, attempt, waitedUs, overtaken })
  }

  /** Its work is done. Gives the event's number. */
  handle(actor: string, source: Source, job: string): number {
    const record = this.recordOf(source, job)
    this.reopen(actor, source, record)
    const times = ++record.handled
    const open = Number(record.isOpen)
    this.shelfOf(source).close(record)
    const workedUs = this.clock.nowUs() - (record.holders.get(actor)?.takenUs ?? this.clock.nowUs())
    const cause = this.trace.append({ type: 'job.handled', ...source, actor, job, times, open, workedUs })
    if (times > 1) {
      this.trace.append({ type: 'job.duplicated', cause, ...source, actor, job, times, why: reasonOf(record) })
    }
    return cause
  }

  /** The server has forgotten it. */
  acknowledge(actor: string, source: Source, job: string): void {
    const record = this.recordOf(source, job)
    record.isAcknowledged = true
    record.holders.delete(actor)
    this.trace.append({ type: 'job.acknowledged', ...source, actor, job })
  }

  /** Gives the event's number. */
  fail(actor: string, source: Source, job: string, attempt: number, why: string): number {
    return this.trace.append({ type: 'job.failed', ...source, actor, job, attempt, why })
  }

  /** It is out of this actor's hand, and nothing else has changed. */
  release(actor: string, source: Source, job: string): void {
    this.recordOf(source, job).holders.delete(actor)
  }

  /** It is back in its queue, or will be in `delayUs`. */
  retry(actor: string, source: Source, job: string, attempt: number, delayUs: number): void {
    const record = this.recordOf(source, job)
    record.holders.delete(actor)
    record.isRetried = true
    this.trace.append({ type: 'job.retried', ...source, actor, job, attempt, delayUs })
  }

  /** `actor` took it over from `from`, who had not said a word for `idleUs`. */
  claim(actor: string, source: Source, job: string, from: string, idleUs: number): void {
    const record = this.recordOf(source, job)
    record.isClaimed = true
    record.isClaimedAtWork ||= record.holders.has(from) && record.handled === 0
    this.trace.append({ type: 'job.claimed', ...source, actor, job, from, idleUs })
  }

  /** The time that `holder` had for it has passed. */
  expire(actor: string, source: Source, job: string, holder: string): void {
    this.trace.append({ type: 'job.expired', ...source, actor, job, holder })
  }

  /** It is given up, and kept aside. */
  bury(actor: string, source: Source, job: string, to: Bytes, why: string): void {
    const { open, copies } = this.pass(actor, source, job, to)
    this.trace.append({ type: 'job.deadlettered', ...source, actor, job, to, why, open, copies })
  }

  /** It went on to another queue. */
  move(actor: string, source: Source, job: string, to: Bytes): void {
    const { open, copies } = this.pass(actor, source, job, to)
    this.trace.append({ type: 'job.moved', ...source, actor, job, to, open, copies })
  }

  /** The actor's process is gone, and with it what nobody else knows of. */
  leave(actor: string): void {
    for (const { source, record } of this.letGo(actor)) this.lose(actor, source, record, 'holder-gone')
  }

  /** An error has kept it from bringing to an end what it had in hand: it has it in hand no more. */
  drop(actor: string, problem: string): void {
    for (const { source, record } of this.letGo(actor)) {
      this.fail(actor, source, record.job, record.takings, problem)
      this.lose(actor, source, record, 'given-up')
    }
  }

  /** Takes everything out of an actor's hand. Gives what nobody else has, and no server. */
  private letGo(actor: string): readonly { readonly source: Source; readonly record: JobRecord }[] {
    const gone: { source: Source; record: JobRecord }[] = []
    for (const { source, shelf } of this.shelves()) {
      for (const record of shelf.open()) {
        const holding = record.holders.get(actor)
        if (!holding) continue
        record.holders.delete(actor)
        if (!holding.isKept && record.holders.size === 0) gone.push({ source, record })
      }
    }
    return gone
  }

  /** It is given up, and nobody keeps it. */
  giveUp(actor: string, source: Source, job: string): void {
    const record = this.recordOf(source, job)
    record.holders.delete(actor)
    this.lose(actor, source, record, 'given-up')
  }

  /** Whoever asked waits no longer. Should an answer be made all the same, the job is found again. */
  unanswered(source: Source, job: string): void {
    const record = this.shelfOf(source).get(job)
    if (record) this.lose('', source, record, 'no-answer')
  }

  lose(actor: string, source: Source, record: JobRecord, why: JobLossReason): void {
    if (!record.isOpen) return
    record.isLost = true
    this.shelfOf(source).close(record)
    this.trace.append({ type: 'job.lost', ...source, actor, job: record.job, why })
  }

  /** All queues, as somebody who looks for what is missing needs them. */
  *shelves(): Iterable<{ readonly source: Source; readonly kind: QueueKind; readonly shelf: Shelf }> {
    for (const [resource, { kind, shelves }] of this.queues) {
      for (const [group, shelf] of shelves) yield { source: { resource, group }, kind, shelf }
    }
  }

  private pass(actor: string, source: Source, job: string, to: Bytes): { open: number; copies: number } {
    const record = this.recordOf(source, job)
    const open = Number(record.isOpen)
    this.shelfOf(source).close(record)
    record.holders.delete(actor)
    record.moves++
    // BullMQ's job stays what it is; in other queues a dead letter is something new.
    const copies = this.put(to, job, this.queueOf(to).kind === 'bull-failed' ? record.place : '')
    if (record.moves > 1) {
      for (const shelf of this.queueOf(to).shelves.values()) {
        const next = shelf.get(job)
        if (next) next.isMovedTwice = true
      }
    }
    return { open, copies }
  }

  private put(resource: Bytes, job: string, place: string): number {
    this.used?.()
    const queue = this.queueOf(resource)
    const addedUs = this.clock.nowUs()
    if (queue.kind === 'stream') {
      queue.added.set(job, { addedUs, place })
      if (queue.added.size > HISTORY_MAX) queue.added.delete(queue.added.keys().next().value!)
    }
    let copies = 0
    for (const shelf of queue.shelves.values()) {
      const known = shelf.get(job)
      if (!known) shelf.put(newRecord(job, addedUs, place))
      // Whoever takes a job may be told so before whoever added it is: then it is known already.
      if (!known || !known.isAnnounced) copies++
      if (known) known.isAnnounced = true
    }
    return copies
  }

  /** A job that comes up again though it was given up as lost. */
  private reopen(actor: string, source: Source, record: JobRecord): void {
    if (!record.isLost) return
    record.isLost = false
    this.shelfOf(source).reopen(record)
    this.trace.append({ type: 'job.found', ...source, actor, job: record.job })
  }

  private recordOf(source: Source, job: string, place = ''): JobRecord {
    const shelf = this.shelfOf(source)
    if (!shelf.get(job)) this.resolve(source.resource, job, place)
    let record = shelf.get(job)
    if (!record) {
      record = newRecord(job, this.clock.nowUs(), place)
      record.isAnnounced = false
      shelf.put(record)
    }
    return record
  }

  /** A job turns up of which nobody knew whether it was added: it was. */
  private resolve(resource: Bytes, job: string, place: string): void {
    const { doubtful } = this.queueOf(resource)
    const doubt = doubtful.get(job)
    if (doubt && doubtful.delete(job)) this.add(doubt.actor, resource, job, doubt.payload, place)
  }

  private shelfOf({ resource, group }: Source): Shelf {
    const { shelves } = this.queueOf(resource)
    let shelf = shelves.get(group)
    if (!shelf) shelves.set(group, (shelf = new Shelf()))
    return shelf
  }

  private queueOf(resource: Bytes): Queue {
    const queue = this.queues.get(resource)
    if (!queue) throw new Error(`queue ${resource} was not opened`)
    return queue
  }
}

function reasonOf(record: JobRecord): DuplicateReason {
  if (record.isMovedTwice) return 'moved-twice'
  if (record.isClaimedAtWork) return 'claimed-at-work'
  if (record.isClaimed) return 'not-acknowledged'
  if (record.wasAcknowledged) return 'rolled-back'
  if (record.isRetried) return 'retried'
  return 'added-twice'
}
