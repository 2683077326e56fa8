import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import type { Command } from '../node/command'
import { allKeys, noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { discardTransaction, logDenial, perform } from '../node/dispatch'
import { errors, noLongerPermitted } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { array, error, noReply, nullArray, ok, type Reply } from '../resp/reply'

const multi: Handler = ({ client }) => {
  if (client.transaction) return error('ERR MULTI calls can not be nested')
  client.transaction = { queue: [], isAborted: false }
  return ok
}

const discard: Handler = ({ node, client }) => {
  if (!client.transaction) return error('ERR DISCARD without MULTI')
  discardTransaction(node, client)
  return ok
}

const watch: Handler = ({ node, client, db, argv }) => {
  if (client.transaction) return error('ERR WATCH inside MULTI is not allowed')
  // Once a watched key was changed there is nothing more to watch for.
  if (!client.isDirty) for (const key of argv.slice(1)) node.watches.watch(client, db, key)
  return ok
}

const unwatch: Handler = ({ node, client }) => {
  node.watches.unwatch(client)
  client.isDirty = false
  return ok
}

/**
 * The replies go out one by one as the commands run, so that a message that a command sends to this same client lands
 * among them, where Redis puts it.
 */
const exec: Handler = ({ node, client }) => {
  const { transaction } = client
  if (!transaction) return error('ERR EXEC without MULTI')
  const isDirty = client.isDirty || node.watches.hasExpired(client)
  discardTransaction(node, client)
  if (transaction.isAborted) return errors.execAborted
  if (isDirty) return nullArray
  const replies: Reply[] = []
  client.writeArrayLength(transaction.queue.length)
  client.isExecuting = true
  client.executingCount = transaction.queue.length
  for (const { command, argv } of transaction.queue) {
    replies.push(refuseChanged(node, client, command, argv) ?? perform(node, client, command, argv))
  }
  client.isExecuting = false
  client.executingCount = -1
  client.noteAnswer(array(replies))
  return noReply
}

/** The rules of the user may be others than when the command was queued. */
function refuseChanged(node: RedisNode, client: Client, command: Command, argv: readonly Bytes[]): Reply | undefined {
  const denial = client.user.isUnrestricted ? undefined : logDenial(node, client, command, argv)
  if (!denial) return undefined
  const refusal = noLongerPermitted(denial.reason)
  if (refusal.kind === 'error') node.stats.countError(refusal.text)
  client.write(refusal)
  return refusal
}

export const transactionCommands = [
  {
    name: 'multi',
    summary: 'Mark the start of a transaction block',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    acl: ['fast', 'transaction'],
    keys: noKeys,
    run: multi,
  },
  {
    name: 'exec',
    summary: 'Execute all commands issued after MULTI',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'skip_slowlog'],
    acl: ['slow', 'transaction'],
    keys: noKeys,
    run: exec,
  },
  {
    name: 'discard',
    summary: 'Discard all commands issued after MULTI',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    acl: ['fast', 'transaction'],
    keys: noKeys,
    run: discard,
  },
  {
    name: 'watch',
    summary: 'Watch the given keys to determine execution of the MULTI/EXEC block',
    arity: -2,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    acl: ['fast', 'transaction'],
    keys: allKeys,
    run: watch,
  },
  {
    name: 'unwatch',
    summary: 'Forget about all watched keys',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    acl: ['fast', 'transaction'],
    keys: noKeys,
    run: unwatch,
  },
] as const satisfies readonly CommandSpec[]
