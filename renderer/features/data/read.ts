/** Questions to the node and what their replies say. Pure: who asks, and when, is the store's business. */
import type { Bytes } from '../../../shared/bytes'
import { doubleText } from '../../../shared/console/render-reply'
import { bytesOfReply, type ReplyTree } from '../../../shared/reply'
import type { Argv } from './actions'

export interface KeyInfo {
  readonly key: Bytes
  /** `none` when the key has gone since it was listed. */
  readonly type: string
  readonly encoding: string
  /** In the run's time; null for a key that stays. */
  readonly expiresAtUs: number | null
  /** Elements, or bytes of a string; null where the type tells none. */
  readonly length: number | null
  readonly memory: number | null
}

const words = (...all: readonly (string | number)[]): Argv => all.map((word) => String(word) as Bytes)

/** Keys a round: large enough to find something rare, small enough to be a blink. */
export const SCAN_COUNT = 1000

export function scanCommand(cursor: string, match: string, type: string): Argv {
  return words(
    'SCAN',
    cursor,
    ...(match === '' ? [] : ['MATCH', match]),
    'COUNT',
    SCAN_COUNT,
    ...(type === '' ? [] : ['TYPE', type]),
  )
}

/** A cursor and what came with it: SCAN and its siblings. */
export function readScan(reply: ReplyTree | undefined): { readonly cursor: string; readonly items: readonly Bytes[] } {
  if (reply?.kind !== 'array') return { cursor: '0', items: [] }
  const [cursor, items] = reply.items
  return { cursor: bytesOfReply(cursor) ?? '0', items: bytesOfItems(items) }
}

export function bytesOfItems(reply: ReplyTree | undefined): readonly Bytes[] {
  if (!reply || !('items' in reply)) return []
  return reply.items.map((item) =>
    item.kind === 'double' ? doubleText(item.value) : (bytesOfReply(item) ?? ''),
  ) as Bytes[]
}

export function numberOf(reply: ReplyTree | undefined): number | null {
  return reply?.kind === 'integer' ? Number(reply.value) : null
}

const LENGTHS: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  list: 'LLEN',
  hash: 'HLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  stream: 'XLEN',
}

export function infoCommands(key: Bytes, hasMemory: boolean): readonly Argv[] {
  return [
    words('TYPE', key),
    words('PTTL', key),
    words('OBJECT', 'ENCODING', key),
    ...(hasMemory ? [words('MEMORY', 'USAGE', key)] : []),
  ]
}

/** What tells the length of a value of this type; nothing for types that have none. */
export function lengthCommand(key: Bytes, type: string): Argv | undefined {
  const name = LENGTHS[type]
  return name === undefined ? undefined : words(name, key)
}

export function readInfo(key: Bytes, replies: readonly ReplyTree[], nowUs: number): KeyInfo {
  const [type, ttl, encoding, memory] = replies
  const ttlMs = numberOf(ttl) ?? -1
  return {
    key,
    type: bytesOfReply(type) ?? 'none',
    encoding: bytesOfReply(encoding) ?? '',
    expiresAtUs: ttlMs < 0 ? null : nowUs + ttlMs * 1000,
    length: null,
    memory: numberOf(memory),
  }
}

/** A map's pairs, or an array's taken two by two. */
export function pairsOf(items: readonly Bytes[]): readonly (readonly [Bytes, Bytes])[] {
  const pairs: (readonly [Bytes, Bytes])[] = []
  for (let at = 0; at + 1 < items.length; at += 2) pairs.push([items[at]!, items[at + 1]!])
  return pairs
}

/** A reply of names and values, as XINFO gives: an object of text and numbers. */
export function recordOf(reply: ReplyTree | undefined): Readonly<Record<string, Bytes | number | null>> {
  if (!reply || !('items' in reply)) return {}
  const record: Record<string, Bytes | number | null> = {}
  for (let at = 0; at + 1 < reply.items.length; at += 2) {
    const value = reply.items[at + 1]!
    record[bytesOfReply(reply.items[at]) ?? ''] = numberOf(value) ?? (bytesOfReply(value) as Bytes | undefined) ?? null
  }
  return record
}

export interface StreamEntry {
  readonly id: string
  readonly fields: readonly (readonly [Bytes, Bytes])[]
}

export function entriesOf(reply: ReplyTree | undefined): readonly StreamEntry[] {
  if (reply?.kind !== 'array') return []
  return reply.items.flatMap((item) => {
    if (item.kind !== 'array') return []
    return [{ id: bytesOfReply(item.items[0]) ?? '', fields: pairsOf(bytesOfItems(item.items[1])) }]
  })
}

export interface PendingEntry {
  readonly id: string
  readonly consumer: Bytes
  readonly idleMs: number
  readonly deliveries: number
}

export function pendingOf(reply: ReplyTree | undefined): readonly PendingEntry[] {
  if (reply?.kind !== 'array') return []
  return reply.items.flatMap((item) => {
    if (item.kind !== 'array') return []
    const [id, consumer, idle, deliveries] = item.items
    return [
      {
        id: bytesOfReply(id) ?? '',
        consumer: (bytesOfReply(consumer) ?? '') as Bytes,
        idleMs: numberOf(idle) ?? 0,
        deliveries: numberOf(deliveries) ?? 0,
      },
    ]
  })
}

/** The ID before or after another, for paging through a stream without `(`: `1-5` is followed by `1-6`. */
export function exclusive(id: string): string {
  return `(${id}`
}
