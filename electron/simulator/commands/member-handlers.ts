import { EventClass } from '../keyspace/notify'
import { SetValue } from '../keyspace/set-value'
import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'
import type { Call, Handler } from '../node/command-spec'
import type { RedisNode } from '../node/redis-node'
import { array, bulk, integer, set, type Reply } from '../resp/reply'
import { isError } from './arguments'
import { findTyped, readTyped, wrongType, type EntryOf } from './typed'

export type SetEntry = EntryOf<'set'>

export const sadd: Handler = (call) => {
  const { node, db, argv } = call
  const key = argv[1]!
  const found = findTyped(call, key, 'set')
  if (isError(found)) return found
  const entry = found ?? (node.keyspace.create(db, key, new SetValue()) as SetEntry)
  let added = 0
  for (let at = 2; at < argv.length; at++) if (entry.value.add(argv[at]!, node.limits)) added++
  if (added > 0) {
    node.changes += added - 1
    if (found) node.keyModified(db, key)
    node.keyspace.notify(EventClass.set, 'sadd', db, key)
  }
  return integer(added)
}

/** A set that lost its last member goes with its key. */
export function dropIfEmpty(node: RedisNode, db: Database, entry: SetEntry): void {
  if (entry.value.size > 0) return
  db.remove(entry)
  node.keyspace.notify(EventClass.generic, 'del', db, entry.key)
}

export const srem: Handler = (call) => {
  const { node, db, argv } = call
  const key = argv[1]!
  const entry = findTyped(call, key, 'set')
  if (isError(entry)) return entry
  if (!entry) return integer(0)
  let removed = 0
  for (let at = 2; at < argv.length && entry.value.size > 0; at++) if (entry.value.delete(argv[at]!)) removed++
  if (removed === 0) return integer(0)
  node.changes += removed - 1
  node.keyModified(db, key)
  node.keyspace.notify(EventClass.set, 'srem', db, key)
  dropIfEmpty(node, db, entry)
  return integer(removed)
}

export const smove: Handler = (call) => {
  const { node, db, argv } = call
  const { keyspace } = node
  const [, from, to, member] = argv
  const source = keyspace.find(db, from!)
  const target = keyspace.find(db, to!)
  if (!source) return integer(0)
  if (source.value.type !== 'set' || (target && target.value.type !== 'set')) return wrongType
  if (source === target) return integer(source.value.has(member!) ? 1 : 0)
  if (!source.value.delete(member!)) return integer(0)
  keyspace.notify(EventClass.set, 'srem', db, from!)
  dropIfEmpty(node, db, source as SetEntry)
  node.keyModified(db, from!)
  const grown = (target ?? keyspace.create(db, to!, new SetValue())) as SetEntry
  if (grown.value.add(member!, node.limits)) {
    if (target) node.keyModified(db, to!)
    keyspace.notify(EventClass.set, 'sadd', db, to!)
  }
  return integer(1)
}

/** A command that looks at the set under its first key; `undefined` stands for no set. */
function look(reply: (members: SetValue | undefined, argv: readonly Bytes[]) => Reply): Handler {
  return (call: Call) => {
    const entry = readTyped(call, call.argv[1]!, 'set')
    return isError(entry) ? entry : reply(entry?.value, call.argv)
  }
}

const found = (members: SetValue | undefined, member: Bytes) => integer(members?.has(member) ? 1 : 0)

export const scard = look((members) => integer(members?.size ?? 0))
export const sismember = look((members, argv) => found(members, argv[2]!))
export const smismember = look((members, argv) => array(argv.slice(2).map((member) => found(members, member))))
export const smembers = look((members) => set((members?.members() ?? []).map(bulk)))
