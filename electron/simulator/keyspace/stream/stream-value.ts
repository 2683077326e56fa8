import type { Bytes } from '../../../../shared/bytes'
import { placeOf } from './ordered-by-id'
import { sortedByName, UNKNOWN, type ConsumerGroup } from './stream-group'
import { compareIds, ID_MAX, ID_MIN, nextId, wrappingSum, type Part, type StreamId } from './stream-id'
import { StreamNode, type StreamEntry } from './stream-node'

/** When the next node begins. */
export interface StreamLimits {
  readonly streamNodeEntriesMax: number
  readonly streamNodeBytesMax: number
}

/** What XTRIM and XADD are to cut off: as much as leaves `length`, or all before `minId`. */
export interface TrimTarget {
  readonly length?: number
  readonly minId?: StreamId
  /** Whole nodes only. */
  readonly isApproximate: boolean
  /** How many entries may go at most; 0 means any number. */
  readonly limit: number
}

/** A stream. It stays under its key when it is empty, and remembers what it had. */
export class StreamValue {
  readonly type = 'stream'
  readonly encoding = 'stream'
  nodes: StreamNode[] = []
  length = 0
  byteLength = 0
  firstId = ID_MIN
  lastId = ID_MIN
  maxDeletedId = ID_MIN
  entriesAdded: Part = 0
  readonly groups = new Map<Bytes, ConsumerGroup>()

  get sortedGroups(): ConsumerGroup[] {
    return sortedByName(this.groups)
  }

  /** Adds an entry, whose ID is known to be greater than the last. */
  append(id: StreamId, fields: readonly Bytes[], limits: StreamLimits): void {
    let size = 0
    for (const part of fields) size += part.length
    let node = this.nodes[this.nodes.length - 1]
    if (
      node === undefined ||
      node.byteLength + size >= limits.streamNodeBytesMax ||
      (limits.streamNodeEntriesMax > 0 && node.live + node.deleted >= limits.streamNodeEntriesMax)
    ) {
      node = new StreamNode(id, fields)
      this.nodes.push(node)
    }
    node.append(id, fields)
    this.byteLength += size
    this.length++
    this.entriesAdded = wrappingSum(this.entriesAdded, 1)
    this.lastId = id
    if (this.length === 1) this.firstId = id
  }

  get(id: StreamId): StreamEntry | undefined {
    const { entries } = this.nodes[this.nodeOf(id)] ?? {}
    const entry = entries?.[placeOf(entries, id)]
    return entry && !entry.isDeleted && compareIds(entry.id, id) === 0 ? entry : undefined
  }

  /** Entries from `start` to `end`, both included, and no more than `count` unless that is 0. */
  range(start: StreamId, end: StreamId, count: number): StreamEntry[] {
    const found: StreamEntry[] = []
    for (let index = Math.max(0, this.nodeOf(start)); index < this.nodes.length; index++) {
      const { entries } = this.nodes[index]!
      for (let at = placeOf(entries, start); at < entries.length; at++) {
        const entry = entries[at]!
        if (compareIds(entry.id, end) > 0) return found
        if (entry.isDeleted) continue
        found.push(entry)
        if (found.length === count) return found
      }
    }
    return found
  }

  /** The same from the end backwards. */
  reverseRange(start: StreamId, end: StreamId, count: number): StreamEntry[] {
    const found: StreamEntry[] = []
    for (let index = this.nodeOf(end); index >= 0; index--) {
      const { entries } = this.nodes[index]!
      for (let at = entries.length - 1; at >= 0; at--) {
        const entry = entries[at]!
        if (compareIds(entry.id, start) < 0) return found
        if (entry.isDeleted || compareIds(entry.id, end) > 0) continue
        found.push(entry)
        if (found.length === count) return found
      }
    }
    return found
  }

  /** The ID of the first entry, a deleted one too while its node is there. */
  get firstKeptId(): StreamId {
    return this.nodes[0]?.entries[0]?.id ?? ID_MAX
  }

  /** The ID of the last entry that is there, which may be smaller than `lastId`. */
  get lastEntryId(): StreamId {
    return this.reverseRange(ID_MIN, ID_MAX, 1)[0]?.id ?? ID_MIN
  }

  /** Says whether the entry was there. */
  delete(id: StreamId): boolean {
    const index = this.nodeOf(id)
    const entry = this.get(id)
    if (!entry) return false
    const node = this.nodes[index]!
    node.markDeleted(entry)
    this.forget(entry)
    if (node.live === 0) this.nodes.splice(index, 1)
    return true
  }

  /** XDEL has deleted: notes the first entry anew. */
  findFirst(): void {
    this.firstId = this.range(ID_MIN, ID_MAX, 1)[0]?.id ?? ID_MIN
  }

  /** Gives how many entries went. */
  trim({ length, minId, isApproximate, limit }: TrimTarget): number {
    let trimmed = 0
    let whole = 0
    for (const node of this.nodes) {
      if (length !== undefined && this.length <= length) break
      if (limit > 0 && trimmed + node.live > limit) break
      const goesWhole =
        length !== undefined
          ? this.length - node.live >= length
          : compareIds(node.entries[node.entries.length - 1]!.id, minId!) < 0
      if (goesWhole) {
        trimmed += node.live
        for (const entry of node.entries) if (!entry.isDeleted) this.forget(entry)
        whole++
        continue
      }
      if (!isApproximate) {
        for (const entry of node.entries) {
          if (length !== undefined ? this.length <= length : compareIds(entry.id, minId!) >= 0) break
          if (entry.isDeleted) continue
          node.markDeleted(entry)
          this.forget(entry)
          trimmed++
        }
      }
      break
    }
    this.nodes.splice(0, whole)
    if (this.length === 0 || trimmed > 0) this.findFirst()
    return trimmed
  }

  /** Was anything deleted from `start` on that a group would otherwise count as read? */
  hasTombstonesFrom(start: StreamId): boolean {
    if (this.length === 0 || compareIds(this.maxDeletedId, ID_MIN) === 0) return false
    if (compareIds(this.firstId, this.maxDeletedId) > 0) return false
    return compareIds(start, this.maxDeletedId) <= 0
  }

  /** How many entries were ever added up to this ID, or UNKNOWN. */
  countTo(id: StreamId): Part {
    if (this.entriesAdded === 0) return 0
    const toLast = compareIds(id, this.lastId)
    if (this.length === 0 && toLast <= 0) return this.entriesAdded
    if (toLast === 0) return this.entriesAdded
    if (toLast > 0) return UNKNOWN
    const toFirst = compareIds(id, this.firstId)
    if (compareIds(this.maxDeletedId, ID_MIN) === 0 || compareIds(this.maxDeletedId, this.firstId) < 0) {
      const before = wrappingSum(this.entriesAdded, -this.length)
      if (toFirst < 0) return before
      if (toFirst === 0) return wrappingSum(before, 1)
    }
    return UNKNOWN
  }

  /** The ID that XADD gives an entry, or undefined when there is no greater one. */
  newId(nowMs: number): StreamId | undefined {
    return nowMs > this.lastId.ms ? { ms: nowMs, seq: 0 } : nextId(this.lastId)
  }

  copy(): StreamValue {
    const copy = new StreamValue()
    const { length, byteLength, firstId, lastId, maxDeletedId, entriesAdded } = this
    Object.assign(copy, { length, byteLength, firstId, lastId, maxDeletedId, entriesAdded })
    copy.nodes = this.nodes.map((node) => node.copy())
    for (const group of this.groups.values()) copy.groups.set(group.name, group.copy())
    return copy
  }

  private forget({ fields }: StreamEntry): void {
    this.length--
    for (const part of fields) this.byteLength -= part.length
  }

  /** The index of the last node that begins at or before this ID; -1 when there is none. */
  private nodeOf(id: StreamId): number {
    const place = placeOf(this.nodes, id)
    return place < this.nodes.length && compareIds(this.nodes[place]!.id, id) === 0 ? place : place - 1
  }
}

/** How many nodes a radix tree of these IDs has, as Redis builds it: chains are one node, and so is each fork. */
export function radixNodes(ids: readonly StreamId[]): number {
  if (ids.length === 0) return 1
  return nodesBelow(
    ids.map(({ ms, seq }) => hex(ms) + hex(seq)),
    0,
  )
}

function nodesBelow(keys: readonly string[], depth: number): number {
  const first = keys[0]!
  if (keys.length === 1) return depth === first.length ? 1 : 2
  const last = keys[keys.length - 1]!
  let fork = depth
  while (first.slice(fork, fork + 2) === last.slice(fork, fork + 2)) fork += 2
  let nodes = fork > depth ? 2 : 1
  for (let from = 0; from < keys.length;) {
    const byte = keys[from]!.slice(fork, fork + 2)
    let to = from
    while (to < keys.length && keys[to]!.slice(fork, fork + 2) === byte) to++
    nodes += nodesBelow(keys.slice(from, to), fork + 2)
    from = to
  }
  return nodes
}

function hex(part: Part): string {
  return part.toString(16).padStart(16, '0')
}
