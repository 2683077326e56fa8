import type { Bytes } from '../../../../shared/bytes'
import { OrderedById } from './ordered-by-id'
import type { Part, StreamId } from './stream-id'

/** An entry that was delivered to a consumer and not acknowledged yet. */
export interface Pending {
  readonly id: StreamId
  /** None for the moment in which XCLAIM FORCE makes it. */
  consumer: Consumer
  deliveredMs: number
  deliveries: Part
}

export interface Consumer {
  readonly name: Bytes
  seenMs: number
  readonly pending: OrderedById<Pending>
}

/** `entriesRead` of a group that does not know how many entries it has read. */
export const UNKNOWN = -1

export class ConsumerGroup {
  /** The pending entries list. */
  readonly pending = new OrderedById<Pending>()
  readonly consumers = new Map<Bytes, Consumer>()

  constructor(
    readonly name: Bytes,
    public lastId: StreamId,
    public entriesRead: Part,
  ) {}

  addConsumer(name: Bytes, nowMs: number): Consumer {
    const consumer: Consumer = { name, seenMs: nowMs, pending: new OrderedById() }
    this.consumers.set(name, consumer)
    return consumer
  }

  removeConsumer(consumer: Consumer): void {
    for (const { id } of consumer.pending) this.pending.delete(id)
    this.consumers.delete(consumer.name)
  }

  addPending(id: StreamId, consumer: Consumer, nowMs: number): Pending {
    const pending: Pending = { id, consumer, deliveredMs: nowMs, deliveries: 1 }
    this.pending.insert(pending)
    consumer.pending.insert(pending)
    return pending
  }

  /** Says whether the entry was pending. */
  removePending(id: StreamId): boolean {
    const pending = this.pending.get(id)
    if (!pending) return false
    this.pending.delete(id)
    pending.consumer.pending.delete(id)
    return true
  }

  give(pending: Pending, consumer: Consumer): void {
    if (pending.consumer === consumer) return
    pending.consumer.pending.delete(pending.id)
    pending.consumer = consumer
    consumer.pending.insert(pending)
  }

  /** In the order of their names, as Redis's radix tree has them. */
  get sortedConsumers(): Consumer[] {
    return sortedByName(this.consumers)
  }

  copy(): ConsumerGroup {
    const copy = new ConsumerGroup(this.name, this.lastId, this.entriesRead)
    for (const { name, seenMs } of this.consumers.values()) copy.addConsumer(name, seenMs)
    for (const { id, consumer, deliveredMs, deliveries } of this.pending) {
      copy.addPending(id, copy.consumers.get(consumer.name)!, deliveredMs).deliveries = deliveries
    }
    return copy
  }
}

export function sortedByName<T extends { readonly name: Bytes }>(named: ReadonlyMap<Bytes, T>): T[] {
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
