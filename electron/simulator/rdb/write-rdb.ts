import type { Bytes } from '../../../shared/bytes'
import { NEVER, type Database, type Entry } from '../keyspace/database'
import type { RedisNode } from '../node/redis-node'
import { Opcode, RDB_VERSION } from './rdb-format'
import { RdbWriter } from './rdb-writer'
import { typeOf, writeValue } from './write-value'

/**
 * All databases of a node as an RDB file, in pieces. The picture is taken at once: whoever writes the pieces later has
 * what the node had now. `aux` holds fields about the file, such as `repl-id`; those that every file has are added.
 */
export function writeRdb(node: RedisNode, aux: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const { config, keyspace } = node
  const out = new RdbWriter(config.isOn('rdbcompression'))
  for (const letter of `REDIS${String(RDB_VERSION).padStart(4, '0')}`) out.byte(letter.charCodeAt(0))
  const { 'aof-base': aofBase, ...others } = aux
  writeAux(out, { 'redis-ver': '7.0.15', 'redis-bits': '64', ctime: String(node.nowSeconds) })
  writeAux(out, { 'used-mem': String(node.memory.used().total), ...others, 'aof-base': aofBase ?? '0' })
  for (const db of keyspace.databases) if (db.size > 0) writeDatabase(out, node, db)
  out.byte(Opcode.end)
  out.integer64(config.isOn('rdbchecksum') ? out.checksum : 0)
  return out.take()
}

function writeAux(out: RdbWriter, fields: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(fields)) {
    out.byte(Opcode.aux)
    out.string(name as Bytes)
    out.string(value as Bytes)
  }
}

function writeDatabase(out: RdbWriter, node: RedisNode, db: Database): void {
  const fill = node.config.number('list-max-listpack-size')
  const policy = node.config.get('maxmemory-policy')
  out.byte(Opcode.selectDb)
  out.length(db.index)
  out.byte(Opcode.resizeDb)
  out.length(db.size)
  out.length(db.volatile.length)
  for (const entry of db.all) {
    if (entry.expiresAtMs !== NEVER) {
      out.byte(Opcode.expireTimeMs)
      out.integer64(entry.exactExpiry ?? entry.expiresAtMs)
    }
    writeUsage(out, node, entry, policy)
    out.byte(typeOf(entry.value))
    out.string(entry.key)
    writeValue(out, entry.value, fill)
  }
}

/** When or how often the key was used, for the policies that ask. */
function writeUsage(out: RdbWriter, { nowSeconds, frequency }: RedisNode, entry: Entry, policy: string): void {
  if (policy.endsWith('-lru')) {
    out.byte(Opcode.idle)
    out.length(Math.max(0, nowSeconds - entry.usedAtSeconds))
  } else if (policy.endsWith('-lfu')) {
    out.byte(Opcode.frequency)
    out.byte(frequency.of(entry, nowSeconds))
  }
}
