import type { Entry } from '../keyspace/database'
import { sizeOf, type Value } from '../keyspace/value'
import { embeddedAllocation, OBJECT_BYTES, SLOT_BYTES, stringAllocation } from './allocation'

/**
 * What things take in a real redis-server 7.0.15 with jemalloc, so that figures move as people expect. They are
 * estimates: headers and slots by type and encoding, and the bytes of the elements themselves.
 */
export const STARTUP_BYTES = 876_208
export const CLIENT_BYTES = 1928
/** A slot of a hash table. */
export const BUCKET_BYTES = 8
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

/**
 * How many bytes a key takes with its value, as MEMORY USAGE tells: exact for strings, an estimate for what has
 * elements.
 */
export function entryBytes({ key, value }: Entry): number {
  return SLOT_BYTES + stringAllocation(key.length, true) + valueBytes(value)
}

function valueBytes(value: Value): number {
  if (value.type !== 'string') {
    const own = value.encoding === 'intset' ? 0 : sizeOf(value)
    return HEADER_BYTES + own + elementCount(value) * (ELEMENT_BYTES[value.encoding] ?? 0)
  }
  const { length } = value.bytes
  if (value.encoding === 'int') return OBJECT_BYTES
  return value.encoding === 'embstr' ? embeddedAllocation(length) : OBJECT_BYTES + stringAllocation(length)
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
