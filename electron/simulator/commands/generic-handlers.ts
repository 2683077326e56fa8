import type { Bytes } from '../../../shared/bytes'
import { NEVER, type Database, type Entry } from '../keyspace/database'
import { EventClass } from '../keyspace/notify'
import { copyOf } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { globMatches } from '../../../shared/glob'
import { bulk, bulks, error, integer, nothing, ok, simple, type Reply } from '../resp/reply'
import { isError, readInt, type Parsed } from './arguments'

export const del: Handler = ({ node, db, argv }) => {
  let deleted = 0
  for (let at = 1; at < argv.length; at++) {
    const entry = node.keyspace.glance(db, argv[at]!)
    if (!entry) continue
    node.keyspace.remove(db, entry)
    node.keyspace.notify(EventClass.generic, 'del', db, argv[at]!)
    deleted++
  }
  return integer(deleted)
}

export const exists: Handler = ({ node, db, argv }) =>
  integer(argv.slice(1).filter((key) => node.keyspace.readQuietly(db, key)).length)

export const touch: Handler = ({ node, db, argv }) =>
  integer(argv.slice(1).filter((key) => node.keyspace.read(db, key)).length)

export const type: Handler = ({ node, db, argv: [, key] }) =>
  simple(node.keyspace.readQuietly(db, key!)?.value.type ?? 'none')

export const keys: Handler = ({ node, db, argv: [, pattern] }) => {
  // The glob itself would not match the empty key, but `*` alone means every key.
  const isWanted = (key: Bytes) => pattern === '*' || globMatches(pattern!, key)
  const found = db.all.filter((entry) => isWanted(entry.key) && !node.keyspace.isExpired(entry))
  return bulks(found.map(({ key }) => key))
}

export const randomkey: Handler = ({ node, db }) => {
  while (db.size > 0) {
    const entry = db.all[node.random.integer(0, db.size - 1)]!
    if (!node.keyspace.isExpired(entry)) return bulk(entry.key)
    node.keyspace.expire(db, entry)
  }
  return nothing
}

type Contents = Pick<Entry, 'value' | 'expiresAtMs' | 'exactExpiry'>

function contentsOf({ value, expiresAtMs, exactExpiry }: Entry): Contents {
  return { value, expiresAtMs, exactExpiry }
}

/** Gives a value a new key with the same time to live. */
function plant({ node }: Call, db: Database, key: Bytes, { value, expiresAtMs, exactExpiry }: Contents): void {
  const planted = node.keyspace.plant(db, key, value)
  if (expiresAtMs !== NEVER) node.keyspace.expireAt(db, planted, exactExpiry ?? expiresAtMs)
}

function renameGeneric(onlyToNew: boolean): Handler {
  return (call) => {
    const { node, db, argv } = call
    const { keyspace } = node
    const [, from, to] = argv
    const entry = keyspace.find(db, from!)
    if (!entry) return errors.noSuchKey
    const done = onlyToNew ? integer(1) : ok
    if (from === to) return onlyToNew ? integer(0) : ok
    const replaced = keyspace.find(db, to!)
    if (replaced && onlyToNew) return integer(0)
    if (replaced) keyspace.detach(db, replaced)
    plant(call, db, to!, contentsOf(entry))
    keyspace.detach(db, entry)
    node.keyModified(db, from!)
    node.keyModified(db, to!)
    keyspace.notify(EventClass.generic, 'rename_from', db, from!)
    keyspace.notify(EventClass.generic, 'rename_to', db, to!)
    return done
  }
}

export const rename = renameGeneric(false)
export const renamenx = renameGeneric(true)

function readDatabase({ node }: Call, text: Bytes): Parsed<Database> {
  const index = readInt(text)
  if (isError(index)) return index
  return node.keyspace.databases[index] ?? (errors.dbOutOfRange as Extract<Reply, { kind: 'error' }>)
}

export const copy: Handler = (call) => {
  const { node, db, argv } = call
  const { keyspace } = node
  let target = db
  let replaces = false
  for (let at = 3; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if (option === 'replace') {
      replaces = true
    } else if (option === 'db' && at + 1 < argv.length) {
      const named = readDatabase(call, argv[++at]!)
      if (isError(named)) return named
      target = named
    } else {
      return errors.syntax
    }
  }
  if (node.cluster && target.index !== 0) return error('ERR Copying to another database is not allowed in cluster mode')
  const [, from, to] = argv
  if (target === db && from === to) return errors.sameObject
  const entry = keyspace.read(db, from!)
  if (!entry) return integer(0)
  const replaced = keyspace.find(target, to!)
  if (replaced && !replaces) return integer(0)
  if (replaced) keyspace.detach(target, replaced)
  plant(call, target, to!, { ...contentsOf(entry), value: copyOf(entry.value) })
  node.keyModified(target, to!)
  keyspace.notify(EventClass.generic, 'copy_to', target, to!)
  return integer(1)
}

export const move: Handler = (call) => {
  const { node, db, argv } = call
  if (node.cluster) return error('ERR MOVE is not allowed in cluster mode')
  const { keyspace } = node
  const key = argv[1]!
  const target = readDatabase(call, argv[2]!)
  if (isError(target)) return target
  if (target === db) return errors.sameObject
  const entry = keyspace.find(db, key)
  if (!entry || keyspace.find(target, key)) return integer(0)
  plant(call, target, key, entry)
  keyspace.detach(db, entry)
  node.keyModified(db, key)
  node.keyModified(target, key)
  keyspace.notify(EventClass.generic, 'move_from', db, key)
  keyspace.notify(EventClass.generic, 'move_to', target, key)
  return integer(1)
}
