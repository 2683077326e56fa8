/** Which keys of a database are in which slot. Kept in cluster mode only. */
import type { Bytes } from '../../../shared/bytes'
import type { Database, Entry, KeyIndex } from '../keyspace/database'
import { EventClass } from '../keyspace/notify'
import type { RedisNode } from '../node/redis-node'
import { keySlot } from './key-slot'

/** A key among those of its slot, the newest first. */
interface Place {
  readonly entry: Entry
  older: Place | undefined
  newer: Place | undefined
}

interface Chain {
  newest: Place
  count: number
}

export class SlotKeys implements KeyIndex {
  private readonly chains = new Map<number, Chain>()
  private places = new Map<Entry, Place>()

  constructor(private readonly db: Database) {
    db.keyIndex = this
    for (const entry of db.all) this.added(entry)
  }

  count(slot: number): number {
    return this.chains.get(slot)?.count ?? 0
  }

  /** Slots that have keys, in order. */
  get slots(): readonly number[] {
    return [...this.chains.keys()].sort((a, b) => a - b)
  }

  /** At most so many keys of a slot. */
  keys(slot: number, max: number): Bytes[] {
    const keys: Bytes[] = []
    for (let place = this.chains.get(slot)?.newest; place && keys.length < max; place = place.older) {
      keys.push(place.entry.key)
    }
    return keys
  }

  added(entry: Entry): void {
    const slot = keySlot(entry.key)
    const chain = this.chains.get(slot)
    const place: Place = { entry, older: chain?.newest, newer: undefined }
    if (chain) {
      chain.newest.newer = place
      chain.newest = place
      chain.count++
    } else {
      this.chains.set(slot, { newest: place, count: 1 })
    }
    this.places.set(entry, place)
  }

  removed(entry: Entry): void {
    const place = this.places.get(entry)
    if (!place) return
    this.places.delete(entry)
    const { older, newer } = place
    if (older) older.newer = newer
    if (newer) newer.older = older
    const slot = keySlot(entry.key)
    const chain = this.chains.get(slot)!
    if (--chain.count === 0) this.chains.delete(slot)
    else if (chain.newest === place) chain.newest = older!
  }

  cleared(): void {
    this.chains.clear()
    this.places = new Map()
  }

  /** The slot is somebody else's now. The replicas hear of it key by key. */
  deleteAll(node: RedisNode, slot: number): void {
    for (const key of this.keys(slot, Infinity)) {
      const entry = this.db.peek(key)!
      node.keyspace.remove(this.db, entry)
      node.keyspace.notify(EventClass.generic, 'del', this.db, key)
      if (node.effects.isOn) node.effects.also(this.db, 'DEL', key)
    }
    if (node.effects.isOn) node.effects.endUnit(false)
  }
}
