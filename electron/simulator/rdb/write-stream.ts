import { Buffer } from 'node:buffer'
import { wrappingDifference, type StreamId } from '../keyspace/stream/stream-id'
import type { ConsumerGroup, Pending } from '../keyspace/stream/stream-group'
import type { StreamEntry, StreamNode } from '../keyspace/stream/stream-node'
import type { StreamValue } from '../keyspace/stream/stream-value'
import { ListpackWriter } from './listpack-writer'
import type { RdbWriter } from './rdb-writer'
import { StreamFlag } from './stream-flags'

/** Writes a stream: its nodes, what it remembers, and its consumer groups with what is pending. */
export function writeStream(out: RdbWriter, stream: StreamValue): void {
  out.length(stream.nodes.length)
  const pack = new ListpackWriter()
  for (const node of stream.nodes) {
    pack.begin()
    packNode(pack, node)
    out.blob(rawId(node.id))
    out.blob(pack.end())
  }
  out.length(stream.length)
  writeId(out, stream.lastId)
  writeId(out, stream.firstId)
  writeId(out, stream.maxDeletedId)
  out.length(stream.entriesAdded)
  out.length(stream.groups.size)
  for (const group of stream.sortedGroups) writeGroup(out, group)
}

/**
 * A node's listpack begins with the master entry: how many entries there are and how many deleted ones, and the fields
 * of the first. The entries follow, with their IDs as distances from the first one's. Behind each stands how many
 * elements it has, for walking backwards.
 */
function packNode(pack: ListpackWriter, node: StreamNode): void {
  pack.addInteger(node.live)
  pack.addInteger(node.deleted)
  pack.addInteger(node.fields.length)
  for (const field of node.fields) pack.add(field)
  pack.addInteger(0)
  for (const entry of node.entries) packEntry(pack, node, entry)
}

function packEntry(pack: ListpackWriter, node: StreamNode, { id, fields, isDeleted }: StreamEntry): void {
  const isSame = node.hasSameFields(fields)
  const count = fields.length / 2
  pack.addInteger((isDeleted ? StreamFlag.deleted : 0) | (isSame ? StreamFlag.sameFields : 0))
  pack.addInteger(wrappingDifference(id.ms, node.id.ms))
  pack.addInteger(wrappingDifference(id.seq, node.id.seq))
  if (!isSame) pack.addInteger(count)
  for (let at = isSame ? 1 : 0; at < fields.length; at += isSame ? 2 : 1) pack.add(fields[at]!)
  pack.addInteger(isSame ? count + 3 : 2 * count + 4)
}

function writeGroup(out: RdbWriter, group: ConsumerGroup): void {
  out.string(group.name)
  writeId(out, group.lastId)
  out.length(group.entriesRead)
  writePending(out, group.pending, true)
  out.length(group.consumers.size)
  for (const { name, seenMs, pending } of group.sortedConsumers) {
    out.string(name)
    out.integer64(seenMs)
    writePending(out, pending, false)
  }
}

/** The consumers' own lists name the IDs only: the group's list has told of the deliveries. */
function writePending(
  out: RdbWriter,
  pending: Iterable<Pending> & { readonly size: number },
  withDeliveries: boolean,
): void {
  out.length(pending.size)
  for (const { id, deliveredMs, deliveries } of pending) {
    out.bigEndian64(id.ms)
    out.bigEndian64(id.seq)
    if (!withDeliveries) continue
    out.integer64(deliveredMs)
    out.length(deliveries)
  }
}

function writeId(out: RdbWriter, { ms, seq }: StreamId): void {
  out.length(ms)
  out.length(seq)
}

function rawId({ ms, seq }: StreamId): Uint8Array {
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeBigUInt64BE(BigInt(ms), 0)
  bytes.writeBigUInt64BE(BigInt(seq), 8)
  return bytes
}
