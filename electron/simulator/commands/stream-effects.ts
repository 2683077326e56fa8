import type { Bytes } from '../../../shared/bytes'
import { idText } from '../keyspace/stream/stream-id'
import type { ConsumerGroup, Pending } from '../keyspace/stream/stream-group'
import type { Call } from '../node/command-spec'

/**
 * What reading and claiming do to a group, told as Redis tells it. Times and counts are part of it, and a command that
 * reads has none of them in its own words.
 */

/** An entry is pending for this consumer, or an XCLAIM finds it gone and drops it likewise. */
export function tellClaim(
  { node: { effects }, db }: Call,
  key: Bytes,
  group: ConsumerGroup,
  { id, consumer, deliveredMs, deliveries }: Pending,
): void {
  const times = ['TIME', String(deliveredMs), 'RETRYCOUNT', String(deliveries)]
  const rest = ['FORCE', 'JUSTID', 'LASTID', idText(group.lastId)]
  effects.also(db, 'XCLAIM', key, group.name, consumer.name, '0', idText(id), ...times, ...rest)
}

export function tellGroupId({ node: { effects }, db }: Call, key: Bytes, group: ConsumerGroup): void {
  const { name, lastId, entriesRead } = group
  effects.also(db, 'XGROUP', 'SETID', key, name, idText(lastId), 'ENTRIESREAD', String(entriesRead))
}

export function tellConsumer({ node: { effects }, db }: Call, key: Bytes, group: ConsumerGroup, name: Bytes): void {
  effects.also(db, 'XGROUP', 'CREATECONSUMER', key, group.name, name)
}
