import type { Bytes } from '../../../shared/bytes'
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../keyspace/long-double'
import { EventClass } from '../keyspace/notify'
import { parseInteger, plainString, rawString, stringValue, type StringValue } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { errors, wrongArity } from '../node/errors'
import { bulk, error, integer, nothing, ok, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { findTyped, wrongType, type EntryOf, type ErrorReply } from './typed'

const tooLong = error('ERR string exceeds maximum allowed size (proto-max-bulk-len)')
const emptyBulk = bulk('')

/** The string under a key, `undefined` without the key, or the WRONGTYPE reply. */
export function readString(call: Call, key: Bytes): StringValue | undefined | ErrorReply {
  const entry = call.node.keyspace.read(call.db, key)
  if (entry === undefined) return undefined
  return entry.value.type === 'string' ? entry.value : wrongType
}

function isWrongType(value: StringValue | undefined | Reply): value is ErrorReply {
  return value === wrongType
}

/** The reply of GET. */
export function getReply(call: Call, key: Bytes): Reply {
  const value = readString(call, key)
  if (value === undefined) return nothing
  return isWrongType(value) ? value : bulk(value.bytes)
}

export const get: Handler = (call) => getReply(call, call.argv[1]!)

export const getset: Handler = (call) => {
  const { node, client, db, argv } = call
  const old = getReply(call, argv[1]!)
  if (old.kind === 'error') return old
  const answer = client.answerNow(old)
  node.keyspace.store(db, argv[1]!, stringValue(argv[2]!))
  node.keyspace.notify(EventClass.string, 'set', db, argv[1]!)
  if (node.effects.isOn) node.effects.rewrite('SET', argv[1]!, argv[2]!)
  return answer
}

export const getdel: Handler = (call) => {
  const { node, client, db, argv } = call
  const old = getReply(call, argv[1]!)
  if (old.kind === 'error') return old
  const answer = client.answerNow(old)
  const entry = db.peek(argv[1]!)
  if (entry) {
    node.keyspace.remove(db, entry)
    if (node.effects.isOn) {
      node.effects.rewrite(node.config.isOn('lazyfree-lazy-user-del') ? 'UNLINK' : 'DEL', argv[1]!)
    }
    node.keyspace.notify(EventClass.generic, 'del', db, argv[1]!)
  }
  return answer
}

export const mget: Handler = (call) =>
  call.client.answerEach(call.argv.slice(1), (key) => {
    const value = readString(call, key)
    return value === undefined || isWrongType(value) ? nothing : bulk(value.bytes)
  })

function storeAll({ node, db, argv }: Call): void {
  for (let at = 1; at < argv.length; at += 2) {
    node.keyspace.store(db, argv[at]!, stringValue(argv[at + 1]!))
    node.keyspace.notify(EventClass.string, 'set', db, argv[at]!)
  }
}

export const mset: Handler = (call) => {
  if (call.argv.length % 2 === 0) return wrongArity('mset')
  storeAll(call)
  return ok
}

export const msetnx: Handler = (call) => {
  const { node, db, argv } = call
  if (argv.length % 2 === 0) return wrongArity('msetnx')
  for (let at = 1; at < argv.length; at += 2) if (node.keyspace.find(db, argv[at]!)) return integer(0)
  storeAll(call)
  return integer(1)
}

export const strlen: Handler = (call) => {
  const value = readString(call, call.argv[1]!)
  if (value === undefined) return integer(0)
  return isWrongType(value) ? value : integer(value.bytes.length)
}

/** The entry of a string that is to be changed. */
function findString(call: Call): EntryOf<'string'> | undefined | ErrorReply {
  return findTyped(call, call.argv[1]!, 'string')
}

export const append: Handler = (call) => {
  const { node, db, argv } = call
  const [, key, tail] = argv
  const entry = findString(call)
  if (isError(entry)) return entry
  let length = tail!.length
  if (entry === undefined) {
    node.keyspace.create(db, key!, stringValue(tail!))
  } else {
    length += entry.value.bytes.length
    if (length > node.bulkLengthMax) return tooLong
    node.keyspace.replace(db, entry, rawString((entry.value.bytes + tail!) as Bytes))
  }
  node.keyspace.notify(EventClass.string, 'append', db, key!)
  return integer(length)
}

export const setrange: Handler = (call) => {
  const { node, db, argv } = call
  const [, key, offsetText, part] = argv
  const offset = readInteger(offsetText!)
  if (isError(offset)) return offset
  if (offset < 0) return error('ERR offset is out of range')
  const entry = findString(call)
  if (isError(entry)) return entry
  const old = entry?.value.bytes ?? ''
  if (part === '') return integer(old.length)
  if (Number(offset) + part!.length > node.bulkLengthMax) return tooLong
  const start = Number(offset)
  const bytes = (old.slice(0, start).padEnd(start, '\0') + part! + old.slice(start + part!.length)) as Bytes
  if (entry) node.keyspace.replace(db, entry, rawString(bytes))
  else node.keyspace.create(db, key!, rawString(bytes))
  node.keyspace.notify(EventClass.string, 'setrange', db, key!)
  return integer(bytes.length)
}

export const getrange: Handler = (call) => {
  const first = readInteger(call.argv[2]!)
  if (isError(first)) return first
  const last = readInteger(call.argv[3]!)
  if (isError(last)) return last
  const value = readString(call, call.argv[1]!)
  if (value === undefined) return emptyBulk
  if (isWrongType(value)) return value
  let [start, end] = [Number(first), Number(last)]
  const { length } = value.bytes
  if (start < 0 && end < 0 && first > last) return emptyBulk
  if (start < 0) start = Math.max(0, length + start)
  if (end < 0) end = Math.max(0, length + end)
  return bulk(value.bytes.slice(start, Math.min(end, length - 1) + 1))
}

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

function changeBy(call: Call, amount: number | bigint): Reply {
  const { node, db, argv } = call
  const entry = findString(call)
  if (isError(entry)) return entry
  const old = entry ? parseInteger(entry.value.bytes) : 0
  if (old === undefined) return errors.notInteger
  const sum = addIntegers(old, amount)
  if (sum === undefined) return error('ERR increment or decrement would overflow')
  const value: StringValue = { type: 'string', bytes: String(sum) as Bytes, encoding: 'int' }
  if (entry) node.keyspace.replace(db, entry, value)
  else node.keyspace.create(db, argv[1]!, value)
  node.keyspace.notify(EventClass.string, 'incrby', db, argv[1]!)
  return integer(sum)
}

export function addIntegers(a: number | bigint, b: number | bigint): number | bigint | undefined {
  const quick = Number(a) + Number(b)
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(quick)) return quick
  const sum = BigInt(a) + BigInt(b)
  if (sum > INT64_MAX || sum < INT64_MIN) return undefined
  return Number.isSafeInteger(quick) ? Number(sum) : sum
}

export const incr: Handler = (call) => changeBy(call, 1)
export const decr: Handler = (call) => changeBy(call, -1)

export const incrby: Handler = (call) => {
  const amount = readInteger(call.argv[2]!)
  return isError(amount) ? amount : changeBy(call, amount)
}

export const decrby: Handler = (call) => {
  const amount = readInteger(call.argv[2]!)
  if (isError(amount)) return amount
  // The one number whose negation does not fit.
  if (amount === INT64_MIN) return error('ERR decrement would overflow')
  return changeBy(call, -amount)
}

export const incrbyfloat: Handler = (call) => {
  const { node, db, argv } = call
  const entry = findString(call)
  if (isError(entry)) return entry
  const old = parseLongDouble(entry?.value.bytes ?? '0')
  const amount = old && parseLongDouble(argv[2]!)
  if (old === undefined || amount === undefined) return errors.notFloat
  const sum = old === 'infinite' || amount === 'infinite' ? 'infinite' : addLongDoubles(old, amount)
  if (sum === 'infinite') return error('ERR increment would produce NaN or Infinity')
  const value = plainString(formatLongDouble(sum) as Bytes)
  if (entry) node.keyspace.replace(db, entry, value)
  else node.keyspace.create(db, argv[1]!, value)
  node.keyspace.notify(EventClass.string, 'incrbyfloat', db, argv[1]!)
  // The sum itself goes on, lest another machine's arithmetic come to another one.
  if (node.effects.isOn) node.effects.rewrite('SET', argv[1]!, value.bytes, 'KEEPTTL')
  return bulk(value.bytes)
}
