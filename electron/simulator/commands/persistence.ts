import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { error, integer, ok, simple } from '../resp/reply'

const bgrewriteaof: Handler = ({ node, client }) => {
  const { rewriter } = node.aof
  if (rewriter.isRunning) return error('ERR Background append only file rewriting already in progress')
  // The effects of a transaction go out at its end, and would stand in the new increment as well as in the base.
  if (client.isExecuting || node.rdb.isRunning) {
    rewriter.isScheduled = true
    node.aof.wake()
    return simple('Background append only file rewriting scheduled')
  }
  if (rewriter.start()) return simple('Background append only file rewriting started')
  return error("ERR Can't execute an AOF background rewriting. Please check the server logs for more information.")
}

const saveInProgress = error('ERR Background save already in progress')
const otherInProgress = error(
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
)

const save: Handler = ({ node: { rdb } }) => {
  if (rdb.isRunning) return saveInProgress
  return rdb.save() ? ok : error('ERR')
}

const bgsave: Handler = ({ node, client, argv }) => {
  const { rdb } = node
  const isScheduled = argv.length === 2 && lower(cString(argv[1]!)) === 'schedule'
  if (argv.length > 1 && !isScheduled) return errors.syntax
  if (rdb.isRunning) return saveInProgress
  if (client.isExecuting || (isScheduled && node.aof.rewriter.isRunning)) {
    rdb.schedule()
    return simple('Background saving scheduled')
  }
  if (node.aof.rewriter.isRunning) return otherInProgress
  rdb.start()
  return simple('Background saving started')
}

const lastsave: Handler = ({ node }) => integer(node.rdb.lastSaveSeconds)

export const persistenceCommands = [
  {
    name: 'save',
    summary: 'Synchronously save the dataset to disk',
    arity: 1,
    flags: ['admin', 'noscript', 'no_async_loading', 'no_multi'],
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: save,
  },
  {
    name: 'bgsave',
    summary: 'Asynchronously save the dataset to disk',
    arity: -1,
    flags: ['admin', 'noscript', 'no_async_loading'],
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: bgsave,
  },
  {
    name: 'lastsave',
    summary: 'Get the UNIX time stamp of the last successful save to disk',
    arity: 1,
    flags: ['loading', 'stale', 'fast'],
    acl: ['admin', 'fast', 'dangerous'],
    keys: noKeys,
    run: lastsave,
  },
  {
    name: 'bgrewriteaof',
    summary: 'Asynchronously rewrite the append-only file',
    arity: 1,
    flags: ['admin', 'noscript', 'no_async_loading'],
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: bgrewriteaof,
  },
] as const satisfies readonly CommandSpec[]
