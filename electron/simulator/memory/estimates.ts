import type { Entry } from '../keyspace/database'
import { sizeOf, type Value } from '../keyspace/value'

/**
 * What things take in a real redis-server 7.0.15 with jemalloc, so that figures move as people expect. They are
 * estimates: headers and slots by type and encoding, and the bytes of the elements themselves.
 */
export const STARTUP_BYTES = 876_208
export const CLIENT_BYTES = 1928
/** A slot of a hash table. */
export const BUCKET_BYTES = 8
/** A dictEntry, a robj and an sds header. */
export const ENTRY_BYTES = 72
/** A dictEntry among the keys with a time to live. */
export const EXPIRY_BYTES = 32

/** The machine that the simulated node seems to run on. */
export const totalMemory = 8 * 1024 ** 3

/** What an element takes besides its own bytes, by encoding. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  listpack: 2,
  quicklist: 3,
  intset: 8,
  hashtable: 56,
  skiplist: 96,
  stream: 6,
}

/** About how many bytes a key takes with its value, as MEMORY USAGE tells. */
export function entryBytes({ key, value }: Entry): number {
  return ENTRY_BYTES + key.length + valueBytes(value)
}

function valueBytes(value: Value): number {
  if (value.type === 'string') return value.encoding === 'int' ? 0 : sizeOf(value) + (value.encoding === 'raw' ? 16 : 0)
  const own = value.encoding === 'intset' ? 0 : sizeOf(value)
  return HEADER_BYTES + own + elementCount(value) * (ELEMENT_BYTES[value.encoding] ?? 0)
}

const HEADER_BYTES = 40

function elementCount(value: Exclude<Value, { type: 'string' }>): number {
  switch (value.type) {
    case 'list':
      return value.items.length
    case 'hash':
      // A field and its value are two.
      return value.encoding === 'listpack' ? 2 * value.size : value.size
    case 'zset':
      return value.encoding === 'listpack' ? 2 * value.size : value.size
    case 'set':
      return value.size
    case 'stream':
      return value.length
  }
}
