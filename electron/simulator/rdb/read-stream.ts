import type { Bytes } from '../../../shared/bytes'
import { compareIds, exact, type Part, type StreamId } from '../keyspace/stream/stream-id'
import { ConsumerGroup, type Consumer } from '../keyspace/stream/stream-group'
import { StreamNode } from '../keyspace/stream/stream-node'
import { StreamValue } from '../keyspace/stream/stream-value'
import { readListpack, textOfElement, type ListpackElement } from './listpack-reader'
import type { RdbReader } from './rdb-reader'
import { StreamFlag } from './stream-flags'

/** Reads a stream. Before Redis 7 it did not remember its first ID, what was deleted and how much was ever added. */
export function readStream(source: RdbReader, hasCounters: boolean): StreamValue {
  const stream = new StreamValue()
  for (let nodes = source.count(); nodes > 0; nodes--) readNode(source, stream)
  const start = source.offset
  if (source.length() !== stream.length) source.fail('a stream has another number of entries than it says', start)
  stream.lastId = readId(source)
  if (stream.nodes.length > 0 && compareIds(lastOf(stream), stream.lastId) > 0) {
    source.fail('a stream has entries behind its last ID', start)
  }
  if (hasCounters) {
    stream.firstId = readId(source)
    stream.maxDeletedId = readId(source)
    stream.entriesAdded = signed(source.length())
  } else {
    stream.findFirst()
    stream.entriesAdded = stream.length
  }
  for (let groups = source.count(); groups > 0; groups--) readGroup(source, stream, hasCounters)
  return stream
}

function lastOf({ nodes }: StreamValue): StreamId {
  return nodes[nodes.length - 1]!.entries.at(-1)!.id
}

function readNode(source: RdbReader, stream: StreamValue): void {
  const start = source.offset
  const key = source.blob()
  if (key.length !== 16) source.fail('the ID of a node of a stream does not have 16 bytes', start)
  const id = { ms: exact(key.readBigUInt64BE(0)), seq: exact(key.readBigUInt64BE(8)) }
  const elements = readListpack(source.blob()) ?? source.fail('a listpack of a stream is damaged', start)
  const node = new NodeReader(elements, id, stream.nodes.length > 0 ? lastOf(stream) : undefined).read()
  if (!node) source.fail('a node of a stream is damaged', start)
  stream.nodes.push(node)
  stream.length += node.live
  for (const { fields, isDeleted } of node.entries) {
    if (!isDeleted) for (const part of fields) stream.byteLength += part.length
  }
}

/** Walks along the elements of a node's listpack. Anything unexpected makes it give up. */
class NodeReader {
  private at = 0
  private isWrong = false

  constructor(
    private readonly elements: readonly ListpackElement[],
    private readonly id: StreamId,
    /** The entry before this node. */
    private last: StreamId | undefined,
  ) {}

  read(): StreamNode | undefined {
    const live = this.number()
    const deleted = this.number()
    const fields = this.texts(this.number())
    if (this.number() !== 0 || live < 0 || deleted < 0 || this.isWrong) return undefined
    const node = new StreamNode(this.id, withGaps(fields))
    while (this.at < this.elements.length && !this.isWrong) this.readEntry(node, fields)
    if (this.isWrong || node.entries.length === 0 || node.live !== live || node.deleted !== deleted) return undefined
    return node
  }

  private readEntry(node: StreamNode, masterFields: readonly Bytes[]): void {
    const start = this.at
    const flags = this.number()
    const ms = this.part(this.id.ms)
    const seq = this.part(this.id.seq)
    const isSame = (flags & StreamFlag.sameFields) !== 0
    const parts = isSame ? withValues(masterFields, this.texts(masterFields.length)) : this.texts(2 * this.number())
    const count = this.at - start
    if (this.number() !== count || this.isWrong) return this.giveUp()
    const id = { ms, seq }
    if (this.last && compareIds(id, this.last) <= 0) return this.giveUp()
    this.last = id
    node.append(id, parts)
    if (flags & StreamFlag.deleted) node.markDeleted(node.entries.at(-1)!)
  }

  private number(): number {
    const element = this.elements[this.at++]
    if (typeof element === 'number') return element
    this.giveUp()
    return 0
  }

  /** Half an ID, which stands there as its distance from the node's. */
  private part(base: Part): Part {
    const element = this.elements[this.at++]
    if (typeof element === 'number' || typeof element === 'bigint') {
      return exact(BigInt.asUintN(64, BigInt(base) + BigInt(element)))
    }
    this.giveUp()
    return 0
  }

  private texts(count: number): Bytes[] {
    const texts: Bytes[] = []
    if (count < 0 || count > this.elements.length - this.at) this.giveUp()
    else for (let left = count; left > 0; left--) texts.push(textOfElement(this.elements[this.at++]!))
    return texts
  }

  private giveUp(): void {
    this.isWrong = true
  }
}

/** Fields without values, as a node takes the entry that it begins with. */
function withGaps(fields: readonly Bytes[]): Bytes[] {
  return fields.flatMap((field) => [field, '' as Bytes])
}

function withValues(fields: readonly Bytes[], values: readonly Bytes[]): Bytes[] {
  return fields.flatMap((field, at) => [field, values[at] ?? ('' as Bytes)])
}

function readGroup(source: RdbReader, stream: StreamValue, hasCounters: boolean): void {
  const start = source.offset
  const name = source.string()
  const lastId = readId(source)
  const entriesRead = hasCounters ? signed(source.length()) : stream.countTo(lastId)
  const group = new ConsumerGroup(name, lastId, entriesRead)
  if (stream.groups.has(name)) source.fail('a stream has a consumer group twice', start)
  stream.groups.set(name, group)
  const deliveries = readDeliveries(source)
  for (let consumers = source.count(); consumers > 0; consumers--) readConsumer(source, group, deliveries)
  if (deliveries.size > 0) source.fail('an entry is pending and no consumer has it', start)
}

interface Delivery {
  readonly ms: number
  readonly count: Part
}

/** What the group has pending. Whose it is, its consumers tell. */
function readDeliveries(source: RdbReader): Map<string, Delivery> {
  const deliveries = new Map<string, Delivery>()
  for (let left = source.count(); left > 0; left--) {
    const id = source.raw(16).toString('latin1')
    const delivery = { ms: Number(source.integer64()), count: source.length() }
    if (deliveries.has(id)) source.fail('a consumer group has an entry pending twice')
    deliveries.set(id, delivery)
  }
  return deliveries
}

function readConsumer(source: RdbReader, group: ConsumerGroup, deliveries: Map<string, Delivery>): void {
  const start = source.offset
  const name = source.string()
  if (group.consumers.has(name)) source.fail('a consumer group has a consumer twice', start)
  const consumer: Consumer = group.addConsumer(name, Number(source.integer64()))
  for (let left = source.count(); left > 0; left--) {
    const place = source.offset
    const raw = source.raw(16)
    const key = raw.toString('latin1')
    const delivery = deliveries.get(key) ?? source.fail('a consumer has an entry that is not pending', place)
    deliveries.delete(key)
    const id = { ms: exact(raw.readBigUInt64BE(0)), seq: exact(raw.readBigUInt64BE(8)) }
    group.addPending(id, consumer, delivery.ms).deliveries = delivery.count
  }
}

function readId(source: RdbReader): StreamId {
  return { ms: source.length(), seq: source.length() }
}

/** What C holds in a signed integer of 64 bits. */
function signed(part: Part): Part {
  return exact(BigInt.asIntN(64, BigInt(part)))
}
