import type { Bytes } from '../../../shared/bytes'
import { Deque } from '../keyspace/deque'
import { HashValue } from '../keyspace/hash-value'
import { SetValue } from '../keyspace/set-value'
import { SortedSetValue } from '../keyspace/sorted-set-value'
import { listValue, stringValue, type Value } from '../keyspace/value'
import type { Limits } from '../node/limits'
import { readIntset } from './intset'
import { readListpack, textOfElement } from './listpack-reader'
import { Container, RdbType } from './rdb-format'
import type { RdbReader } from './rdb-reader'
import { readStream } from './read-stream'
import { readZiplist } from './ziplist'

/**
 * Reads a value of a type. Undefined where it is a collection without anything in it, which Redis leaves out when it
 * loads a file. Values that were written in a compact encoding keep it unless they have too many elements.
 */
export function readValue(source: RdbReader, type: number, limits: Limits): Value | undefined {
  const start = source.offset
  switch (type) {
    case RdbType.string:
      return stringValue(source.string())
    case RdbType.list:
      return listOf(strings(source, source.count()))
    case RdbType.listZiplist:
      return listOf(ziplist(source))
    case RdbType.listQuicklist:
      return listOf(quicklist(source, ziplist))
    case RdbType.listQuicklist2:
      return listOf(quicklist(source, node))
    case RdbType.set:
      return setOf(source, start, strings(source, source.count()), limits)
    case RdbType.setIntset: {
      const integers = readIntset(source.blob()) ?? source.fail('an intset is damaged', start)
      return setOf(source, start, integers.map(String) as Bytes[], limits)
    }
    case RdbType.hash:
      return hashOf(source, start, strings(source, 2 * source.count()), limits)
    case RdbType.hashListpack:
      return hashOf(source, start, listpack(source), asPacked(limits))
    case RdbType.hashZiplist:
      return hashOf(source, start, ziplist(source), asPacked(limits))
    case RdbType.zset:
    case RdbType.zset2:
      return sortedSetOf(source, start, scored(source, type === RdbType.zset2), limits)
    case RdbType.zsetListpack:
      return sortedSetOf(source, start, inPairs(source, start, listpack(source)), asPacked(limits))
    case RdbType.zsetZiplist:
      return sortedSetOf(source, start, inPairs(source, start, ziplist(source)), asPacked(limits))
    case RdbType.streamListpacks:
    case RdbType.streamListpacks2:
      return readStream(source, type === RdbType.streamListpacks2)
    case RdbType.module:
    case RdbType.module2:
      return source.fail('there is a value of a module, which a simulated node cannot load', start)
    case RdbType.hashZipmap:
      return source.fail('there is a zipmap, which only Redis 2.4 and older wrote', start)
    default:
      return source.fail(`there is no type ${type}`, start)
  }
}

/** What came as a listpack is not looked through for long elements. */
function asPacked({ hashEntriesMax, zsetEntriesMax }: Limits): CollectionLimits {
  return { hashEntriesMax, zsetEntriesMax, hashBytesMax: Infinity, zsetBytesMax: Infinity }
}

type CollectionLimits = Pick<Limits, 'hashEntriesMax' | 'hashBytesMax' | 'zsetEntriesMax' | 'zsetBytesMax'>

type Scored = readonly [member: Bytes, score: number]

function strings(source: RdbReader, count: number): Bytes[] {
  const texts: Bytes[] = []
  for (let at = 0; at < count; at++) texts.push(source.string())
  return texts
}

function listpack(source: RdbReader): Bytes[] {
  const start = source.offset
  const elements = readListpack(source.blob()) ?? source.fail('a listpack is damaged', start)
  return elements.map(textOfElement)
}

function ziplist(source: RdbReader): Bytes[] {
  const start = source.offset
  return readZiplist(source.blob()) ?? source.fail('a ziplist is damaged', start)
}

function quicklist(source: RdbReader, read: (source: RdbReader) => Bytes[]): Bytes[] {
  const elements: Bytes[] = []
  for (let nodes = source.count(); nodes > 0; nodes--) for (const element of read(source)) elements.push(element)
  return elements
}

function node(source: RdbReader): Bytes[] {
  const start = source.offset
  const container = source.length()
  if (container === Container.packed) return listpack(source)
  return container === Container.plain
    ? [source.string()]
    : source.fail('a node of a list holds neither one element nor a listpack', start)
}

function scored(source: RdbReader, isBinary: boolean): Scored[] {
  const pairs: Scored[] = []
  for (let left = source.count(); left > 0; left--) {
    const member = source.string()
    pairs.push([member, isBinary ? source.double() : textDouble(source)])
  }
  return pairs
}

/** How sorted sets were written before Redis 4: three lengths stand for what is no number of digits. */
function textDouble(source: RdbReader): number {
  const length = source.byte()
  if (length === 253) return NaN
  if (length === 254) return Infinity
  if (length === 255) return -Infinity
  return numberOf(source.raw(length).toString('latin1'))
}

function inPairs(source: RdbReader, start: number, elements: readonly Bytes[]): Scored[] {
  if (elements.length % 2 === 1) source.fail('a member of a sorted set has no score', start)
  const pairs: Scored[] = []
  for (let at = 0; at < elements.length; at += 2) pairs.push([elements[at]!, numberOf(elements[at + 1]!)])
  return pairs
}

function numberOf(text: string): number {
  if (text === 'inf') return Infinity
  if (text === '-inf') return -Infinity
  return text === '' ? NaN : Number(text)
}

function listOf(elements: readonly Bytes[]): Value | undefined {
  return elements.length === 0 ? undefined : listValue(Deque.from(elements))
}

function setOf(source: RdbReader, start: number, members: readonly Bytes[], limits: Limits): Value | undefined {
  if (members.length === 0) return undefined
  const set = new SetValue()
  for (const member of members) if (!set.add(member, limits)) source.fail('a set has a member twice', start)
  return set
}

function hashOf(
  source: RdbReader,
  start: number,
  parts: readonly Bytes[],
  limits: CollectionLimits,
): Value | undefined {
  if (parts.length === 0) return undefined
  if (parts.length % 2 === 1) source.fail('a field of a hash has no value', start)
  const hash = new HashValue()
  for (let at = 0; at < parts.length; at += 2) {
    if (!hash.set(parts[at]!, parts[at + 1]!, limits)) source.fail('a hash has a field twice', start)
  }
  return hash
}

function sortedSetOf(
  source: RdbReader,
  start: number,
  pairs: readonly Scored[],
  limits: CollectionLimits,
): Value | undefined {
  if (pairs.length === 0) return undefined
  const set = new SortedSetValue()
  // Known beforehand, since a listpack keeps no -0.
  const { zsetEntriesMax, zsetBytesMax } = limits
  if (pairs.length > zsetEntriesMax || pairs.some(([member]) => member.length > zsetBytesMax)) set.encoding = 'skiplist'
  for (const [member, score] of pairs) {
    if (Number.isNaN(score)) source.fail('a score is no number', start)
    if (set.get(member)) source.fail('a sorted set has a member twice', start)
    set.add(member, score, limits)
  }
  return set
}
