import type { Deque } from '../keyspace/deque'
import { ListpackWriter } from './listpack-writer'
import { Container } from './rdb-format'
import type { RdbWriter } from './rdb-writer'

/** How many bytes a node of a quicklist may have, by `list-max-listpack-size` from -1 to -5. */
const NODE_BYTES_MAX = [4096, 8192, 16384, 32768, 65536]
/** Where that parameter counts elements, a node has no more bytes than this all the same, unless for one element. */
const SAFE_BYTES_MAX = 8192
/** What Redis takes an element to cost beyond its bytes. */
const OVERHEAD_ESTIMATE = 8
const FILL_MAX = 2 ** 15 - 1

/**
 * Writes a list as a quicklist, with the nodes that it would have after RPUSH of all its elements. A list that grew in
 * other ways has other nodes in Redis, which nobody sees but in the bytes of a DUMP.
 */
export function writeQuicklist(out: RdbWriter, items: Deque, fill: number): void {
  const nodes = nodeEnds(items, fill)
  out.length(nodes.length)
  const pack = new ListpackWriter()
  let at = 0
  for (const end of nodes) {
    pack.begin()
    for (; at < end; at++) pack.add(items.get(at))
    out.length(Container.packed)
    out.blob(pack.end())
  }
}

/** The indexes at which nodes end. */
function nodeEnds(items: Deque, fill: number): number[] {
  const ends: number[] = []
  const pack = new ListpackWriter()
  for (let at = 0; at < items.length; at++) {
    const element = items.get(at)
    if (pack.count > 0 && !fits(pack, element.length, fill)) {
      ends.push(at)
      pack.begin()
    }
    pack.add(element)
  }
  ends.push(items.length)
  return ends
}

function fits(pack: ListpackWriter, length: number, fill: number): boolean {
  const bytes = pack.byteLength + length + OVERHEAD_ESTIMATE
  if (fill < 0) return bytes <= NODE_BYTES_MAX[Math.min(-fill, NODE_BYTES_MAX.length) - 1]!
  return bytes <= SAFE_BYTES_MAX && pack.count < Math.min(fill, FILL_MAX)
}
