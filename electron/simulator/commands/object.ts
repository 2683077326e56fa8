import type { Call, CommandSpec, Handler } from '../node/command-spec'
import type { Entry } from '../keyspace/database'
import { bulk, error, integer, nothing, type Reply } from '../resp/reply'
import { helpCommand } from './help'

const secondKey = { find: 'range', at: 2, last: 2, step: 1 } as const

/** Redis shares the integers below this between all keys, and says so by the greatest of all counts. */
const SHARED_INTEGERS = 10_000
const SHARED_COUNT = 2 ** 31 - 1

const noFrequency = error(
  'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
)
const noIdleTime = error(
  'ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
)

function inspect(look: (entry: Entry, call: Call) => Reply): Handler {
  return (call) => {
    const entry = call.node.keyspace.inspect(call.db, call.argv[2]!)
    return entry ? look(entry, call) : nothing
  }
}

const encoding = inspect(({ value }) => bulk(value.encoding))

const refcount = inspect(({ value }) => {
  const isShared =
    value.type === 'string' &&
    value.encoding === 'int' &&
    !value.isOwn &&
    /^\d{1,4}$/.test(value.bytes) &&
    Number(value.bytes) < SHARED_INTEGERS
  return integer(isShared ? SHARED_COUNT : 1)
})

const idletime = inspect((entry, call) => {
  if (call.node.frequency.isCounted) return noIdleTime
  return integer(Math.max(0, Math.floor(call.node.nowMs / 1000) - entry.usedAtSeconds))
})

const freq = inspect((entry, { node }) => {
  const { frequency, nowSeconds } = node
  return frequency.isCounted ? integer(frequency.of(entry, nowSeconds)) : noFrequency
})

const acl = ['keyspace', 'read', 'slow'] as const

export const objectCommand = {
  name: 'object',
  summary: 'A container for object introspection commands',
  arity: -2,
  flags: [],
  acl: ['slow'],
  keys: { find: 'none' },
  subcommands: [
    {
      name: 'encoding',
      summary: 'Inspect the internal encoding of a Redis object',
      arity: 3,
      flags: ['readonly'],
      acl,
      keys: secondKey,
      run: encoding,
    },
    {
      name: 'freq',
      summary: 'Get the logarithmic access frequency counter of a Redis object',
      arity: 3,
      flags: ['readonly'],
      acl,
      keys: secondKey,
      run: freq,
    },
    helpCommand(
      'object',
      ['keyspace', 'slow'],
      [
        'ENCODING <key>',
        '    Return the kind of internal representation used in order to store the value',
        '    associated with a <key>.',
        'FREQ <key>',
        '    Return the access frequency index of the <key>. The returned integer is',
        '    proportional to the logarithm of the recent access frequency of the key.',
        'IDLETIME <key>',
        '    Return the idle time of the <key>, that is the approximated number of',
        '    seconds elapsed since the last access to the key.',
        'REFCOUNT <key>',
        '    Return the number of references of the value associated with the specified',
        '    <key>.',
      ],
    ),
    {
      name: 'idletime',
      summary: 'Get the time since a Redis object was last accessed',
      arity: 3,
      flags: ['readonly'],
      acl,
      keys: secondKey,
      run: idletime,
    },
    {
      name: 'refcount',
      summary: 'Get the number of references to the value of the key',
      arity: 3,
      flags: ['readonly'],
      acl,
      keys: secondKey,
      run: refcount,
    },
  ],
} as const satisfies CommandSpec
