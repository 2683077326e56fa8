import type { Bytes } from '../../../shared/bytes'
import type { Cluster } from '../cluster/cluster'
import { isRouted, route, scriptRefusal } from '../cluster/redirection'
import type { Client } from '../node/client'
import type { Command } from '../node/command'
import { countedKeys } from '../node/command-spec'
import { logDenial, perform } from '../node/dispatch'
import type { RedisNode } from '../node/redis-node'
import { errors } from '../node/errors'
import { error, type Reply } from '../resp/reply'
import type { ScriptClient } from './script-client'

/** A script that is running. */
export interface ScriptRun {
  readonly node: RedisNode
  /** Who called EVAL. */
  readonly caller: Client
  /** In whose name the script's own commands run. */
  readonly client: ScriptClient
  readonly sha: string
  readonly isReadOnly: boolean
  /** It said so by its flags. */
  readonly allowsOom: boolean
  readonly allowsCrossSlot: boolean
  /** It has called a command that writes, so it can be stopped no more. */
  hasWritten: boolean
  isKilled: boolean
  readonly argv: readonly Bytes[]
  /** The cause of whatever it does. */
  readonly tag: number
}

const keysOfScript = countedKeys(2)

const unknown = error('ERR Unknown Redis command called from script')
const wrongCount = error('ERR Wrong number of args calling Redis command from script')
const notAllowed = error('ERR This Redis command is not allowed from script')
const crossSlot = error('ERR Script attempted to access keys that do not hash to the same slot')
const readOnly = error('ERR Write commands are not allowed from read-only scripts.')

const denials = {
  command: error("ERR The user executing the script can't run this command or subcommand"),
  key: error(
    "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
  ),
  channel: error("ERR The user executing the script can't publish to the channel mentioned in the command"),
} as const

/** Runs a command for a script: through its checks in Redis's order, and then as for everybody else. */
export function callFromScript(run: ScriptRun, argv: readonly Bytes[]): Reply {
  const { node, client, caller } = run
  const command = node.commands.find(argv)
  const refusal = refuse(run, command, argv)
  if (refusal) {
    if (command) command.rejectedCalls++
    if (refusal.kind === 'error') node.stats.countError(refusal.text)
    return refusal
  }
  if (command!.isWrite) run.hasWritten = true
  client.lastCommand = command
  const reply = perform(node, client, command!, argv)
  // Once a script has read anything, Redis takes the keys that it was given for those its caller may have cached.
  if (caller.tracking && command!.isReadOnly) node.tracking.rememberKeys(caller, keysOfScript, run.argv)
  return reply
}

function refuse(run: ScriptRun, command: Command | undefined, argv: readonly Bytes[]): Reply | undefined {
  if (!command) return unknown
  if (!command.acceptsCount(argv.length)) return wrongCount
  if (command.has('noscript')) return notAllowed
  const denial = run.client.user.isUnrestricted ? undefined : logDenial(run.node, run.client, command, argv)
  if (denial) return denials[denial.reason]
  // Once it has written, it is not stopped half-way.
  if (run.node.isOutOfMemory && command.isDeniedOnOom && !run.hasWritten && !run.allowsOom) return errors.outOfMemory
  // A message that replicas would get counts as a write.
  if (command.mayReplicate && run.isReadOnly) return readOnly
  const { replication, config } = run.node
  if (command.isWrite && replication.primary && !run.caller.isPrimary && config.isOn('replica-read-only')) {
    return errors.readOnly
  }
  const wanted = replication.primary ? 0 : config.number('min-replicas-to-write')
  if (command.isWrite && !run.hasWritten && wanted > 0 && replication.replicas.goodCount < wanted) {
    return errors.noReplicas
  }
  // One that has begun to write may go on: half of what it does would be worse.
  if (command.isWrite && !run.hasWritten && run.node.writeRefusal) return run.node.writeRefusal
  return run.node.cluster && isRouted(command) && !run.caller.isPrimary
    ? refuseElsewhere(run, run.node.cluster, command, argv)
    : undefined
}

/** A script works with the keys of this node only, and of one slot unless it has said that it does not. */
function refuseElsewhere(
  run: ScriptRun,
  cluster: Cluster,
  command: Command,
  argv: readonly Bytes[],
): Reply | undefined {
  const { client, caller } = run
  client.isAsking = caller.isAsking
  client.readsFromReplica = caller.readsFromReplica
  const to = route(cluster, client, command, argv)
  if (to.kind !== 'here') return error(`ERR ${scriptRefusal(to)}`)
  if (to.slot === undefined || run.allowsCrossSlot) return undefined
  caller.slot ??= to.slot
  return caller.slot === to.slot ? undefined : crossSlot
}
