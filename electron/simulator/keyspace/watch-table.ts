import type { Bytes } from '../../../shared/bytes'
import type { Database } from './database'

/** What WATCH needs of a client. */
export interface Watcher {
  /** One of its watched keys was changed: EXEC will do nothing. */
  isDirty: boolean
}

interface Watch {
  readonly db: Database
  readonly key: Bytes
  /** The key had expired when WATCH came, so its deletion changes nothing. */
  wasExpired: boolean
}

type IsExpired = (db: Database, key: Bytes) => boolean

/** Which clients watch which keys. */
export class WatchTable {
  private readonly byClient = new Map<Watcher, Watch[]>()
  private readonly byKey = new Map<Database, Map<Bytes, Set<Watcher>>>()

  constructor(private readonly isExpired: IsExpired) {}

  watch(client: Watcher, db: Database, key: Bytes): void {
    const watches = this.byClient.get(client) ?? []
    if (watches.some((watch) => watch.db === db && watch.key === key)) return
    this.byClient.set(client, [...watches, { db, key, wasExpired: this.isExpired(db, key) }])
    const keys = this.byKey.get(db) ?? new Map<Bytes, Set<Watcher>>()
    this.byKey.set(db, keys)
    keys.set(key, (keys.get(key) ?? new Set()).add(client))
  }

  unwatch(client: Watcher): void {
    for (const { db, key } of this.byClient.get(client) ?? []) {
      const keys = this.byKey.get(db)
      const clients = keys?.get(key)
      clients?.delete(client)
      if (clients?.size === 0) keys!.delete(key)
    }
    this.byClient.delete(client)
  }

  /** A key was changed: whoever watches it is told, and watches nothing any more. */
  touch(db: Database, key: Bytes): void {
    if (this.byClient.size === 0) return
    for (const client of [...(this.byKey.get(db)?.get(key) ?? [])]) {
      const watch = this.byClient.get(client)!.find((one) => one.db === db && one.key === key)!
      if (watch.wasExpired) {
        if (!db.peek(key)) watch.wasExpired = false
        continue
      }
      client.isDirty = true
      this.unwatch(client)
    }
  }

  /** All keys of a database go, and those of `replacement` come in their stead. */
  touchAll(db: Database, replacement?: Database): void {
    for (const [key, clients] of this.byKey.get(db) ?? []) {
      if (!db.peek(key) && !replacement?.peek(key)) continue
      for (const client of clients) {
        const watch = this.byClient.get(client)!.find((one) => one.db === db && one.key === key)!
        if (watch.wasExpired && !replacement?.peek(key)) watch.wasExpired = false
        else if (!watch.wasExpired || !this.isExpired(replacement!, key)) client.isDirty = true
      }
    }
  }

  /** Has a watched key expired since? It counts as changed even before anybody deletes it. */
  hasExpired(client: Watcher): boolean {
    const watches = this.byClient.get(client) ?? []
    return watches.some(({ db, key, wasExpired }) => !wasExpired && this.isExpired(db, key))
  }
}
