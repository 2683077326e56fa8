import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'
import type { RedisNode } from '../node/redis-node'
import { BUCKET_BYTES, CLIENT_BYTES, entryBytes, EXPIRY_BYTES, STARTUP_BYTES } from './estimates'

export interface UsedMemory {
  readonly startup: number
  /** Everything but keys and values themselves. */
  readonly overhead: number
  readonly total: number
}

/**
 * How much memory a node would use. While `maxmemory` is set it has to be known before each command, so every key's
 * share is kept and brought up to date when the key was changed; otherwise keys are counted when somebody asks.
 */
export class Memory {
  /** `maxmemory` in bytes; 0 is no limit. */
  max = 0
  private readonly changed = new Map<Database, Set<Bytes>>()
  private needsCount = true

  constructor(private readonly node: RedisNode) {}

  /** A limit was set or lifted. */
  limit(max: number): void {
    if (this.max === 0) this.needsCount = true
    this.max = max
    if (max === 0) this.changed.clear()
  }

  keyModified(db: Database, key: Bytes): void {
    const keys = this.changed.get(db)
    if (keys) keys.add(key)
    else this.changed.set(db, new Set([key]))
  }

  /** Databases were flushed or swapped: nothing that is known of single keys holds any more. */
  forget(): void {
    this.needsCount = true
  }

  used(): UsedMemory {
    const { node } = this
    if (this.max === 0 || this.needsCount) this.countAll()
    else this.catchUp()
    let data = 0
    let overhead = STARTUP_BYTES + node.clients.size * CLIENT_BYTES
    for (const { size, volatile, entryBytes: bytes } of node.keyspace.databases) {
      overhead += size * BUCKET_BYTES + volatile.length * (EXPIRY_BYTES + BUCKET_BYTES)
      data += bytes
    }
    const total = overhead + data
    node.peakMemory = Math.max(node.peakMemory, total)
    return { startup: STARTUP_BYTES, overhead, total }
  }

  private countAll(): void {
    this.needsCount = false
    this.changed.clear()
    for (const db of this.node.keyspace.databases) for (const entry of db.all) db.weigh(entry, entryBytes(entry))
  }

  private catchUp(): void {
    for (const [db, keys] of this.changed) {
      for (const key of keys) {
        const entry = db.peek(key)
        if (entry) db.weigh(entry, entryBytes(entry))
      }
    }
    this.changed.clear()
  }
}
