/** Reads all of a small key before it is deleted, so that the deletion can be undone. */
import type { Bytes } from '../../../shared/bytes'
import { bytesOfReply, type ReplyTree } from '../../../shared/reply'
import type { Argv, Contents } from './actions'
import { bytesOfItems, pairsOf, readScan, type KeyInfo } from './read'

const ELEMENTS_MAX = 500
const BYTES_MAX = 200_000

const words = (...all: readonly string[]) => all as readonly Bytes[]

/** Undefined for what is too large, and for streams: their groups and counters have no way back. */
export function contentsCommand({ key, type, length }: KeyInfo): Argv | undefined {
  if (length === null || length > (type === 'string' ? BYTES_MAX : ELEMENTS_MAX)) return undefined
  switch (type) {
    case 'string':
      return words('GET', key)
    case 'hash':
      return words('HGETALL', key)
    case 'list':
      return words('LRANGE', key, '0', '-1')
    case 'set':
      return words('SMEMBERS', key)
    case 'zset':
      return words('ZSCAN', key, '0', 'COUNT', String(10 * ELEMENTS_MAX))
    default:
      return undefined
  }
}

export function readContents(type: string, reply: ReplyTree | undefined): Contents | undefined {
  if (!reply || isCut(reply)) return undefined
  switch (type) {
    case 'string': {
      const value = bytesOfReply(reply)
      return value === undefined ? undefined : { type, value: value as Bytes }
    }
    case 'hash':
    case 'list':
    case 'set': {
      const items = bytesOfItems(reply)
      return items.length === 0 ? undefined : { type, items }
    }
    case 'zset': {
      const { cursor, items } = readScan(reply)
      // A scan that is not done has not seen everything.
      if (cursor !== '0' || items.length === 0) return undefined
      return { type, items: pairsOf(items).flatMap(([member, score]) => [score, member]) }
    }
    default:
      return undefined
  }
}

function isCut(reply: ReplyTree): boolean {
  if ('cut' in reply && reply.cut) return true
  return 'items' in reply && (Boolean('omitted' in reply && reply.omitted) || reply.items.some(isCut))
}
