import { sizeOf } from '../keyspace/value'
import type { RedisNode } from './redis-node'

// What the same things take in a real redis-server 7.0.15 with jemalloc, so that figures move as people expect.
const STARTUP_BYTES = 876_208
const ENTRY_BYTES = 72
const EXPIRY_BYTES = 32
const BUCKET_BYTES = 8
export const CLIENT_BYTES = 1928

/** The machine that the simulated node seems to run on. */
export const totalMemory = 8 * 1024 ** 3

export interface UsedMemory {
  readonly startup: number
  /** Everything but keys and values themselves. */
  readonly overhead: number
  readonly total: number
}

/** Counts all keys, which is quick enough for an INFO now and then. */
export function usedMemory(node: RedisNode): UsedMemory {
  let data = 0
  let overhead = STARTUP_BYTES + node.clients.size * CLIENT_BYTES
  for (const db of node.keyspace.databases) {
    overhead += db.size * (ENTRY_BYTES + BUCKET_BYTES) + db.volatile.length * (EXPIRY_BYTES + BUCKET_BYTES)
    for (const { key, value } of db.all) data += key.length + sizeOf(value)
  }
  return { startup: STARTUP_BYTES, overhead, total: overhead + data }
}
