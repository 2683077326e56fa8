/**
 * How far the simulated node goes along with redis-server 7.0.15, command by command: the tables say what there is,
 * and this file says what differs, what is still to come and what will not be. docs/commands.md is made of it.
 */
import { families } from '../node/command-table'
import { commandMetadata } from '../commands/command-metadata'

export type Coverage =
  | { readonly kind: 'exact' }
  /** It answers, and something about it is not Redis's: `how`. */
  | { readonly kind: 'approximate'; readonly how: string }
  /** Planned together with what it belongs to. */
  | { readonly kind: 'missing'; readonly planned: string }
  | { readonly kind: 'refused'; readonly why: string }

export interface CoveredCommand {
  /** `CLIENT KILL` for a sub-command. */
  readonly name: string
  readonly group: string
  readonly summary: string
  readonly coverage: Coverage
}

/** What differs, by full name. A container's note does not speak for its sub-commands. */
const approximate: Readonly<Record<string, string>> = {
  'acl|load': 'There is no ACL file.',
  'acl|save': 'There is no ACL file.',
  'client|list': 'Sizes of buffers are estimates; fd is made up.',
  'client|info': 'Sizes of buffers are estimates; fd is made up.',
  'client|no-evict': 'Kept and shown, but maxmemory-clients evicts nobody.',
  'config|get': 'As save it shows points by default, but only points that were set make snapshots.',
  'config|rewrite': 'Save points are written only where somebody has set some.',
  debug: 'RELOAD and SET-ACTIVE-EXPIRE only. SLEEP would stop the whole world: pause the node instead.',
  evalsha: 'As EVAL.',
  evalsha_ro: 'As EVAL.',
  eval_ro: 'As EVAL.',
  eval: 'Real Lua 5.1 with the libraries of Redis. Inside a world 10 000 instructions count as a millisecond; a loop inside pcall, a coroutine or MULTI cannot be interrupted, and is ended when it has taken four times busy-reply-threshold.',
  info: 'Counters are true; memory is an estimate, CPU and the duration of commands are 0: virtual time stands still meanwhile.',
  'latency|doctor': 'Nothing is ever slow: a command takes no virtual time.',
  'latency|graph': 'Nothing is ever slow: a command takes no virtual time.',
  'latency|histogram': 'Counts are true, every call took no time.',
  'latency|history': 'Nothing is ever slow: a command takes no virtual time.',
  'latency|latest': 'Nothing is ever slow: a command takes no virtual time.',
  'memory|doctor': 'Looks at the total only.',
  'memory|malloc-stats': 'There is no allocator; it says what Redis says without jemalloc.',
  'memory|stats': 'Estimates of the same fields.',
  'memory|usage': 'Exact for strings, an estimate for collections and streams.',
  scan: 'The guarantees of Redis, not its cursors and order.',
  hscan: 'As SCAN.',
  sscan: 'As SCAN.',
  zscan: 'As SCAN.',
  sort: 'The keys of BY and GET patterns are not checked against the ACL.',
  sort_ro: 'As SORT.',
  'script|debug': 'There is no debugger: NO is taken, YES and SYNC are refused.',
  'slowlog|get': 'A command takes no virtual time, so entries come with slowlog-log-slower-than 0 only.',
  migrate: 'Refused within a transaction and a script.',
  'object|refcount': 'Knows the integers that Redis shares; everything else has one reference.',
}

/** What is not there yet, by name, and what it comes with. */
const planned: Readonly<Record<string, readonly string[]>> = {
  'bitmaps and bit fields': ['bitcount', 'bitfield', 'bitfield_ro', 'bitop', 'bitpos', 'getbit', 'setbit'],
  HyperLogLog: ['pfadd', 'pfcount', 'pfdebug', 'pfmerge', 'pfselftest'],
  'geospatial indexes': [
    'geoadd',
    'geodist',
    'geohash',
    'geopos',
    'georadius',
    'georadius_ro',
    'georadiusbymember',
    'georadiusbymember_ro',
    'geosearch',
    'geosearchstore',
  ],
  functions: ['fcall', 'fcall_ro', 'function'],
}

const refused: Readonly<Record<string, string>> = {
  lolwut: 'Art for its own sake.',
  module: 'Modules are machine code, which a simulated node cannot load.',
}

/** Every command of Redis 7.0.15, in the order of its name, with the sub-commands behind their container. */
export function coveredCommands(): readonly CoveredCommand[] {
  const known = new Set<string>()
  for (const { name, subcommands = [] } of families.flat()) {
    known.add(name)
    for (const sub of subcommands) known.add(`${name}|${sub.name}`)
  }
  return Object.entries(commandMetadata).flatMap(([name, { docs, subcommands = {} }]) => {
    const group = String(docs['group'])
    const row = (fullName: string, summary: unknown): CoveredCommand => ({
      name: fullName.replace('|', ' ').toUpperCase(),
      group,
      summary: String(summary).trim().replace(/\.$/, ''),
      coverage: known.has(fullName) ? coverageOf(fullName) : missing(name),
    })
    const subs = known.has(name) ? Object.entries(subcommands) : []
    return [
      row(name, docs['summary']),
      ...subs.map(([sub, metadata]) => row(`${name}|${sub}`, metadata.docs['summary'])),
    ]
  })
}

function coverageOf(fullName: string): Coverage {
  const how = approximate[fullName]
  return how === undefined ? { kind: 'exact' } : { kind: 'approximate', how }
}

function missing(name: string): Coverage {
  const why = refused[name]
  if (why !== undefined) return { kind: 'refused', why }
  const found = Object.entries(planned).find(([, names]) => names.includes(name))
  if (!found) throw new Error(`nothing is said of ${name}, which the tables do not have`)
  return { kind: 'missing', planned: found[0] }
}

/** Names that are spoken of here and stand in no table of Redis, or have come meanwhile. */
export function staleNotes(): readonly string[] {
  const all = new Map(coveredCommands().map(({ name, coverage }) => [name, coverage.kind]))
  const shown = (name: string) => name.replace('|', ' ').toUpperCase()
  return [
    ...Object.keys(approximate).filter((name) => all.get(shown(name)) !== 'approximate'),
    ...Object.values(planned)
      .flat()
      .filter((name) => all.get(shown(name)) !== 'missing'),
    ...Object.keys(refused).filter((name) => all.get(shown(name)) !== 'refused'),
  ]
}
