import { noKeys, type CommandSpec } from '../node/command-spec'
import { aclCommand } from './acl'
import { commandCommand } from './command'
import { configCommand } from './config'
import { info } from './info'
import { latencyCommand } from './latency'
import { dbsize, debug, flushall, flushdb, monitor, shutdown, swapdb, time } from './server-handlers'
import { persistenceCommands } from './persistence'
import { slowlogCommand } from './slowlog'

export const serverCommands = [
  {
    name: 'info',
    summary: 'Get information and statistics about the server',
    arity: -1,
    flags: ['loading', 'stale', 'sentinel'],
    acl: ['slow', 'dangerous'],
    keys: noKeys,
    run: info,
  },
  {
    name: 'time',
    summary: 'Return the current server time',
    arity: 1,
    flags: ['loading', 'stale', 'fast'],
    acl: ['fast'],
    keys: noKeys,
    run: time,
  },
  {
    name: 'dbsize',
    summary: 'Return the number of keys in the selected database',
    arity: 1,
    flags: ['readonly', 'fast'],
    acl: ['keyspace', 'read', 'fast'],
    keys: noKeys,
    run: dbsize,
  },
  {
    name: 'flushall',
    summary: 'Remove all keys from all databases',
    arity: -1,
    flags: ['write'],
    acl: ['keyspace', 'write', 'slow', 'dangerous'],
    keys: noKeys,
    run: flushall,
  },
  {
    name: 'flushdb',
    summary: 'Remove all keys from the current database',
    arity: -1,
    flags: ['write'],
    acl: ['keyspace', 'write', 'slow', 'dangerous'],
    keys: noKeys,
    run: flushdb,
  },
  {
    name: 'swapdb',
    summary: 'Swaps two Redis databases',
    arity: 3,
    flags: ['write', 'fast'],
    acl: ['keyspace', 'write', 'fast', 'dangerous'],
    keys: noKeys,
    run: swapdb,
  },
  {
    name: 'monitor',
    summary: 'Listen for all requests received by the server in real time',
    arity: 1,
    flags: ['admin', 'noscript', 'loading', 'stale'],
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: monitor,
  },
  {
    name: 'shutdown',
    summary: 'Synchronously save the dataset to disk and then shut down the server',
    arity: -1,
    flags: ['admin', 'noscript', 'loading', 'stale', 'no_multi', 'allow_busy', 'sentinel'],
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: shutdown,
  },
  {
    name: 'debug',
    summary: 'A container for debugging commands',
    arity: -2,
    flags: ['admin', 'noscript', 'loading', 'stale'],
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: debug,
  },
  aclCommand,
  ...persistenceCommands,
  commandCommand,
  configCommand,
  latencyCommand,
  slowlogCommand,
] as const satisfies readonly CommandSpec[]
