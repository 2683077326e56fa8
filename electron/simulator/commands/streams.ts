import type { Bytes } from '../../../shared/bytes'
import { firstKey, noKeys, type CommandSpec, type KeySpec } from '../node/command-spec'
import { cString, lower } from '../node/errors'
import { helpCommand } from './help'
import { xautoclaim, xclaim } from './stream-claim'
import {
  xack,
  xgroupCreate,
  xgroupCreateconsumer,
  xgroupDelconsumer,
  xgroupDestroy,
  xgroupSetid,
} from './stream-groups'
import { xadd, xdel, xlen, xrange, xrevrange, xsetid, xtrim } from './stream-handlers'
import { xinfoConsumers, xinfoGroups, xinfoStream } from './stream-info'
import { xpending } from './stream-pending'
import { xread, xreadgroup } from './stream-read'

const secondKey = { find: 'range', at: 2, last: 2, step: 1 } as const

/** The first half of what stands behind STREAMS, which is looked for from `start` on. */
function streamKeys(start: number): KeySpec {
  return {
    find: 'by',
    isCacheable: hasKnownOptions,
    keys: (argv) => {
      const streams = argv.findIndex((argument, at) => at >= start && lower(cString(argument)) === 'streams')
      if (streams === -1) return []
      const count = Math.floor((argv.length - streams - 1) / 2)
      return Array.from({ length: count }, (_, index) => streams + 1 + index)
    },
  }
}

/** Only known options before STREAMS, and behind it as many IDs as keys. */
function hasKnownOptions(argv: readonly Bytes[]): boolean {
  for (let at = 1; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if (option === 'streams') return (argv.length - at - 1) % 2 === 0
    if (option === 'block' || option === 'count') at++
    else if (option === 'group') at += 2
    else if (option !== 'noack') return false
  }
  return false
}

const xgroupHelp = helpCommand(
  'xgroup',
  ['stream', 'slow'],
  [
    'CREATE <key> <groupname> <id|$> [option]',
    '    Create a new consumer group. Options are:',
    '    * MKSTREAM',
    '      Create the empty stream if it does not exist.',
    '    * ENTRIESREAD entries_read',
    "      Set the group's entries_read counter (internal use).",
    'CREATECONSUMER <key> <groupname> <consumer>',
    '    Create a new consumer in the specified group.',
    'DELCONSUMER <key> <groupname> <consumer>',
    '    Remove the specified consumer.',
    'DESTROY <key> <groupname>',
    '    Remove the specified group.',
    'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
    '    Set the current group ID and entries_read counter.',
  ],
)

const xinfoHelp = helpCommand(
  'xinfo',
  ['stream', 'slow'],
  [
    'CONSUMERS <key> <groupname>',
    '    Show consumers of <groupname>.',
    'GROUPS <key>',
    '    Show the stream consumer groups.',
    'STREAM <key> [FULL [COUNT <count>]',
    '    Show information about the stream.',
  ],
)

export const streamCommands = [
  {
    name: 'xack',
    summary:
      'Marks a pending message as correctly processed, effectively removing it from the pending entries list of the consumer group. Return value of the command is the number of messages successfully acknowledged, that is, the IDs we were actually able to resolve in the PEL.',
    arity: -4,
    flags: ['write', 'fast'],
    acl: ['write', 'stream', 'fast'],
    keys: firstKey,
    run: xack,
  },
  {
    name: 'xadd',
    summary: 'Appends a new entry to a stream',
    arity: -5,
    flags: ['write', 'denyoom', 'fast'],
    acl: ['write', 'stream', 'fast'],
    keys: firstKey,
    run: xadd,
  },
  {
    name: 'xautoclaim',
    summary:
      'Changes (or acquires) ownership of messages in a consumer group, as if the messages were delivered to the specified consumer.',
    arity: -6,
    flags: ['write', 'fast'],
    acl: ['write', 'stream', 'fast'],
    keys: firstKey,
    run: xautoclaim,
  },
  {
    name: 'xclaim',
    summary:
      'Changes (or acquires) ownership of a message in a consumer group, as if the message was delivered to the specified consumer.',
    arity: -6,
    flags: ['write', 'fast'],
    acl: ['write', 'stream', 'fast'],
    keys: firstKey,
    run: xclaim,
  },
  {
    name: 'xdel',
    summary:
      'Removes the specified entries from the stream. Returns the number of items actually deleted, that may be different from the number of IDs passed in case certain IDs do not exist.',
    arity: -3,
    flags: ['write', 'fast'],
    acl: ['write', 'stream', 'fast'],
    keys: firstKey,
    run: xdel,
  },
  {
    name: 'xgroup',
    summary: 'A container for consumer groups commands',
    arity: -2,
    flags: [],
    acl: ['slow'],
    keys: noKeys,
    subcommands: [
      {
        name: 'create',
        summary: 'Create a consumer group.',
        arity: -5,
        flags: ['write', 'denyoom'],
        acl: ['write', 'stream', 'slow'],
        keys: secondKey,
        run: xgroupCreate,
      },
      {
        name: 'createconsumer',
        summary: 'Create a consumer in a consumer group.',
        arity: 5,
        flags: ['write', 'denyoom'],
        acl: ['write', 'stream', 'slow'],
        keys: secondKey,
        run: xgroupCreateconsumer,
      },
      {
        name: 'delconsumer',
        summary: 'Delete a consumer from a consumer group.',
        arity: 5,
        flags: ['write'],
        acl: ['write', 'stream', 'slow'],
        keys: secondKey,
        run: xgroupDelconsumer,
      },
      {
        name: 'destroy',
        summary: 'Destroy a consumer group.',
        arity: 4,
        flags: ['write'],
        acl: ['write', 'stream', 'slow'],
        keys: secondKey,
        run: xgroupDestroy,
      },
      xgroupHelp,
      {
        name: 'setid',
        summary: 'Set a consumer group to an arbitrary last delivered ID value.',
        arity: -5,
        flags: ['write'],
        acl: ['write', 'stream', 'slow'],
        keys: secondKey,
        run: xgroupSetid,
      },
    ],
  },
  {
    name: 'xinfo',
    summary: 'A container for stream introspection commands',
    arity: -2,
    flags: [],
    acl: ['slow'],
    keys: noKeys,
    subcommands: [
      {
        name: 'consumers',
        summary: 'List the consumers in a consumer group',
        arity: 4,
        flags: ['readonly'],
        acl: ['read', 'stream', 'slow'],
        keys: secondKey,
        run: xinfoConsumers,
      },
      {
        name: 'groups',
        summary: 'List the consumer groups of a stream',
        arity: 3,
        flags: ['readonly'],
        acl: ['read', 'stream', 'slow'],
        keys: secondKey,
        run: xinfoGroups,
      },
      xinfoHelp,
      {
        name: 'stream',
        summary: 'Get information about a stream',
        arity: -3,
        flags: ['readonly'],
        acl: ['read', 'stream', 'slow'],
        keys: secondKey,
        run: xinfoStream,
      },
    ],
  },
  {
    name: 'xlen',
    summary: 'Return the number of entries in a stream',
    arity: 2,
    flags: ['readonly', 'fast'],
    acl: ['read', 'stream', 'fast'],
    keys: firstKey,
    run: xlen,
  },
  {
    name: 'xpending',
    summary:
      'Return information and entries from a stream consumer group pending entries list, that are messages fetched but never acknowledged.',
    arity: -3,
    flags: ['readonly'],
    acl: ['read', 'stream', 'slow'],
    keys: firstKey,
    run: xpending,
  },
  {
    name: 'xrange',
    summary: 'Return a range of elements in a stream, with IDs matching the specified IDs interval',
    arity: -4,
    flags: ['readonly'],
    acl: ['read', 'stream', 'slow'],
    keys: firstKey,
    run: xrange,
  },
  {
    name: 'xread',
    summary:
      'Return never seen elements in multiple streams, with IDs greater than the ones reported by the caller for each stream. Can block.',
    arity: -4,
    flags: ['readonly', 'blocking', 'movablekeys'],
    acl: ['read', 'stream', 'slow', 'blocking'],
    keys: streamKeys(1),
    run: xread,
  },
  {
    name: 'xreadgroup',
    summary:
      'Return new entries from a stream using a consumer group, or access the history of the pending entries for a given consumer. Can block.',
    arity: -7,
    flags: ['write', 'blocking', 'movablekeys'],
    acl: ['write', 'stream', 'slow', 'blocking'],
    keys: streamKeys(4),
    run: xreadgroup,
  },
  {
    name: 'xrevrange',
    summary:
      'Return a range of elements in a stream, with IDs matching the specified IDs interval, in reverse order (from greater to smaller IDs) compared to XRANGE',
    arity: -4,
    flags: ['readonly'],
    acl: ['read', 'stream', 'slow'],
    keys: firstKey,
    run: xrevrange,
  },
  {
    name: 'xsetid',
    summary: 'An internal command for replicating stream values',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    acl: ['write', 'stream', 'fast'],
    keys: firstKey,
    run: xsetid,
  },
  {
    name: 'xtrim',
    summary: "Trims the stream to (approximately if '~' is passed) a certain size",
    arity: -4,
    flags: ['write'],
    acl: ['write', 'stream', 'slow'],
    keys: firstKey,
    run: xtrim,
  },
] as const satisfies readonly CommandSpec[]
