import type { Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import type { Database } from '../keyspace/database'
import type { Handler } from '../node/command-spec'
import { Target } from '../node/effects'
import { cString, errors, lower, unknownSubcommandOrArguments } from '../node/errors'
import { array, bulk, error, integer, noReply, ok, type Reply } from '../resp/reply'
import type { RedisNode } from '../node/redis-node'
import { isError, readInt } from './arguments'

export const time: Handler = ({ node }) => {
  const unixUs = node.clock.unixUs()
  return array([bulk(String(Math.floor(unixUs / 1e6))), bulk(String(Math.floor(unixUs % 1e6)))])
}

export const dbsize: Handler = ({ db }) => integer(db.size)

/** ASYNC and SYNC differ in what blocks the server, which nobody can see here. */
function hasFlushSyntax(argv: readonly Bytes[]): boolean {
  return argv.length === 1 || (argv.length === 2 && /^a?sync$/i.test(cString(argv[1]!)))
}

export const flushdb: Handler = ({ node, db, argv }) => {
  if (!hasFlushSyntax(argv)) return errors.syntax
  node.changes += node.keyspace.flush(db)
  if (node.effects.isOn) node.effects.force(Target.all)
  node.tracking.flushed()
  return ok
}

export const flushall: Handler = ({ node, argv }) => {
  if (!hasFlushSyntax(argv)) return errors.syntax
  for (const db of node.keyspace.databases) node.changes += node.keyspace.flush(db)
  node.rdb.flushed()
  if (node.effects.isOn) node.effects.force(Target.all)
  node.tracking.flushed()
  return ok
}

export const swapdb: Handler = ({ node, argv }) => {
  if (node.cluster) return error('ERR SWAPDB is not allowed in cluster mode')
  const first = readInt(argv[1]!, error('ERR invalid first DB index'))
  if (isError(first)) return first
  const second = readInt(argv[2]!, error('ERR invalid second DB index'))
  if (isError(second)) return second
  const [a, b]: (Database | undefined)[] = [node.keyspace.databases[first], node.keyspace.databases[second]]
  if (!a || !b) return errors.dbOutOfRange
  node.changes++
  if (a !== b) {
    node.watches.touchAll(a, b)
    node.watches.touchAll(b, a)
    // Both what goes and what comes can end a wait.
    node.blocking.signalAll(a)
    node.blocking.signalAll(b)
    a.swapWith(b)
    node.blocking.signalAll(a)
    node.blocking.signalAll(b)
  }
  return ok
}

export const monitor: Handler = ({ node, client }) => {
  if (client.isExecuting) return error("ERR MONITOR isn't allowed for DENY BLOCKING client")
  // A second MONITOR gets no answer at all.
  if (client.isMonitor) return noReply
  client.isMonitor = true
  node.monitors.add(client)
  return ok
}

const cannotSave = error('ERR Errors trying to SHUTDOWN. Check logs.')
const SHUTDOWN_OPTIONS = new Set(['nosave', 'save', 'now', 'force', 'abort'])

export const shutdown: Handler = ({ node, argv }) => {
  const options = argv.slice(1).map((option) => lower(cString(option)))
  const isClash = options.includes('save') && options.includes('nosave')
  const hasAbort = options.includes('abort')
  if (!options.every((option) => SHUTDOWN_OPTIONS.has(option)) || isClash || (hasAbort && options.length > 1)) {
    return errors.syntax
  }
  if (hasAbort) return error('ERR No shutdown in progress.')
  const saves = options.includes('save') || (!options.includes('nosave') && node.rdb.hasPoints)
  return node.shutdown(saves, options.includes('force')) ? noReply : cannotSave
}

const debugRefused = error(
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
)

/** Of DEBUG there is what makes sense in a world whose time is its own: SLEEP would stop all of it. */
export const debug: Handler = ({ node, argv }) => {
  if (node.config.get('enable-debug-command') === 'no') return debugRefused
  const subcommand = lower(argv[1]!)
  if (subcommand === 'sleep') return error('ERR DEBUG SLEEP is not simulated; pause the node in the world instead')
  if (subcommand === 'jmap') return ok
  if (subcommand === 'set-active-expire' && argv.length === 3) {
    node.cron.isExpiring = argv[2] !== '0'
    return ok
  }
  if (subcommand === 'reload') return reload(node, argv)
  return unknownSubcommandOrArguments('DEBUG', argv[1]!)
}

/** DEBUG RELOAD [NOSAVE] [NOFLUSH] [MERGE]: through the file and back. */
function reload(node: RedisNode, argv: readonly Bytes[]): Reply {
  const options = argv.slice(2).map((option) => lower(cString(option)))
  if (!options.every((option) => ['merge', 'noflush', 'nosave'].includes(option))) {
    return error('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.')
  }
  if (!options.includes('nosave') && !node.rdb.save()) return error('ERR')
  if (!options.includes('noflush')) for (const db of node.keyspace.databases) db.clear()
  try {
    node.rdb.load({ mayReplace: options.includes('merge') })
  } catch (problem) {
    if (!(problem instanceof EventyardError)) throw problem
    return error('ERR Error trying to load the RDB dump, check server logs.')
  }
  return ok
}
