import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import type { Value } from '../keyspace/value'
import type { RedisNode } from '../node/redis-node'
import { Crc64 } from './crc64'
import { RDB_VERSION } from './rdb-format'
import { RdbReader } from './rdb-reader'
import { RdbWriter } from './rdb-writer'
import { readValue } from './read-value'
import { typeOf, writeValue } from './write-value'

/** Behind the value stand the version in 2 bytes and the checksum in 8. */
const FOOTER = 10

/** A value as DUMP gives it and RESTORE takes it. */
export function dumpValue(node: RedisNode, value: Value): Bytes {
  const out = new RdbWriter(node.config.isOn('rdbcompression'))
  out.byte(typeOf(value))
  writeValue(out, value, node.config.number('list-max-listpack-size'))
  out.byte(RDB_VERSION & 0xff)
  out.byte(RDB_VERSION >> 8)
  out.integer64(out.checksum)
  return Buffer.concat(out.take()).toString('latin1') as Bytes
}

/** Was the payload made by DUMP of this version or an older one, and is it whole? */
export function isDump(payload: Bytes): boolean {
  const bytes = Buffer.from(payload, 'latin1')
  const end = bytes.length - FOOTER
  if (end < 0 || bytes.readUInt16LE(end) > RDB_VERSION) return false
  return bytes.readBigUInt64LE(end + 2) === new Crc64().update(bytes.subarray(0, end + 2)).value
}

/** The value of a payload whose footer is right. Throws RdbError where it is none. */
export function restoreValue(node: RedisNode, payload: Bytes): Value {
  const source = new RdbReader(Buffer.from(payload, 'latin1'), 0, payload.length - FOOTER)
  const value = readValue(source, source.byte(), node.limits)
  return value ?? source.fail('a collection is empty', 0)
}
