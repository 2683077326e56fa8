import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import { block } from '../node/blocking'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, bulk, double, emptyArray, noReply, nullArray, type Reply } from '../resp/reply'
import { isError, readAtLeast, type Parsed } from './arguments'
import { readManyPops } from './list-moves'
import { dropIfEmpty, type SortedSetEntry } from './sorted-set-handlers'
import { readTimeout } from './timeout'
import { findTyped, type ErrorReply } from './typed'

type Where = 'min' | 'max'

/** Is the reply flat, or an array of pairs? And does the key stand before it? */
interface Shape {
  readonly hasKey: boolean
  readonly isNested: boolean
}

function readWhere(text: Bytes): Parsed<Where> {
  const where = lower(cString(text))
  return where === 'min' || where === 'max' ? where : (errors.syntax as ErrorReply)
}

/**
 * Pops and answers. Redis begins its reply, then tells of the change, and then writes the members: who listens to the
 * changes of its own keys gets the message in the middle of the reply.
 */
function popMembers(call: Call, entry: SortedSetEntry, where: Where, count: number, shape: Shape): Reply {
  const { node, client, db } = call
  const { value, key } = entry
  const popped = value.slice(
    where === 'min' ? [0, Math.min(count, value.size)] : [Math.max(0, value.size - count), value.size],
    where === 'max',
  )
  const items: Reply[] = []
  for (const popping of popped) {
    value.delete(popping)
    const pair = [bulk(popping.member), double(popping.score)]
    items.push(...(shape.isNested ? [array(pair)] : pair))
  }
  if (shape.hasKey) {
    client.writeArrayLength(shape.isNested ? 2 : items.length + 1)
    client.write(bulk(key))
  }
  if (!shape.hasKey || shape.isNested) client.writeArrayLength(items.length)
  node.keyspace.notify(EventClass.zset, `zpop${where}`, db, key)
  for (const item of items) client.write(item)
  client.noteAnswer(array(shape.hasKey ? [bulk(key), ...(shape.isNested ? [array(items)] : items)] : items))
  dropIfEmpty(call, entry)
  node.keyModified(db, key)
  node.changes += popped.length - 1
  if (node.effects.isOn) tellPop(call, key, where, shape, popped.length)
  return noReply
}

/** Commands that look at several keys go on as the pop from the one they took. */
function tellPop({ node: { effects } }: Call, key: Bytes, where: Where, shape: Shape, count: number): void {
  if (!shape.hasKey) return
  const name = where === 'min' ? 'ZPOPMIN' : 'ZPOPMAX'
  if (shape.isNested) effects.rewrite(name, key, String(count))
  else effects.rewrite(name, key)
}

function pop(where: Where): Handler {
  return (call) => {
    const { client, argv } = call
    if (argv.length > 3) return errors.syntax
    const count = argv.length === 3 ? readAtLeast(argv[2]!, 0, errors.notPositive) : undefined
    if (isError(count)) return count
    const entry = findTyped(call, argv[1]!, 'zset')
    if (isError(entry)) return entry
    if (!entry || count === 0) return emptyArray
    // RESP3 tells pairs apart, but not where only one was asked for.
    return popMembers(call, entry, where, count ?? 1, {
      hasKey: false,
      isNested: client.resp === 3 && count !== undefined,
    })
  }
}

export const zpopmin = pop('min')
export const zpopmax = pop('max')

const flatWithKey: Shape = { hasKey: true, isNested: false }
const nestedWithKey: Shape = { hasKey: true, isNested: true }

/** The first sorted set among the keys. */
function firstOf(call: Call, keys: readonly Bytes[]): SortedSetEntry | undefined | ErrorReply {
  for (const key of keys) {
    const entry = findTyped(call, key, 'zset')
    if (entry) return entry
  }
  return undefined
}

export const zmpop: Handler = (call) => {
  const pops = readManyPops(call.argv, 1, readWhere)
  if (isError(pops)) return pops
  const entry = firstOf(call, pops.keys)
  if (isError(entry)) return entry
  return entry ? popMembers(call, entry, pops.end, pops.count, nestedWithKey) : nullArray
}

function popOrWait(
  call: Call,
  keys: readonly Bytes[],
  timeout: Bytes,
  popNow: (call: Call, entry: SortedSetEntry) => Reply,
): Reply {
  const timeoutMs = readTimeout(call, timeout, 's')
  if (isError(timeoutMs)) return timeoutMs
  const entry = firstOf(call, keys)
  if (isError(entry)) return entry
  if (entry) return popNow(call, entry)
  return block(call, {
    type: 'zset',
    keys,
    timeoutMs,
    serve: (served, come) => popNow(served, come as SortedSetEntry),
  })
}

function blockingPop(where: Where): Handler {
  return (call) =>
    popOrWait(call, call.argv.slice(1, -1), call.argv.at(-1)!, (popping, entry) =>
      popMembers(popping, entry, where, 1, flatWithKey),
    )
}

export const bzpopmin = blockingPop('min')
export const bzpopmax = blockingPop('max')

export const bzmpop: Handler = (call) => {
  const pops = readManyPops(call.argv, 2, readWhere)
  if (isError(pops)) return pops
  return popOrWait(call, pops.keys, call.argv[1]!, (popping, entry) =>
    popMembers(popping, entry, pops.end, pops.count, nestedWithKey),
  )
}
