import type { Bytes } from '../../../shared/bytes'
import type { NodeObserver } from '../ports'
import type { Frequency } from '../memory/frequency'
import type { Stats } from '../node/stats'
import type { Database } from './database'
import { type Entry, NEVER } from './database'
import { EventClass } from './notify'
import type { Value, ValueType } from './value'

/** What the keyspace needs from its node. */
export interface KeyspaceHost {
  /** Unix time in ms, the same throughout one turn of the node. */
  readonly nowMs: number
  readonly nowSeconds: number
  readonly stats: Stats
  readonly frequency: Frequency
  readonly observer: NodeObserver | undefined
  /** The tag of the command being executed, or 0. */
  readonly cause: number
  /** The classes of `notify-keyspace-events`. */
  readonly eventFlags: number
  /** While clients are paused, expired keys are out of sight but stay. */
  readonly keepsExpiredKeys: boolean
  /** While the AOF is replayed nothing expires: what went has its DEL in it. */
  readonly isLoading: boolean
  /** A replica carries out its primary's commands: what has expired is the primary's to say. */
  readonly trustsPrimary: boolean
  publishEvent(channel: Bytes, message: Bytes): void
  /** A key was changed: WATCH and client-side caches hear of it. */
  keyModified(db: Database, key: Bytes): void
  /** A key was deleted since its time was over. */
  keyExpired(db: Database, key: Bytes): void
  /** There is a new key: who waits for one of its type may be served. */
  keyAdded(db: Database, key: Bytes, type: ValueType): void
  /** A key lost its value, by deletion or to one of another type: who waits for that value may have to give up. */
  keyLost(db: Database, key: Bytes, type: ValueType): void
  /** All keys of a database went or came at once. `hadKey` tells which were there before. */
  databaseFlushed(db: Database): void
  /** There is now something for the expire cycle to do. */
  wakeCron(): void
}

/** All databases of a node, and the rules by which keys are found, expire and make events. */
export class Keyspace {
  constructor(
    private readonly host: KeyspaceHost,
    readonly databases: readonly Database[],
  ) {}

  /** Finds a key to read it: counts a hit or a miss and marks the key as used. */
  read(db: Database, key: Bytes): Entry | undefined {
    const entry = this.live(db, key)
    if (entry === undefined) {
      this.host.stats.keyspaceMisses++
      if (this.host.eventFlags & EventClass.keyMiss) this.notify(EventClass.keyMiss, 'keymiss', db, key)
      return undefined
    }
    this.host.stats.keyspaceHits++
    this.touch(entry)
    return entry
  }

  /** Finds a key to change it. */
  find(db: Database, key: Bytes): Entry | undefined {
    const entry = this.live(db, key)
    if (entry !== undefined) this.touch(entry)
    return entry
  }

  /** Finds a key without counting or marking anything. */
  glance(db: Database, key: Bytes): Entry | undefined {
    return this.live(db, key)
  }

  /** As `glance`, but counted as a read: TTL and TYPE. */
  readQuietly(db: Database, key: Bytes): Entry | undefined {
    const entry = this.inspect(db, key)
    if (!entry && this.host.eventFlags & EventClass.keyMiss) this.notify(EventClass.keyMiss, 'keymiss', db, key)
    return entry
  }

  /** As `readQuietly`, and a miss makes no event: OBJECT. */
  inspect(db: Database, key: Bytes): Entry | undefined {
    const entry = this.live(db, key)
    if (entry) this.host.stats.keyspaceHits++
    else this.host.stats.keyspaceMisses++
    return entry
  }

  /** Stores a value under a new key or in place of another value. Drops the time to live unless it is to stay. */
  store(db: Database, key: Bytes, value: Value, keepExpiry = false): Entry {
    const entry = this.live(db, key)
    if (entry === undefined) return this.create(db, key, value)
    if (entry.value.type !== value.type) this.host.keyLost(db, key, entry.value.type)
    entry.value = value
    entry.usedAtSeconds = this.host.nowSeconds
    if (!keepExpiry && entry.volatilePlace !== -1) db.clearExpiry(entry)
    this.host.keyModified(db, key)
    return entry
  }

  /** Adds a key that is known not to be there. */
  create(db: Database, key: Bytes, value: Value): Entry {
    const entry = this.plant(db, key, value)
    this.host.keyModified(db, key)
    return entry
  }

  /** As `create`, for who tells later that the key was changed. */
  plant(db: Database, key: Bytes, value: Value): Entry {
    const entry = db.add(key, value)
    entry.usedAtSeconds = this.host.nowSeconds
    entry.countedAtMinutes = Math.floor(this.host.nowSeconds / 60)
    this.host.keyAdded(db, key, value.type)
    if (this.host.eventFlags & EventClass.new) this.notify(EventClass.new, 'new', db, key)
    return entry
  }

  /** Puts a new value in an entry, whose time to live stays. */
  replace(db: Database, entry: Entry, value: Value): void {
    entry.value = value
    this.host.keyModified(db, entry.key)
  }

  remove(db: Database, entry: Entry): void {
    this.detach(db, entry)
    this.host.keyModified(db, entry.key)
  }

  /** As `remove`, for who tells later that the key was changed. */
  detach(db: Database, entry: Entry): void {
    db.remove(entry)
    this.host.keyLost(db, entry.key, entry.value.type)
  }

  expireAt(db: Database, entry: Entry, at: number | bigint): void {
    const soonest = db.soonestExpiryMs
    db.setExpiry(entry, at)
    if (db.soonestExpiryMs < soonest) this.host.wakeCron()
  }

  /** Deletes an expired key, by lookup or by cycle, with its event. */
  expire(db: Database, entry: Entry): void {
    const lateMs = Math.max(0, this.host.nowMs - entry.expiresAtMs)
    db.remove(entry)
    this.host.keyLost(db, entry.key, entry.value.type)
    this.host.stats.expiredKeys++
    this.notify(EventClass.expired, 'expired', db, entry.key, lateMs)
    this.host.keyExpired(db, entry.key)
  }

  /** Tells of a change, to the observer always and to subscribers as `notify-keyspace-events` has it. */
  notify(kind: number, event: string, db: Database, key: Bytes, lateMs = 0): void {
    const { observer, eventFlags, cause, isLoading, trustsPrimary } = this.host
    // A miss changes nothing, and a new key's change is told by the event that follows.
    if (observer && !isLoading && !trustsPrimary && !(kind & (EventClass.keyMiss | EventClass.new))) {
      observer.keyChanged({ cause, db: db.index, key, event, lateMs })
    }
    if (!(eventFlags & kind)) return
    if (eventFlags & EventClass.keyspace) {
      this.host.publishEvent(`__keyspace@${db.index}__:${key}` as Bytes, event as Bytes)
    }
    if (eventFlags & EventClass.keyevent) this.host.publishEvent(`__keyevent@${db.index}__:${event}` as Bytes, key)
  }

  isExpired(entry: Entry): boolean {
    return (
      entry.expiresAtMs !== NEVER &&
      entry.expiresAtMs < this.host.nowMs &&
      !this.host.isLoading &&
      !this.host.trustsPrimary
    )
  }

  flush(db: Database): number {
    const { size } = db
    this.host.databaseFlushed(db)
    db.clear()
    return size
  }

  private live(db: Database, key: Bytes): Entry | undefined {
    const entry = db.entries.get(key)
    if (entry === undefined || entry.volatilePlace === -1 || !this.isExpired(entry)) return entry
    if (!this.host.keepsExpiredKeys) this.expire(db, entry)
    return undefined
  }

  /** Notes that an entry was used. */
  protected touch(entry: Entry): void {
    const { nowSeconds, frequency } = this.host
    entry.usedAtSeconds = nowSeconds
    if (frequency.isCounted) frequency.count(entry, nowSeconds)
  }
}
