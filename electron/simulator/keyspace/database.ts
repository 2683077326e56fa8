import type { Bytes } from '../../../shared/bytes'
import { NEW_KEY_FREQUENCY } from '../memory/frequency'
import type { Value } from './value'

/** `expiresAtMs` of a key without a time to live. */
export const NEVER = -1

/** One key of a database. */
export class Entry {
  /** Unix time in ms, or NEVER. Set by `Database.setExpiry` only. */
  expiresAtMs = NEVER
  /** The same where it is beyond 2^53 (PEXPIREAT takes 64 bits), for PEXPIRETIME to give back. */
  exactExpiry: bigint | undefined
  /** Places in the database's dense arrays; -1 in `volatilePlace` means no time to live. */
  place = -1
  volatilePlace = -1
  /** Unix seconds of the last use, for OBJECT IDLETIME. */
  usedAtSeconds = 0
  /** How often it was used, and when that was counted last, in Unix minutes: for the LFU policies. */
  frequency = NEW_KEY_FREQUENCY
  countedAtMinutes = 0
  /** What it takes, as far as that was asked for. Set by `Database.weigh` only. */
  bytes = 0

  constructor(
    readonly key: Bytes,
    public value: Value,
  ) {}
}

/**
 * The keys of one database. Besides the map there are two dense arrays, of all keys and of the keys with a time to
 * live: they give RANDOMKEY its pick, SCAN its cursor and the expire cycle its samples, in an order that depends on
 * the commands alone. A key that goes leaves its place to the last one.
 */
export class Database {
  entries = new Map<Bytes, Entry>()
  all: Entry[] = []
  volatile: Entry[] = []
  /** Where the active expire cycle goes on in `volatile`. */
  expireCursor = 0
  /** No key expires before this; too early is fine, too late never. Infinity without volatile keys. */
  soonestExpiryMs = Infinity
  /** What all keys take, as far as they were weighed. */
  entryBytes = 0
  /** In a cluster, the keys of each slot. */
  keyIndex: KeyIndex | undefined

  constructor(readonly index: number) {}

  get size(): number {
    return this.all.length
  }

  /** The key as it stands: an expired key that was not deleted yet is still there. */
  peek(key: Bytes): Entry | undefined {
    return this.entries.get(key)
  }

  add(key: Bytes, value: Value): Entry {
    const entry = new Entry(key, value)
    this.entries.set(key, entry)
    entry.place = this.all.push(entry) - 1
    if (this.keyIndex) this.keyIndex.added(entry)
    return entry
  }

  remove(entry: Entry): void {
    this.entries.delete(entry.key)
    if (this.keyIndex) this.keyIndex.removed(entry)
    this.weigh(entry, 0)
    const last = this.all.pop()!
    if (last !== entry) {
      this.all[entry.place] = last
      last.place = entry.place
    }
    this.clearExpiry(entry)
  }

  setExpiry(entry: Entry, at: number | bigint): void {
    if (entry.volatilePlace === -1) entry.volatilePlace = this.volatile.push(entry) - 1
    entry.exactExpiry = typeof at === 'bigint' ? at : undefined
    entry.expiresAtMs = Number(at)
    if (entry.expiresAtMs < this.soonestExpiryMs) this.soonestExpiryMs = entry.expiresAtMs
  }

  clearExpiry(entry: Entry): void {
    if (entry.volatilePlace === -1) return
    const last = this.volatile.pop()!
    if (last !== entry) {
      this.volatile[entry.volatilePlace] = last
      last.volatilePlace = entry.volatilePlace
    }
    entry.volatilePlace = -1
    entry.expiresAtMs = NEVER
    entry.exactExpiry = undefined
    if (this.volatile.length === 0) this.soonestExpiryMs = Infinity
  }

  weigh(entry: Entry, bytes: number): void {
    this.entryBytes += bytes - entry.bytes
    entry.bytes = bytes
  }

  clear(): void {
    this.keyIndex?.cleared()
    this.entryBytes = 0
    this.entries = new Map()
    this.all = []
    this.volatile = []
    this.expireCursor = 0
    this.soonestExpiryMs = Infinity
  }

  /** Gives this database the keys of the other and the other way round. */
  swapWith(other: Database): void {
    const { entries, all, volatile, expireCursor, soonestExpiryMs, entryBytes } = this
    this.take(other)
    other.take({ entries, all, volatile, expireCursor, soonestExpiryMs, entryBytes })
  }

  private take(contents: DatabaseContents): void {
    this.entries = contents.entries
    this.all = contents.all
    this.volatile = contents.volatile
    this.expireCursor = contents.expireCursor
    this.soonestExpiryMs = contents.soonestExpiryMs
    this.entryBytes = contents.entryBytes
    if (!this.keyIndex) return
    this.keyIndex.cleared()
    for (const entry of this.all) this.keyIndex.added(entry)
  }
}

/** Hears of each key that comes and goes; entries are told apart by identity. */
export interface KeyIndex {
  added(entry: Entry): void
  removed(entry: Entry): void
  cleared(): void
}

/** As many empty databases, numbered from 0. */
export function emptyDatabases(count: number): readonly Database[] {
  return Array.from({ length: count }, (_, index) => new Database(index))
}

type DatabaseContents = Pick<
  Database,
  'entries' | 'all' | 'volatile' | 'expireCursor' | 'soonestExpiryMs' | 'entryBytes'
>
