import { HashValue } from '../keyspace/hash-value'
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../keyspace/long-double'
import { EventClass } from '../keyspace/notify'
import { parseInteger } from '../keyspace/value'
import type { Bytes } from '../../../shared/bytes'
import type { Call, Handler } from '../node/command-spec'
import { wrongArity } from '../node/errors'
import { array, bulk, bulks, error, integer, map, nothing, ok, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { addIntegers } from './string-handlers'
import { findTyped, readTyped, type EntryOf } from './typed'

const notInteger = error('ERR hash value is not an integer')
const notFloat = error('ERR hash value is not a float')

/**
 * Changes the hash under the first key, which is made when there is none, answers and then tells of it. A change of a
 * hash just made never fails.
 */
function change(call: Call, event: string, apply: (hash: HashValue) => Reply): Reply {
  const { node, client, db, argv } = call
  const key = argv[1]!
  const found = findTyped(call, key, 'hash')
  if (isError(found)) return found
  const entry = found ?? (node.keyspace.create(db, key, new HashValue()) as EntryOf<'hash'>)
  const reply = apply(entry.value)
  if (reply.kind === 'error') return reply
  const answer = client.answerNow(reply)
  if (found) node.keyModified(db, key)
  node.keyspace.notify(EventClass.hash, event, db, key)
  return answer
}

function setFields({ node, argv }: Call, hash: HashValue): number {
  let created = 0
  for (let at = 2; at < argv.length; at += 2) {
    if (hash.set(argv[at]!, argv[at + 1]!, node.limits)) created++
  }
  node.changes += argv.length / 2 - 2
  return created
}

export const hset: Handler = (call) =>
  call.argv.length % 2 === 1 ? wrongArity('hset') : change(call, 'hset', (hash) => integer(setFields(call, hash)))

export const hmset: Handler = (call) => {
  if (call.argv.length % 2 === 1) return wrongArity('hmset')
  return change(call, 'hset', (hash) => {
    setFields(call, hash)
    return ok
  })
}

export const hsetnx: Handler = (call) => {
  const [, key, field, value] = call.argv
  const { value: found } = call.node.keyspace.find(call.db, key!) ?? {}
  if (found?.type === 'hash' && found.has(field!)) return integer(0)
  return change(call, 'hset', (hash) => {
    hash.set(field!, value!, call.node.limits)
    return integer(1)
  })
}

export const hincrby: Handler = (call) => {
  const [, , field, text] = call.argv
  const amount = readInteger(text!)
  if (isError(amount)) return amount
  return change(call, 'hincrby', (hash) => {
    const old = parseInteger(hash.get(field!) ?? '0')
    if (old === undefined) return notInteger
    const sum = addIntegers(old, amount)
    if (sum === undefined) return error('ERR increment or decrement would overflow')
    hash.set(field!, String(sum) as Bytes, call.node.limits)
    return integer(sum)
  })
}

export const hincrbyfloat: Handler = (call) => {
  const [, , field, text] = call.argv
  const amount = parseLongDouble(text!)
  if (amount === undefined) return error('ERR value is not a valid float')
  if (amount === 'infinite') return error('ERR value is NaN or Infinity')
  return change(call, 'hincrbyfloat', (hash) => {
    const old = parseLongDouble(hash.get(field!) ?? '0')
    if (old === undefined) return notFloat
    const sum = old === 'infinite' ? 'infinite' : addLongDoubles(old, amount)
    if (sum === 'infinite') return error('ERR increment would produce NaN or Infinity')
    const value = formatLongDouble(sum) as Bytes
    hash.set(field!, value, call.node.limits)
    if (call.node.effects.isOn) call.node.effects.rewrite('HSET', call.argv[1]!, field!, value)
    return bulk(value)
  })
}

export const hdel: Handler = (call) => {
  const { node, db, argv } = call
  const key = argv[1]!
  const entry = findTyped(call, key, 'hash')
  if (isError(entry)) return entry
  if (!entry) return integer(0)
  let deleted = 0
  for (let at = 2; at < argv.length && entry.value.size > 0; at++) if (entry.value.delete(argv[at]!)) deleted++
  if (deleted === 0) return integer(0)
  node.changes += deleted - 1
  if (entry.value.size > 0) node.keyModified(db, key)
  else node.keyspace.remove(db, entry)
  node.keyspace.notify(EventClass.hash, 'hdel', db, key)
  if (entry.value.size === 0) node.keyspace.notify(EventClass.generic, 'del', db, key)
  return integer(deleted)
}

/** A command that looks at the hash under its first key; `undefined` stands for no hash. */
function look(reply: (hash: HashValue | undefined, argv: readonly Bytes[]) => Reply): Handler {
  return (call) => {
    const entry = readTyped(call, call.argv[1]!, 'hash')
    return isError(entry) ? entry : reply(entry?.value, call.argv)
  }
}

function valueReply(value: Bytes | undefined): Reply {
  return value === undefined ? nothing : bulk(value)
}

export const hget = look((hash, argv) => valueReply(hash?.get(argv[2]!)))
export const hmget = look((hash, argv) => array(argv.slice(2).map((field) => valueReply(hash?.get(field)))))
export const hexists = look((hash, argv) => integer(hash?.has(argv[2]!) ? 1 : 0))
export const hlen = look((hash) => integer(hash?.size ?? 0))
export const hstrlen = look((hash, argv) => integer(hash?.get(argv[2]!)?.length ?? 0))
export const hkeys = look((hash) => bulks((hash?.items ?? []).map(({ key }) => key)))
export const hvals = look((hash) => bulks((hash?.items ?? []).map(({ value }) => value)))
export const hgetall = look((hash) => map((hash?.items ?? []).flatMap(({ key, value }) => [bulk(key), bulk(value)])))
