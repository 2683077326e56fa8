/** The elements of a hash, list, set or sorted set, a page at a time: never all of a key that may hold millions. */
import type { Bytes } from '../../../shared/bytes'
import { doubleText } from '../../../shared/console/render-reply'
import { bytesOfReply, type ReplyTree } from '../../../shared/reply'
import type { Argv } from './actions'
import { bytesOfItems, pairsOf, readScan } from './read'

export type MemberType = 'hash' | 'list' | 'set' | 'zset'

export interface Member {
  /** A field, a member, or an item of a list. */
  readonly name: Bytes
  /** The field's value, or the score as text. */
  readonly value?: Bytes
  readonly index?: number
}

export interface Query {
  readonly key: Bytes
  readonly type: MemberType
  /** A glob for the names; empty for all. */
  readonly match: Bytes
  /** Sorted sets from the highest score, lists from the tail. */
  readonly isReversed: boolean
}

/** Where the next page begins: a cursor for scans, a number of elements for ranges. Undefined at the end. */
export type Position = string | undefined

export interface Page {
  readonly members: readonly Member[]
  readonly next: Position
}

export const PAGE = 100
const SCANS: Readonly<Record<MemberType, string | undefined>> = {
  hash: 'HSCAN',
  set: 'SSCAN',
  zset: 'ZSCAN',
  list: undefined,
}

const words = (...all: readonly (string | number)[]): Argv => all.map((word) => String(word) as Bytes)

export function pageCommand({ key, type, match, isReversed }: Query, position: string): Argv {
  const from = Number(position)
  if (type === 'list') {
    return isReversed ? words('LRANGE', key, -from - PAGE, -from - 1) : words('LRANGE', key, from, from + PAGE - 1)
  }
  if (type === 'zset' && match === '') {
    return words('ZRANGE', key, from, from + PAGE - 1, ...(isReversed ? ['REV'] : []), 'WITHSCORES')
  }
  return words(SCANS[type]!, key, position, ...(match === '' ? [] : ['MATCH', match]), 'COUNT', PAGE)
}

export function readPage({ type, match, isReversed }: Query, position: string, reply: ReplyTree | undefined): Page {
  const from = Number(position)
  if (type === 'list') {
    const items = bytesOfItems(reply)
    const members = items.map((name, at) => ({ name, index: isReversed ? at - from - items.length : from + at }))
    return { members: isReversed ? members.reverse() : members, next: nextOf(items.length, from) }
  }
  if (type === 'zset' && match === '') {
    const members = reply && 'items' in reply ? reply.items.flatMap(scored) : []
    return { members, next: nextOf(members.length, from) }
  }
  const { cursor, items } = readScan(reply)
  const members =
    type === 'set' ? items.map((name) => ({ name })) : pairsOf(items).map(([name, value]) => ({ name, value }))
  return { members, next: cursor === '0' ? undefined : cursor }
}

function nextOf(count: number, from: number): Position {
  return count < PAGE ? undefined : String(from + count)
}

/** A member with its score, as RESP3 pairs them. */
function scored(pair: ReplyTree): readonly Member[] {
  if (pair.kind !== 'array') return []
  const [member, score] = pair.items
  const text = score?.kind === 'double' ? doubleText(score.value) : (bytesOfReply(score) ?? '')
  return [{ name: (bytesOfReply(member) ?? '') as Bytes, value: text as Bytes }]
}
