import { BUCKET_BYTES, entryBytes, EXPIRY_BYTES } from '../memory/estimates'
import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { bulk, double, integer, map, nothing, ok, verbatim, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { helpCommand } from './help'

const secondKey = { find: 'range', at: 2, last: 2, step: 1 } as const

const usage: Handler = ({ node, db, argv }) => {
  for (let at = 3; at < argv.length; at += 2) {
    if (lower(argv[at]!) !== 'samples' || at + 1 === argv.length) return errors.syntax
    const samples = readInteger(argv[at + 1]!)
    if (isError(samples)) return samples
    if (samples < 0) return errors.syntax
  }
  const entry = node.keyspace.glance(db, argv[2]!)
  return entry ? integer(entryBytes(entry)) : nothing
}

const EMPTY_BYTES = 5 * 1024 * 1024

const doctor: Handler = ({ node }) =>
  verbatim(
    'txt',
    node.memory.used().total < EMPTY_BYTES
      ? "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in these conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be back to our programming as soon as I finished rebooting.\n"
      : "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs on this base.\n",
  )

const stats: Handler = ({ node }) => {
  const { startup, overhead, total } = node.memory.used()
  const keys = node.keyspace.databases.reduce((sum, { size }) => sum + size, 0)
  const data = total - overhead
  const items: Reply[] = []
  const add = (name: string, value: Reply) => items.push(bulk(name), value)
  add('peak.allocated', integer(node.peakMemory))
  add('total.allocated', integer(total))
  add('startup.allocated', integer(startup))
  for (const name of NOT_SIMULATED) add(name, integer(0))
  addDatabases(node, add)
  add('overhead.total', integer(overhead))
  add('keys.count', integer(keys))
  add('keys.bytes-per-key', integer(keys === 0 ? 0 : Math.floor((total - startup) / keys)))
  add('dataset.bytes', integer(data))
  add('dataset.percentage', double(total > startup ? (100 * data) / (total - startup) : 0))
  add('peak.percentage', double((100 * total) / node.peakMemory))
  for (const name of ['allocator.allocated', 'allocator.active', 'allocator.resident']) add(name, integer(total))
  for (const name of ['allocator-fragmentation', 'allocator-rss', 'rss-overhead']) {
    add(`${name}.ratio`, double(1))
    add(`${name}.bytes`, integer(0))
  }
  add('fragmentation', double(1))
  add('fragmentation.bytes', integer(0))
  return map(items)
}

const NOT_SIMULATED = [
  'replication.backlog',
  'clients.slaves',
  'clients.normal',
  'cluster.links',
  'aof.buffer',
  'lua.caches',
  'functions.caches',
]

function addDatabases({ keyspace }: RedisNode, add: (name: string, value: Reply) => void): void {
  for (const { index, size, volatile } of keyspace.databases) {
    if (size === 0) continue
    const tables = [
      bulk('overhead.hashtable.main'),
      integer(size * BUCKET_BYTES),
      bulk('overhead.hashtable.expires'),
      integer(volatile.length * (EXPIRY_BYTES + BUCKET_BYTES)),
      bulk('overhead.hashtable.slot-to-keys'),
      integer(0),
    ]
    add(`db.${index}`, map(tables))
  }
}

const plain = { arity: 2, flags: [], acl: ['slow'], keys: noKeys } as const

export const memoryCommands = [
  {
    name: 'memory',
    summary: 'A container for memory diagnostics commands',
    arity: -2,
    flags: [],
    acl: ['slow'],
    keys: noKeys,
    subcommands: [
      { ...plain, name: 'doctor', summary: 'Outputs memory problems report', run: doctor },
      helpCommand(
        'memory',
        ['slow'],
        [
          'DOCTOR',
          '    Return memory problems reports.',
          'MALLOC-STATS',
          '    Return internal statistics report from the memory allocator.',
          'PURGE',
          '    Attempt to purge dirty pages for reclamation by the allocator.',
          'STATS',
          '    Return information about the memory usage of the server.',
          'USAGE <key> [SAMPLES <count>]',
          '    Return memory in bytes used by <key> and its value. Nested values are',
          '    sampled up to <count> times (default: 5, 0 means sample all).',
        ],
      ),
      {
        ...plain,
        name: 'malloc-stats',
        summary: 'Show allocator internal stats',
        // What Redis says where it was built without jemalloc.
        run: () => bulk('Stats not supported for the current allocator'),
      },
      { ...plain, name: 'purge', summary: 'Ask the allocator to release memory', run: () => ok },
      { ...plain, name: 'stats', summary: 'Show memory usage details', run: stats },
      {
        name: 'usage',
        summary: 'Estimate the memory usage of a key',
        arity: -3,
        flags: ['readonly'],
        acl: ['read', 'slow'],
        keys: secondKey,
        run: usage,
      },
    ],
  },
] as const satisfies readonly CommandSpec[]
