import { compareIds, type StreamId } from './stream-id'

const CHUNK_MAX = 256

interface WithId {
  readonly id: StreamId
}

/**
 * Things in the order of their IDs, in chunks of bounded size: quick to append to and to take from anywhere, however
 * many there are. A chunk is never empty.
 */
export class OrderedById<T extends WithId> {
  private chunks: T[][] = []
  private count = 0

  get size(): number {
    return this.count
  }

  get first(): T | undefined {
    return this.chunks[0]?.[0]
  }

  get last(): T | undefined {
    return this.chunks.at(-1)?.at(-1)
  }

  get(id: StreamId): T | undefined {
    const item = this.atOrAfter(id)
    return item && compareIds(item.id, id) === 0 ? item : undefined
  }

  /** The first with this ID or a greater one. Asking again from the ID behind goes through all, whatever was removed. */
  atOrAfter(id: StreamId): T | undefined {
    const chunk = this.chunks[this.chunkOf(id)]
    return chunk?.[placeOf(chunk, id)]
  }

  /** Adds what is not there yet. */
  insert(item: T): void {
    this.count++
    const index = Math.min(this.chunkOf(item.id), this.chunks.length - 1)
    const chunk = this.chunks[index]
    if (!chunk) {
      this.chunks.push([item])
      return
    }
    chunk.splice(placeOf(chunk, item.id), 0, item)
    if (chunk.length <= CHUNK_MAX) return
    // What is appended to fills its chunks, since most things come in order.
    const isLast = index === this.chunks.length - 1 && chunk.at(-1) === item
    this.chunks.splice(index + 1, 0, chunk.splice(isLast ? CHUNK_MAX : CHUNK_MAX / 2))
  }

  /** Says whether it was there. */
  delete(id: StreamId): boolean {
    const index = this.chunkOf(id)
    const chunk = this.chunks[index]
    const place = chunk ? placeOf(chunk, id) : 0
    if (!chunk?.[place] || compareIds(chunk[place].id, id) !== 0) return false
    chunk.splice(place, 1)
    if (chunk.length === 0) this.chunks.splice(index, 1)
    this.count--
    return true
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.chunks) yield* chunk
  }

  /** The chunk whose last item is the first that is no smaller. */
  private chunkOf(id: StreamId): number {
    let [low, high] = [0, this.chunks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareIds(this.chunks[middle]!.at(-1)!.id, id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Where the first item stands that is no smaller. */
export function placeOf(items: readonly WithId[], id: StreamId): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareIds(items[middle]!.id, id) < 0) low = middle + 1
    else high = middle
  }
  return low
}
