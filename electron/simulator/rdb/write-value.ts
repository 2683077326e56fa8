import type { Bytes } from '../../../shared/bytes'
import type { SetValue } from '../keyspace/set-value'
import type { HashValue } from '../keyspace/hash-value'
import type { SortedSetValue } from '../keyspace/sorted-set-value'
import { parseInteger, type Value } from '../keyspace/value'
import { formatDouble } from '../resp/format-double'
import { writeIntset } from './intset'
import { ListpackWriter } from './listpack-writer'
import { RdbType } from './rdb-format'
import type { RdbWriter } from './rdb-writer'
import { writeQuicklist } from './write-quicklist'
import { writeStream } from './write-stream'

/** The byte that says what follows: values are written in the encoding that OBJECT ENCODING tells. */
export function typeOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return RdbType.string
    case 'list':
      return RdbType.listQuicklist2
    case 'set':
      return value.encoding === 'intset' ? RdbType.setIntset : RdbType.set
    case 'zset':
      return value.encoding === 'listpack' ? RdbType.zsetListpack : RdbType.zset2
    case 'hash':
      return value.encoding === 'listpack' ? RdbType.hashListpack : RdbType.hash
    case 'stream':
      return RdbType.streamListpacks2
  }
}

/** Writes a value without its type and key. `fill` is `list-max-listpack-size`. */
export function writeValue(out: RdbWriter, value: Value, fill: number): void {
  switch (value.type) {
    case 'string':
      out.string(value.bytes)
      return
    case 'list':
      writeQuicklist(out, value.items, fill)
      return
    case 'set':
      writeSet(out, value)
      return
    case 'zset':
      writeSortedSet(out, value)
      return
    case 'hash':
      writeHash(out, value)
      return
    case 'stream':
      writeStream(out, value)
  }
}

function writeSet(out: RdbWriter, set: SetValue): void {
  const members = set.members()
  if (set.encoding === 'intset') {
    out.blob(writeIntset(members.map((member) => parseInteger(member)!)))
    return
  }
  out.length(members.length)
  for (const member of members) out.string(member)
}

function writeHash(out: RdbWriter, { encoding, items }: HashValue): void {
  if (encoding === 'listpack') {
    const pack = new ListpackWriter()
    for (const { key, value } of items) {
      pack.add(key)
      pack.add(value)
    }
    out.blob(pack.end())
    return
  }
  out.length(items.length)
  for (const { key, value } of items) {
    out.string(key)
    out.string(value)
  }
}

function writeSortedSet(out: RdbWriter, set: SortedSetValue): void {
  if (set.encoding === 'listpack') {
    const pack = new ListpackWriter()
    for (const { member, score } of set.slice([0, set.size])) {
      pack.add(member)
      addScore(pack, score)
    }
    out.blob(pack.end())
    return
  }
  out.length(set.size)
  // From the greatest on, so that whoever loads it inserts at the front each time.
  for (const { member, score } of set.slice([0, set.size], true)) {
    out.string(member)
    out.double(score)
  }
}

/** Whole numbers up to so much are integers in a listpack. */
const INTEGER_SCORE_MAX = 2 ** 62

function addScore(pack: ListpackWriter, score: number): void {
  if (Number.isInteger(score) && Math.abs(score) <= INTEGER_SCORE_MAX) pack.addInteger(BigInt(score))
  else pack.add(formatDouble(score) as Bytes)
}
