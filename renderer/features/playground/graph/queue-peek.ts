/** What a node is asked about queues, and what its replies say. Pure: who asks, and when, is the store's business. */
import type { Bytes } from '../../../../shared/bytes'
import { bytesOfReply, type ReplyTree } from '../../../../shared/reply'
import type { QueueKind } from '../../../../shared/trace/event-types'
import { niceAbove } from './particles'

export interface GroupFacts {
  readonly name: string
  readonly pending: number
  /** Entries that it has not been given yet; null where Redis cannot tell. */
  readonly lag: number | null
}

export interface QueueFacts {
  /** Jobs, or a stream's entries, read or not. */
  readonly length: number
  readonly groups: readonly GroupFacts[]
  /** When the first of a sorted set is due, in milliseconds since 1970; null without any. */
  readonly dueMs: number | null
}

export interface AskedQueue {
  readonly name: string
  readonly kind: QueueKind
}

const words = (...all: readonly string[]) => all as readonly Bytes[] as Bytes[]

/** The commands about one queue. Their replies go to `readFacts` in the same order. */
export function questionsOf({ name, kind }: AskedQueue): Bytes[][] {
  switch (kind) {
    case 'list':
      return [words('LLEN', name)]
    case 'stream':
      return [words('XLEN', name), words('XINFO', 'GROUPS', name)]
    case 'delayed':
    case 'priority':
      return [words('ZCARD', name), words('ZRANGE', name, '0', '0', 'WITHSCORES')]
    case 'bull':
      return [
        ...['wait', 'active', 'paused'].map((type) => words('LLEN', `bull:${name}:${type}`)),
        ...['prioritized', 'delayed'].map((type) => words('ZCARD', `bull:${name}:${type}`)),
      ]
    case 'bull-failed':
      return [words('ZCARD', name)]
    case 'request':
      return []
  }
}

/** Undefined where the node has no such key, or one of another type. */
export function readFacts(kind: QueueKind, replies: readonly (ReplyTree | undefined)[]): QueueFacts | undefined {
  const [length, more] = replies
  if (length?.kind !== 'integer') return undefined
  return {
    // BullMQ's queue is several keys: what waits, what is in hand, what is not due yet.
    length: kind === 'bull' ? replies.reduce((sum, reply) => sum + numberIn(reply), 0) : Number(length.value),
    groups: kind === 'stream' ? groupsIn(more) : [],
    dueMs: kind === 'delayed' ? scoreIn(more) : null,
  }
}

/** How long a row of cells is, and how many entries a cell stands for. */
export interface Tape {
  readonly perCell: number
  readonly acknowledged: number
  readonly pending: number
  readonly lag: number
}

/** The newest entries of a stream as one group has them: handled, in hand, and not read yet. Whatever there is has a cell. */
export function tapeOf({ length }: QueueFacts, { pending, lag }: GroupFacts, cells: number): Tape {
  const behind = Math.min(length, (lag ?? 0) + pending)
  const perCell = niceAbove(behind / (cells * 0.75))
  const cellsOf = (count: number) => (count === 0 ? 0 : Math.max(1, Math.round(count / perCell)))
  const lagCells = Math.min(cells, cellsOf(lag ?? 0))
  const pendingCells = Math.min(cells - lagCells, cellsOf(pending))
  const rest = Math.max(0, length - behind)
  return {
    perCell,
    lag: lagCells,
    pending: pendingCells,
    acknowledged: Math.min(cells - lagCells - pendingCells, cellsOf(rest)),
  }
}

/** How many entries a plate stands for, so that the highest stack has at most `max` of them. */
export function perPlate(counts: readonly number[], max: number): number {
  return niceAbove(Math.max(0, ...counts) / max)
}

function groupsIn(reply: ReplyTree | undefined): GroupFacts[] {
  if (!reply || !('items' in reply)) return []
  return reply.items.map((group) => {
    const fields = fieldsOf(group)
    const lag = fields.get('lag')
    return {
      name: bytesOfReply(fields.get('name')) ?? '',
      pending: numberIn(fields.get('pending')),
      lag: lag?.kind === 'integer' ? Number(lag.value) : null,
    }
  })
}

function fieldsOf(reply: ReplyTree): ReadonlyMap<string, ReplyTree> {
  const fields = new Map<string, ReplyTree>()
  if (!('items' in reply)) return fields
  for (let index = 0; index + 1 < reply.items.length; index += 2) {
    fields.set(bytesOfReply(reply.items[index]) ?? '', reply.items[index + 1]!)
  }
  return fields
}

/** `[[member, score]]` in RESP3, `[member, score]` in RESP2. */
function scoreIn(reply: ReplyTree | undefined): number | null {
  if (!reply || !('items' in reply) || reply.items.length === 0) return null
  const first = reply.items[0]!
  const score = 'items' in first ? first.items[1] : reply.items[1]
  if (score?.kind === 'double') return score.value
  const text = bytesOfReply(score)
  return text === undefined ? null : Number(text)
}

function numberIn(reply: ReplyTree | undefined): number {
  return reply?.kind === 'integer' ? Number(reply.value) : 0
}
