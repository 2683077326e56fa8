import type { Database } from '../keyspace/database'
import type { RedisNode } from './redis-node'

const KEYS_PER_LOOP = 20
const STALE_PERCENT_MAX = 10
/** Up to so many keys the next expiry is looked up exactly; with more of them the next tick just comes. */
const EXACT_LOOKUP_MAX = 1000

/**
 * The active expire cycle: samples 20 keys with a time to live, deletes those whose time is over, and goes on with the
 * next 20 while more than a tenth of a sample had to go. The samples follow each other round the database.
 */
export function expireCycle(node: RedisNode): void {
  for (const db of node.keyspace.databases) {
    if (db.volatile.length === 0) continue
    while (db.volatile.length > 0) {
      const { expired, sampled } = sample(node, db)
      if (expired * 100 <= STALE_PERCENT_MAX * sampled) break
    }
    db.soonestExpiryMs = soonestExpiry(node, db)
  }
}

function sample(node: RedisNode, db: Database): { expired: number; sampled: number } {
  const sampled = Math.min(KEYS_PER_LOOP, db.volatile.length)
  let expired = 0
  for (let count = 0; count < sampled; count++) {
    if (db.expireCursor >= db.volatile.length) db.expireCursor = 0
    const entry = db.volatile[db.expireCursor]!
    if (node.keyspace.isExpired(entry)) {
      // Another key takes the place, and is looked at next.
      node.keyspace.expire(db, entry)
      expired++
    } else {
      db.expireCursor++
    }
  }
  return { expired, sampled }
}

function soonestExpiry(node: RedisNode, db: Database): number {
  if (db.volatile.length === 0) return Infinity
  if (db.volatile.length > EXACT_LOOKUP_MAX) return node.nowMs
  return db.volatile.reduce((soonest, { expiresAtMs }) => Math.min(soonest, expiresAtMs), Infinity)
}
