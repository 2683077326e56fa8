import type { Bytes } from '../../../shared/bytes'
import { NEVER, type Entry } from '../keyspace/database'
import { EventClass } from '../keyspace/notify'
import type { Handler } from '../node/command-spec'
import { cString, lower } from '../node/errors'
import { error, integer, type Reply } from '../resp/reply'
import { isError, readExpiry, type TimeUnit } from './arguments'

interface Conditions {
  nx?: boolean
  xx?: boolean
  gt?: boolean
  lt?: boolean
}

function readConditions(argv: readonly Bytes[]): Conditions | Extract<Reply, { kind: 'error' }> {
  const conditions: Conditions = {}
  for (const text of argv.slice(3)) {
    const option = lower(cString(text))
    if (option !== 'nx' && option !== 'xx' && option !== 'gt' && option !== 'lt') {
      return error(`ERR Unsupported option ${cString(text)}`) as Extract<Reply, { kind: 'error' }>
    }
    conditions[option] = true
  }
  const { nx, xx, gt, lt } = conditions
  if (nx && (xx || gt || lt)) return clash('NX and XX, GT or LT')
  if (gt && lt) return clash('GT and LT')
  return conditions
}

function clash(options: string): Extract<Reply, { kind: 'error' }> {
  return error(`ERR ${options} options at the same time are not compatible`) as Extract<Reply, { kind: 'error' }>
}

/** A key without a time to live counts as living for ever, so GT never applies to it and LT always does. */
function allows({ nx, xx, gt, lt }: Conditions, entry: Entry, at: number | bigint): boolean {
  const isVolatile = entry.expiresAtMs !== NEVER
  if (nx && isVolatile) return false
  if (xx && !isVolatile) return false
  if (gt && (!isVolatile || at <= expiryOf(entry))) return false
  return !(lt && isVolatile && at >= expiryOf(entry))
}

function expiryOf(entry: Entry): number | bigint {
  return entry.exactExpiry ?? entry.expiresAtMs
}

function expireGeneric(command: string, unit: TimeUnit, isAbsolute: boolean): Handler {
  return ({ node, client, db, argv }) => {
    const key = argv[1]!
    const conditions = readConditions(argv)
    if (isError(conditions)) return conditions as Reply
    const at = readExpiry(argv[2]!, unit, isAbsolute ? 0 : node.nowMs, command)
    if (isError(at)) return at
    const entry = node.keyspace.find(db, key)
    if (entry === undefined || !allows(conditions as Conditions, entry, at)) return integer(0)
    if (at <= node.nowMs && !node.isLoading && node.replication.role === 'primary') {
      node.keyspace.remove(db, entry)
      if (node.effects.isOn) node.effects.rewrite(node.config.isOn('lazyfree-lazy-expire') ? 'UNLINK' : 'DEL', key)
      node.keyspace.notify(EventClass.generic, 'del', db, key)
      return integer(1)
    }
    node.keyspace.expireAt(db, entry, at)
    if (node.effects.isOn && command !== 'pexpireat') {
      node.effects.rewrite('PEXPIREAT', key, String(at), ...argv.slice(3))
    }
    const answer = client.answerNow(integer(1))
    node.keyModified(db, key)
    node.keyspace.notify(EventClass.generic, 'expire', db, key)
    return answer
  }
}

export const expire = expireGeneric('expire', 's', false)
export const pexpire = expireGeneric('pexpire', 'ms', false)
export const expireat = expireGeneric('expireat', 's', true)
export const pexpireat = expireGeneric('pexpireat', 'ms', true)

function ttlGeneric(unit: TimeUnit, isAbsolute: boolean): Handler {
  return ({ node, db, argv }) => {
    const entry = node.keyspace.readQuietly(db, argv[1]!)
    if (entry === undefined) return integer(-2)
    if (entry.expiresAtMs === NEVER) return integer(-1)
    const left = timeLeft(expiryOf(entry), isAbsolute ? 0 : node.nowMs)
    if (unit === 'ms') return integer(left)
    return integer(typeof left === 'bigint' ? (left + 500n) / 1000n : Math.floor((left + 500) / 1000))
  }
}

function timeLeft(at: number | bigint, nowMs: number): number | bigint {
  const left = typeof at === 'bigint' ? at - BigInt(nowMs) : at - nowMs
  return left < 0 ? 0 : left
}

export const ttl = ttlGeneric('s', false)
export const pttl = ttlGeneric('ms', false)
export const expiretime = ttlGeneric('s', true)
export const pexpiretime = ttlGeneric('ms', true)

export const persist: Handler = ({ node, db, argv: [, key] }) => {
  const entry = node.keyspace.find(db, key!)
  if (entry === undefined || entry.expiresAtMs === NEVER) return integer(0)
  db.clearExpiry(entry)
  node.keyModified(db, key!)
  node.keyspace.notify(EventClass.generic, 'persist', db, key!)
  return integer(1)
}
