import type { ReplyTree } from '../../../shared/reply'
import type { Reply } from '../../simulator/resp/reply'

/** So much of a reply crosses to the window: it could not draw more, and copying a million items would hold it up. */
const NODES_MAX = 20_000
const BYTES_MAX = 1_000_000

/** A decoded reply for the window. What is beyond the bounds is left out and counted. */
export function treeOf(reply: Reply): ReplyTree {
  let left = NODES_MAX
  let bytesLeft = BYTES_MAX

  function visit(one: Reply): ReplyTree {
    left--
    switch (one.kind) {
      case 'bulk':
      case 'verbatim': {
        const bytes = one.bytes.slice(0, Math.max(0, bytesLeft))
        bytesLeft -= bytes.length
        return bytes.length === one.bytes.length ? one : { ...one, bytes, cut: one.bytes.length - bytes.length }
      }
      case 'array':
      case 'set':
      case 'push':
      case 'map': {
        const { kind } = one
        const items: ReplyTree[] = []
        for (const item of one.items) {
          // A map is cut between two pairs only.
          const isBetween = kind !== 'map' || items.length % 2 === 0
          if (isBetween && (left <= 0 || bytesLeft <= 0)) break
          items.push(visit(item))
        }
        const omitted = one.items.length - items.length
        return { kind, items, ...(omitted > 0 ? { omitted: kind === 'map' ? omitted / 2 : omitted } : {}) }
      }
      case 'attribute':
        return { kind: 'attribute', items: one.items.map(visit), reply: visit(one.reply) }
      case 'pairs':
      case 'paired-map':
      case 'many':
      case 'none':
        throw new Error(`a decoder gives no ${one.kind}`)
      default:
        return one
    }
  }
  return visit(reply)
}
