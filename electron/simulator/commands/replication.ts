import { block } from '../node/blocking'
import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { integer } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { readTimeout } from './timeout'

/** How many replicas have what this client has written. There are none yet, so only 0 is ever reached at once. */
const wait: Handler = (call) => {
  const wanted = readInteger(call.argv[1]!)
  if (isError(wanted)) return wanted
  const timeoutMs = readTimeout(call, call.argv[2]!, 'ms')
  if (isError(timeoutMs)) return timeoutMs
  const acknowledged = 0
  if (acknowledged >= wanted) return integer(acknowledged)
  const late = integer(acknowledged)
  return block(call, { type: 'replicas', keys: [], timeoutMs, late, serve: () => undefined }, late)
}

export const replicationCommands = [
  {
    name: 'wait',
    summary:
      'Wait for the synchronous replication of all the write commands sent in the context of the current connection',
    arity: 3,
    flags: ['noscript'],
    acl: ['slow', 'connection'],
    keys: noKeys,
    run: wait,
  },
] as const satisfies readonly CommandSpec[]
