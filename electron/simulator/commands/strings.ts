import { firstKey, type CommandSpec } from '../node/command-spec'
import { stringValue } from '../keyspace/value'
import { bulk, nothing, ok } from '../resp/reply'

export const stringCommands = [
  {
    name: 'get',
    summary: 'Get the value of a key',
    arity: 2,
    flags: ['readonly', 'fast'],
    acl: ['read', 'string', 'fast'],
    keys: firstKey,
    run: ({ node, db, argv: [, key] }) => {
      const entry = node.keyspace.read(db, key!)
      return entry ? bulk(entry.value.bytes) : nothing
    },
  },
  {
    name: 'set',
    summary: 'Set the string value of a key',
    arity: -3,
    flags: ['write', 'denyoom'],
    acl: ['write', 'string', 'slow'],
    keys: firstKey,
    run: ({ node, db, argv: [, key, value] }) => {
      node.keyspace.store(db, key!, stringValue(value!))
      return ok
    },
  },
] as const satisfies readonly CommandSpec[]
