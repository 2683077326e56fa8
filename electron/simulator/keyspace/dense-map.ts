import type { Bytes } from '../../../shared/bytes'

export interface DenseItem<V> {
  readonly key: Bytes
  value: V
  /** Its index in `items`. */
  place: number
}

/**
 * A map that also gives its n-th item: random picks need that, and so do cursors. The order of the items depends on
 * the commands alone.
 */
export class DenseMap<V> {
  readonly items: DenseItem<V>[] = []
  private readonly index = new Map<Bytes, DenseItem<V>>()

  get size(): number {
    return this.items.length
  }

  get(key: Bytes): DenseItem<V> | undefined {
    return this.index.get(key)
  }

  has(key: Bytes): boolean {
    return this.index.has(key)
  }

  /** Adds a key that is known not to be there. */
  add(key: Bytes, value: V): void {
    const item = { key, value, place: this.items.length }
    this.items.push(item)
    this.index.set(key, item)
  }

  /** The last item takes the place of the one that goes: quick, at the price of the order. */
  remove(item: DenseItem<V>): void {
    this.index.delete(item.key)
    const last = this.items.pop()!
    if (last === item) return
    this.items[item.place] = last
    last.place = item.place
  }

  /** The items behind the one that goes move up, as in a listpack. */
  removeInOrder(item: DenseItem<V>): void {
    this.index.delete(item.key)
    this.items.splice(item.place, 1)
    for (let place = item.place; place < this.items.length; place++) this.items[place]!.place = place
  }

  copy(): DenseMap<V> {
    const copy = new DenseMap<V>()
    for (const { key, value } of this.items) copy.add(key, value)
    return copy
  }
}
