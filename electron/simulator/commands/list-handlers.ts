import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'
import { Deque } from '../keyspace/deque'
import { EventClass } from '../keyspace/notify'
import { listValue } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower, wrongArity } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { bulk, bulks, emptyArray, integer, nothing, nullArray, ok } from '../resp/reply'
import { isError, readAtLeast, readInteger, readRange } from './arguments'
import { findTyped, readTyped, type EntryOf } from './typed'

export type ListEntry = EntryOf<'list'>

/** The end of a list that a command pushes to or pops from. */
export type End = 'left' | 'right'

export const pushEvents = { left: 'lpush', right: 'rpush' } as const
export const popEvents = { left: 'lpop', right: 'rpop' } as const
/** What a pop that blocks, or that looks at several lists, goes on as. */
export const popCommands = { left: 'LPOP', right: 'RPOP' } as const

function push(end: End, onlyToExisting: boolean): Handler {
  return (call) => {
    const { node, client, db, argv } = call
    const key = argv[1]!
    let entry = findTyped(call, key, 'list')
    if (isError(entry)) return entry
    if (entry === undefined) {
      if (onlyToExisting) return integer(0)
      entry = node.keyspace.create(db, key, listValue(new Deque())) as EntryOf<'list'>
    } else {
      node.keyModified(db, key)
    }
    const { items } = entry.value
    for (let at = 2; at < argv.length; at++) {
      if (end === 'left') items.pushLeft(argv[at]!)
      else items.pushRight(argv[at]!)
    }
    node.changes += argv.length - 3
    const answer = client.answerNow(integer(items.length))
    node.keyspace.notify(EventClass.list, pushEvents[end], db, key)
    return answer
  }
}

export const lpush = push('left', false)
export const rpush = push('right', false)
export const lpushx = push('left', true)
export const rpushx = push('right', true)

export function popFrom({ items }: ListEntry['value'], end: End): Bytes {
  return end === 'left' ? items.popLeft() : items.popRight()
}

/** Takes elements out, in the order in which they would be popped one by one. */
export function popMany(entry: ListEntry, end: End, count: number): Bytes[] {
  const popped: Bytes[] = []
  for (let left = Math.min(count, entry.value.items.length); left > 0; left--) popped.push(popFrom(entry.value, end))
  return popped
}

/**
 * Tells of popped elements, and lets the key go when they were the last ones. When a blocked client gets them, whoever
 * pushed has told already that the key was changed (BLMPOP tells again).
 */
export function popped({ node, db }: Call, entry: ListEntry, end: End, count = 1, isServed = false): void {
  node.keyspace.notify(EventClass.list, popEvents[end], db, entry.key)
  dropIfEmpty(node, db, entry)
  if (!isServed) node.keyModified(db, entry.key)
  node.changes += count - (isServed ? 0 : 1)
}

function dropIfEmpty(node: RedisNode, db: Database, entry: ListEntry): void {
  if (entry.value.items.length > 0) return
  db.remove(entry)
  node.keyspace.notify(EventClass.generic, 'del', db, entry.key)
}

function pop(end: End): Handler {
  return (call) => {
    const { client, argv } = call
    if (argv.length > 3) return wrongArity(popEvents[end])
    const count = argv.length === 3 ? readAtLeast(argv[2]!, 0, errors.notPositive) : undefined
    if (isError(count)) return count
    const entry = findTyped(call, argv[1]!, 'list')
    if (entry === undefined) return count === undefined ? nothing : nullArray
    if (isError(entry)) return entry
    if (count === 0) return emptyArray
    const elements = count === undefined ? undefined : popMany(entry, end, count)
    const answer = client.answerNow(elements ? bulks(elements) : bulk(popFrom(entry.value, end)))
    popped(call, entry, end, elements?.length)
    return answer
  }
}

export const lpop = pop('left')
export const rpop = pop('right')

export const llen: Handler = (call) => {
  const entry = readTyped(call, call.argv[1]!, 'list')
  if (isError(entry)) return entry
  return integer(entry?.value.items.length ?? 0)
}

export const lrange: Handler = (call) => {
  const range = readRange(call.argv[2]!, call.argv[3]!)
  if (isError(range)) return range
  const entry = readTyped(call, call.argv[1]!, 'list')
  if (entry === undefined) return emptyArray
  if (isError(entry)) return entry
  const { items } = entry.value
  return bulks(items.slice(...range(items.length)))
}

/** The place that an index means, or undefined beyond the ends. */
function placeOf({ length }: Deque, index: number | bigint): number | undefined {
  const place = index < 0 ? length + Number(index) : Number(index)
  return place >= 0 && place < length ? place : undefined
}

export const lindex: Handler = (call) => {
  const entry = readTyped(call, call.argv[1]!, 'list')
  if (entry === undefined) return nothing
  if (isError(entry)) return entry
  const index = readInteger(call.argv[2]!)
  if (isError(index)) return index
  const place = placeOf(entry.value.items, index)
  return place === undefined ? nothing : bulk(entry.value.items.get(place))
}

export const lset: Handler = (call) => {
  const { node, client, db, argv } = call
  const entry = findTyped(call, argv[1]!, 'list')
  if (entry === undefined) return errors.noSuchKey
  if (isError(entry)) return entry
  const index = readInteger(argv[2]!)
  if (isError(index)) return index
  const place = placeOf(entry.value.items, index)
  if (place === undefined) return errors.indexOutOfRange
  entry.value.items.set(place, argv[3]!)
  const answer = client.answerNow(ok)
  node.keyModified(db, argv[1]!)
  node.keyspace.notify(EventClass.list, 'lset', db, argv[1]!)
  return answer
}

export const linsert: Handler = (call) => {
  const { node, db, argv } = call
  const [, key, where, pivot, element] = argv
  const side = lower(cString(where!))
  if (side !== 'before' && side !== 'after') return errors.syntax
  const entry = findTyped(call, key!, 'list')
  if (entry === undefined) return integer(0)
  if (isError(entry)) return entry
  const { items } = entry.value
  const found = find(items, pivot!, 1)
  if (found === undefined) return integer(-1)
  items.insert(side === 'before' ? found : found + 1, element!)
  node.keyModified(db, key!)
  node.keyspace.notify(EventClass.list, 'linsert', db, key!)
  return integer(items.length)
}

function find(items: Deque, element: Bytes, step: 1 | -1): number | undefined {
  for (let at = step === 1 ? 0 : items.length - 1; at >= 0 && at < items.length; at += step) {
    if (items.get(at) === element) return at
  }
  return undefined
}

/** Up to `max` places of an element, from the left or from the right. */
function findAll(items: Deque, element: Bytes, max: number, step: 1 | -1): number[] {
  const places: number[] = []
  for (let at = step === 1 ? 0 : items.length - 1; at >= 0 && at < items.length && places.length < max; at += step) {
    if (items.get(at) === element) places.push(at)
  }
  return places
}

export const lrem: Handler = (call) => {
  const { node, db, argv } = call
  const [, key, countText, element] = argv
  const read = readInteger(countText!)
  if (isError(read)) return read
  const count = Number(read)
  const entry = findTyped(call, key!, 'list')
  if (entry === undefined) return integer(0)
  if (isError(entry)) return entry
  const places = findAll(entry.value.items, element!, Math.abs(count) || Infinity, count < 0 ? -1 : 1)
  if (places.length === 0) return integer(0)
  entry.value.items.removeAll(count < 0 ? places.reverse() : places)
  node.keyModified(db, key!)
  node.changes += places.length - 1
  node.keyspace.notify(EventClass.list, 'lrem', db, key!)
  dropIfEmpty(node, db, entry)
  return integer(places.length)
}

export const ltrim: Handler = (call) => {
  const { node, db, argv } = call
  const range = readRange(argv[2]!, argv[3]!)
  if (isError(range)) return range
  const entry = findTyped(call, argv[1]!, 'list')
  if (entry === undefined) return ok
  if (isError(entry)) return entry
  const { items } = entry.value
  const { length } = items
  items.keep(...range(length))
  node.keyspace.notify(EventClass.list, 'ltrim', db, argv[1]!)
  dropIfEmpty(node, db, entry)
  node.keyModified(db, argv[1]!)
  node.changes += length - items.length - 1
  return ok
}
