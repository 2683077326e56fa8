import type { Database, Entry } from '../keyspace/database'
import { EventClass } from '../keyspace/notify'
import type { RedisNode } from '../node/redis-node'
import { EvictionPool } from './eviction-pool'

/** Evicts keys when more memory is used than `maxmemory` allows, by `maxmemory-policy`. */
export class Eviction {
  private readonly pool = new EvictionPool()
  private policy = 'noeviction'
  private samples = 5
  /** The database from which a random policy took its last key. */
  private lastDb = 0

  constructor(private readonly node: RedisNode) {
    node.config.follow('maxmemory-policy', (text) => (this.policy = text))
    node.config.follow('maxmemory-samples', (text) => (this.samples = Number(text)))
  }

  /** Makes room. False when there is still too little: commands that need memory are refused then. */
  makeRoom(): boolean {
    const { node } = this
    const { memory } = node
    // While clients are paused the data set stands still, and what an AOF holds is loaded whole.
    if (memory.max === 0 || node.pause.isOn || node.isLoading) return true
    if (node.replication.role === 'replica' && node.config.isOn('replica-ignore-maxmemory')) return true
    while (memory.used().total > memory.max) {
      const entry = this.policy === 'noeviction' ? undefined : this.pick()
      if (!entry) return false
      this.evict(entry.db, entry.entry)
    }
    return true
  }

  private evict(db: Database, entry: Entry): void {
    const { keyspace, stats, effects, config } = this.node
    keyspace.remove(db, entry)
    stats.evictedKeys++
    keyspace.notify(EventClass.evicted, 'evicted', db, entry.key)
    if (effects.isOn) {
      effects.also(db, config.isOn('lazyfree-lazy-eviction') ? 'UNLINK' : 'DEL', entry.key)
      // Each eviction stands for itself, before the command that needed the room.
      effects.endUnit(false)
    }
  }

  private pick(): { readonly db: Database; readonly entry: Entry } | undefined {
    return this.policy.endsWith('-random') ? this.pickAny() : this.pickBest()
  }

  private pickAny(): { readonly db: Database; readonly entry: Entry } | undefined {
    const { databases } = this.node.keyspace
    for (let tried = 0; tried < databases.length; tried++) {
      this.lastDb = (this.lastDb + 1) % databases.length
      const db = databases[this.lastDb]!
      const entries = this.candidatesOf(db)
      if (entries.length > 0) return { db, entry: entries[this.node.random.integer(0, entries.length - 1)]! }
    }
    return undefined
  }

  private pickBest(): { readonly db: Database; readonly entry: Entry } | undefined {
    for (;;) {
      let total = 0
      for (const db of this.node.keyspace.databases) {
        const entries = this.candidatesOf(db)
        total += entries.length
        for (const entry of this.sample(entries)) this.pool.offer({ db, key: entry.key, score: this.scoreOf(entry) })
      }
      if (total === 0) return undefined
      for (let best = this.pool.takeBest(); best; best = this.pool.takeBest()) {
        const entry = best.db.peek(best.key)
        // It may have gone, or have lost its time to live, since it was sampled.
        if (entry && (!this.isVolatileOnly || entry.volatilePlace !== -1)) return { db: best.db, entry }
      }
    }
  }

  private get isVolatileOnly(): boolean {
    return this.policy.startsWith('volatile-')
  }

  private candidatesOf(db: Database): readonly Entry[] {
    return this.isVolatileOnly ? db.volatile : db.all
  }

  private sample(entries: readonly Entry[]): readonly Entry[] {
    if (entries.length <= this.samples) return entries
    return Array.from({ length: this.samples }, () => entries[this.node.random.integer(0, entries.length - 1)]!)
  }

  private scoreOf(entry: Entry): number {
    const { nowSeconds, frequency } = this.node
    if (this.policy.endsWith('-lfu')) return 255 - frequency.of(entry, nowSeconds)
    if (this.policy === 'volatile-ttl') return -entry.expiresAtMs
    return nowSeconds - entry.usedAtSeconds
  }
}
