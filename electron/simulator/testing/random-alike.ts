import { encode } from '../resp/encode'
import type { Reply } from '../resp/reply'

const MS_TOLERATED = 2000

/** Replies as bytes, for a person to compare. */
export function written(replies: readonly Reply[]): string {
  return replies.map((reply) => encode(reply, 3)).join('')
}

/** Whether two servers answered a command alike, but for a hash table's secret order, chance and the clock. */
export function areAlike(command: readonly string[], own: readonly Reply[], other: readonly Reply[]): boolean {
  const name = command[0]!.toUpperCase()
  // In a transaction the answers come with EXEC, whatever is in them.
  const blur = BLURS[name] ?? (name === 'EXEC' ? blurAll : undefined)
  // Which of several matching patterns is served first depends on a hash table's secret.
  const order = name === 'PUBLISH' ? (bytes: string[]) => bytes.sort() : (bytes: string[]) => bytes
  const change = (replies: readonly Reply[]) =>
    order(replies.map((reply) => encode(blur ? blur(reply) : reply, 3))).join('')
  if (change(own) === change(other)) return true
  // Which channel is left first depends on a hash table's secret, too.
  if (command.length === 1 && /UNSUBSCRIBE$/.test(name)) return allItems(own) === allItems(other)
  return name === 'EXEC' ? ownLists(own) === ownLists(other) : TIMES.has(name) && areClose(own, other)
}

/** Everything in the replies, in no order. */
function allItems(replies: readonly Reply[]): string {
  const items = replies.flatMap((reply) => ('items' in reply ? reply.items : [reply]))
  return items
    .map((item) => encode(item, 3))
    .sort()
    .join('')
}

const TIMES = new Set(['PTTL', 'EXPIRETIME', 'PEXPIRETIME', 'TTL'])

function areClose([own]: readonly Reply[], [other]: readonly Reply[]): boolean {
  if (own?.kind !== 'integer' || other?.kind !== 'integer') return false
  return Math.abs(Number(own.value) - Number(other.value)) <= MS_TOLERATED
}

type Blur = (reply: Reply) => Reply

const sortItems: Blur = (reply) =>
  reply.kind === 'array' || reply.kind === 'set'
    ? { ...reply, items: [...reply.items].sort((a, b) => (encode(a, 3) < encode(b, 3) ? -1 : 1)) }
    : reply
const keepKind: Blur = (reply) => (reply.kind === 'error' ? reply : { kind: 'simple', text: reply.kind })

/** A map in any order: a flat array in RESP2. */
const sortPairs: Blur = (reply) => {
  if (reply.kind !== 'array' && reply.kind !== 'map') return reply
  const pairs: Reply[] = []
  for (let at = 0; at < reply.items.length; at += 2) pairs.push({ kind: 'array', items: reply.items.slice(at, at + 2) })
  return sortItems({ kind: 'array', items: pairs })
}

const keepCount: Blur = (reply) =>
  reply.kind === 'array' ? { kind: 'integer', value: reply.items.length } : keepKind(reply)

const sortScan: Blur = (reply) => (reply.kind === 'array' ? { ...reply, items: reply.items.map(sortItems) } : reply)

/** Idle times and times of day may differ a little between the two servers. */
const blurTimes: Blur = (reply) => {
  if ('items' in reply && reply.kind !== 'attribute') {
    const { items } = reply
    return { ...reply, items: items.map((item, at) => (isIdle(items[at - 1]) ? sometime : blurTimes(item))) } as Reply
  }
  return reply.kind === 'integer' && reply.value > SMALL ? sometime : reply
}
const sometime: Reply = { kind: 'simple', text: 'some time' }
const SMALL = 1_000_000
const isIdle = (name: Reply | undefined) =>
  name?.kind === 'bulk' && (name.bytes === 'idle' || /^[cde]$/.test(name.bytes))

const BLURS: Readonly<Record<string, Blur>> = {
  KEYS: sortItems,
  PUBSUB: sortItems,
  RANDOMKEY: keepKind,
  HELLO: keepKind,
  SCAN: sortScan,
  HSCAN: sortScan,
  SSCAN: sortScan,
  HKEYS: sortItems,
  HVALS: sortItems,
  HGETALL: sortPairs,
  HRANDFIELD: keepCount,
  SRANDMEMBER: keepCount,
  SMEMBERS: sortItems,
  ZRANDMEMBER: keepCount,
  ZSCAN: sortScan,
  SPOP: sortItems,
  SINTER: sortItems,
  SUNION: sortItems,
  SDIFF: sortItems,
  XPENDING: blurTimes,
  XINFO: blurTimes,
}

/** Within EXEC any list may be in any order, any key random and any time a little off. */
const blurAll: Blur = (reply) => (reply.kind === 'array' ? { ...reply, items: reply.items.map(sortDeeply) } : reply)

function sortDeeply(reply: Reply): Reply {
  if (reply.kind === 'map') return sortPairs(reply)
  return reply.kind === 'array' || reply.kind === 'set'
    ? sortItems({ ...reply, items: reply.items.map(sortDeeply) })
    : reply
}

/** The coarsest look at an EXEC: kinds of replies, for transactions with times or random keys in them. */
function ownLists(replies: readonly Reply[]): string {
  return replies
    .map((reply) => (reply.kind === 'array' ? reply.items.map(({ kind }) => kind).join() : reply.kind))
    .join()
}
