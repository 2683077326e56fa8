import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import type { Value } from '../keyspace/value'
import { firstKey, type Call, type CommandSpec, type Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { dumpValue, isDump, restoreValue } from '../rdb/dump-value'
import { RdbError } from '../rdb/rdb-error'
import { noteUsage } from '../rdb/read-rdb'
import { bulk, error, nothing, ok, type Reply } from '../resp/reply'
import { isError, readInteger, type Parsed } from './arguments'

const busyKey = error('BUSYKEY Target key name already exists.')
const invalidTtl = error('ERR Invalid TTL value, must be >= 0')
const invalidIdleTime = error('ERR Invalid IDLETIME value, must be >= 0')
const invalidFrequency = error('ERR Invalid FREQ value, must be >= 0 and <= 255')
const wrongFooter = error('ERR DUMP payload version or checksum are wrong')
const badFormat = error('ERR Bad data format')

export const dump: Handler = ({ node, db, argv: [, key] }) => {
  const entry = node.keyspace.read(db, key!)
  return entry ? bulk(dumpValue(node, entry.value)) : nothing
}

interface RestoreOptions {
  replaces: boolean
  isAbsolute: boolean
  idleSeconds?: number
  frequency?: number
}

function readOptions(argv: readonly Bytes[]): Parsed<RestoreOptions> {
  const options: RestoreOptions = { replaces: false, isAbsolute: false }
  for (let at = 4; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const hasValue = at + 1 < argv.length
    if (option === 'replace') {
      options.replaces = true
    } else if (option === 'absttl') {
      options.isAbsolute = true
    } else if (option === 'idletime' && hasValue && options.frequency === undefined) {
      const seconds = readInteger(argv[++at]!)
      if (isError(seconds)) return seconds
      if (seconds < 0) return invalidIdleTime as Refusal
      options.idleSeconds = Number(seconds)
    } else if (option === 'freq' && hasValue && options.idleSeconds === undefined) {
      const frequency = readInteger(argv[++at]!)
      if (isError(frequency)) return frequency
      if (frequency < 0 || frequency > 255) return invalidFrequency as Refusal
      options.frequency = Number(frequency)
    } else {
      return errors.syntax as Refusal
    }
  }
  return options
}

type Refusal = Extract<Reply, { kind: 'error' }>

export const restore: Handler = (call) => {
  const { node, db, argv } = call
  const { keyspace, effects } = node
  const key = argv[1]!
  const options = readOptions(argv)
  if (isError(options)) return options as Reply
  const { replaces, isAbsolute } = options
  if (!replaces && keyspace.find(db, key)) return busyKey
  const ttl = readInteger(argv[2]!)
  if (isError(ttl)) return ttl as Reply
  if (ttl < 0) return invalidTtl
  if (!isDump(argv[3]!)) return wrongFooter
  const value = valueOf(node, argv[3]!)
  if (!value) return badFormat
  const replaced = replaces ? keyspace.glance(db, key) : undefined
  if (replaced) keyspace.detach(db, replaced)
  const expiresAt = isAbsolute || ttl === 0 ? ttl : fromNow(ttl, node.nowMs)
  if (ttl !== 0 && expiresAt <= node.nowMs && !node.isLoading) return isGone(call, replaced !== undefined)
  const entry = keyspace.plant(db, key, value)
  if (ttl !== 0) keyspace.expireAt(db, entry, expiresAt)
  if (ttl !== 0 && !isAbsolute && effects.isOn) {
    const [name, , , ...rest] = argv
    effects.rewrite(name!, key, String(expiresAt), ...rest, 'ABSTTL')
  }
  noteUsage(node, entry, options.idleSeconds, options.frequency)
  node.keyModified(db, key)
  keyspace.notify(EventClass.generic, 'restore', db, key)
  return ok
}

/** The time of what is restored is over: there is no new key, and the old one is gone. */
function isGone({ node, db, argv: [, key] }: Call, wasThere: boolean): Reply {
  if (!wasThere) return ok
  // Unlike others this is no UNLINK, whatever is to be freed lazily.
  if (node.effects.isOn) node.effects.rewrite('DEL', key!)
  node.keyModified(db, key!)
  node.keyspace.notify(EventClass.generic, 'del', db, key!)
  return ok
}

/** As C adds with 64 bits: past the end it goes on at the beginning. */
function fromNow(ttl: number | bigint, nowMs: number): number | bigint {
  const sum = Number(ttl) + nowMs
  return Number.isSafeInteger(sum) ? sum : BigInt.asIntN(64, BigInt(ttl) + BigInt(nowMs))
}

function valueOf(node: RedisNode, payload: Bytes): Value | undefined {
  try {
    return restoreValue(node, payload)
  } catch (problem) {
    if (problem instanceof RdbError) return undefined
    throw problem
  }
}

const write = { arity: -4, acl: ['keyspace', 'write', 'slow', 'dangerous'], keys: firstKey, run: restore } as const

export const dumpCommands = [
  {
    name: 'dump',
    summary: 'Return a serialized version of the value stored at the specified key.',
    arity: 2,
    flags: ['readonly'],
    acl: ['keyspace', 'read', 'slow'],
    keys: firstKey,
    run: dump,
  },
  {
    name: 'restore',
    summary: 'Create a key using the provided serialized value, previously obtained using DUMP.',
    flags: ['write', 'denyoom'],
    ...write,
  },
  {
    name: 'restore-asking',
    summary: 'An internal command for migrating keys in a cluster',
    flags: ['write', 'denyoom', 'asking'],
    ...write,
  },
] as const satisfies readonly CommandSpec[]
