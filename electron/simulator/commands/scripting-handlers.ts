import type { Bytes } from '../../../shared/bytes'
import type { Call, Handler } from '../node/command-spec'
import { feedMonitors } from '../node/dispatch'
import { lower } from '../node/errors'
import { array, bulk, error, integer, ok, type Reply } from '../resp/reply'
import type { CachedScript } from '../scripting/script-cache'
import { isError, readInteger } from './arguments'

const noScript = error('NOSCRIPT No matching script. Please use EVAL.')
const tooManyKeys = error("ERR Number of keys can't be greater than number of args")
const negativeKeys = error("ERR Number of keys can't be negative")
const unkillable = error(
  'UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.',
)
const notBusy = error('NOTBUSY No scripts in execution right now.')

/** EVAL and its like differ in how they name the script and in whether it may write. */
function evaluate(
  find: (call: Call) => CachedScript | Reply,
  isReadOnly: boolean,
  mayFind?: (name: Bytes) => boolean,
): Handler {
  return (call) => {
    const { node, client, argv } = call
    // MONITOR shows a script before the commands that it calls.
    if (node.monitors.size > 0) feedMonitors(node, client, argv)
    if (mayFind?.(argv[1]!) === false) return noScript
    const count = readInteger(argv[2]!)
    if (isError(count)) return count
    if (count > argv.length - 3) return tooManyKeys
    if (count < 0) return negativeKeys
    const script = find(call)
    if ('kind' in script) return script
    return node.scripting.execute(call, script, Number(count), isReadOnly)
  }
}

const byBody = ({ node, argv }: Call): CachedScript | Reply => node.scripting.load(argv[1]!)
const bySha = ({ node, argv }: Call): CachedScript | Reply => node.scripting.cache.find(argv[1]!) ?? noScript

const SHA_LENGTH = 40
const isSha = (name: Bytes): boolean => name.length === SHA_LENGTH

export const evalBody = evaluate(byBody, false)
export const evalBodyReadOnly = evaluate(byBody, true)
export const evalSha = evaluate(bySha, false, isSha)
export const evalShaReadOnly = evaluate(bySha, true, isSha)

export const load: Handler = ({ node, argv }) => {
  const script = node.scripting.load(argv[2]!)
  return 'kind' in script ? script : bulk(script.sha)
}

export const exists: Handler = ({ node, argv }) =>
  array(argv.slice(2).map((sha) => integer(node.scripting.cache.find(sha) ? 1 : 0)))

export const flush: Handler = ({ node, argv }) => {
  const mode = argv[2] === undefined ? 'sync' : lower(argv[2])
  if (argv.length > 3 || (mode !== 'sync' && mode !== 'async')) {
    return error('ERR SCRIPT FLUSH only support SYNC|ASYNC option')
  }
  node.scripting.flush()
  return ok
}

export const kill: Handler = ({ node }) => {
  const { run } = node.scripting
  if (!run) return notBusy
  if (run.hasWritten) return unkillable
  run.isKilled = true
  return ok
}

export const debug: Handler = ({ argv }) => {
  const mode = lower(argv[2]! as Bytes)
  if (mode === 'no') return ok
  if (mode === 'yes' || mode === 'sync') {
    return error('ERR the simulated node has no script debugger: call redis.log, or run the script without it')
  }
  return error('ERR Use SCRIPT DEBUG YES/SYNC/NO')
}
