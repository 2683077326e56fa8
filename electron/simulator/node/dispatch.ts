import type { Cluster } from '../cluster/cluster'
import { isRouted, redirectionReply, route } from '../cluster/redirection'
import { escapeBytes, type Bytes } from '../../../shared/bytes'
import { denialOf, type Denial } from '../acl/permissions'
import { error, noReply, queued, type Reply } from '../resp/reply'
import type { Client } from './client'
import type { Command } from './command'
import { errors, lower, noPermission, notForSubscribers, unknownCommand, unknownSubcommand, wrongArity } from './errors'
import type { RedisNode } from './redis-node'

/**
 * Takes a command through Redis's checks, in Redis's order, and runs or queues it. Whatever is refused on the way
 * dooms the transaction it was meant for.
 */
export function dispatch(node: RedisNode, client: Client, argv: Bytes[], tag: number): void {
  const command = node.commands.find(argv)
  // CLIENT LIST shows it even when it is refused or does not exist.
  client.lastCommand = command
  const denial = command ? refuseCaller(node, client, command, argv) : missing(node, client, argv)
  if (denial === undefined && node.cluster && isRedirected(node.cluster, client, command!, argv, tag)) return
  const refusal = denial ?? refuse(node, client, command!)
  if (refusal !== undefined) {
    answerRefusal(node, client, command, refusal, tag)
    return
  }
  if (node.pause.isOn && node.pause.holds(command!) && !client.replica) {
    client.postponed = { argv, tag }
    return
  }
  if (client.transaction && !command!.isTransactional) {
    client.transaction.queue.push({ command: command!, argv })
    client.reply(queued, tag)
    return
  }
  const reply = perform(node, client, command!, argv)
  if (reply.kind !== 'none') client.mark(reply, tag)
}

function answerRefusal(
  node: RedisNode,
  client: Client,
  command: Command | undefined,
  refusal: Reply,
  tag: number,
): void {
  if (command) command.rejectedCalls++
  if (client.transaction) client.transaction.isAborted = true
  const reply = command?.fullName === 'exec' ? abortExec(node, client, refusal) : refusal
  if (reply.kind === 'error') node.stats.countError(reply.text)
  client.reply(reply, tag)
}

/** A refused EXEC ends its transaction, and says so. */
function abortExec(node: RedisNode, client: Client, refusal: Reply): Reply {
  discardTransaction(node, client)
  const why = refusal.kind === 'error' ? refusal.text.replace(/^ERR /, '') : ''
  return error(`EXECABORT Transaction discarded because of: ${why}`)
}

/** Leaves the transaction and forgets the watched keys. */
export function discardTransaction(node: RedisNode, client: Client): void {
  client.transaction = undefined
  client.isDirty = false
  node.watches.unwatch(client)
}

/** Runs a command whose checks have passed and writes its reply: for a client, for EXEC, later for a script. */
export function perform(node: RedisNode, client: Client, command: Command, argv: readonly Bytes[]): Reply {
  const { changes } = node
  const returned = command.run!({ node, client, db: client.db, argv })
  if (node.effects.isOn) node.effects.commandDone(client, command, argv, node.changes > changes)
  // Counted afterwards, so that CONFIG RESETSTAT counts itself and INFO does not; a blocked call when it is over.
  if (!client.isWaiting) node.countCall(client, command, argv)
  node.stats.commandsProcessed++
  if (returned.kind === 'error' && !returned.isCounted) {
    command.failedCalls++
    node.stats.countError(returned.text)
  }
  const answered = client.takeAnswer()
  if (!answered) client.write(returned)
  if (client.isCondemned) client.closeAfterReply('permissions changed')
  if (client.tracking) {
    node.tracking.remember(client, command, argv)
    // CLIENT CACHING speaks of the one command that follows it.
    if (!client.isExecuting && command.parent?.name !== 'client') client.tracking.isChosen = false
  }
  if (node.monitors.size > 0 && !command.isHiddenFromMonitor) feedMonitors(node, client, argv)
  if (client.secrets.length > 0) client.secrets = []
  return answered ?? returned
}

/** What MONITOR shows: the time, the database and address in brackets, and the quoted arguments. */
export function feedMonitors(node: RedisNode, client: Client, argv: readonly Bytes[]): void {
  const unixUs = node.clock.unixUs()
  const time = `${Math.floor(unixUs / 1e6)}.${String(unixUs % 1e6).padStart(6, '0')}`
  const args = argv
    .map((argument, at) => (client.secrets.includes(at) ? REDACTED : `"${escapeBytes(argument)}"`))
    .join(' ')
  const line = `+${time} [${client.db.index} ${client.transport.remoteAddress}] ${args}\r\n`
  for (const monitor of node.monitors) monitor.append(line)
}

const REDACTED = '"(redacted)"'

function missing(node: RedisNode, client: Client, argv: readonly Bytes[]): Reply {
  // Web pages make browsers talk to local ports; Redis hangs up on what begins like HTTP.
  const name = lower(argv[0]!)
  if (name === 'post' || name === 'host:') {
    node.kill(client, 'possible security attack')
    return noReply
  }
  return node.commands.findByName(argv[0]!) ? unknownSubcommand(argv[0]!, argv[1]!) : unknownCommand(argv)
}

/**
 * What may stand against a command, in Redis's order, which a client can see: a wrong count is told before a missing
 * login. A cluster's redirections follow, then `refuse`.
 */
function refuseCaller(node: RedisNode, client: Client, command: Command, argv: readonly Bytes[]): Reply | undefined {
  if (!command.acceptsCount(argv.length)) return wrongArity(command.fullName)
  if (client.isPrimary) return undefined
  if (!client.isAuthenticated && !command.isAllowedUnauthenticated && !node.acl.isOpen) return errors.noAuth
  if (client.transaction && command.isForbiddenInMulti) return errors.noMulti
  if (!client.user.isUnrestricted) {
    const denied = deny(node, client, command, argv)
    if (denied) return denied
  }
  return undefined
}

/** Sends who asks the wrong node to the right one. A transaction is lost with that; EXEC says nothing more of it. */
function isRedirected(
  cluster: Cluster,
  client: Client,
  command: Command,
  argv: readonly Bytes[],
  tag: number,
): boolean {
  if (client.isPrimary || !isRouted(command)) return false
  const to = route(cluster, client, command, argv)
  if (to.kind === 'here') {
    client.slot = to.slot
    return false
  }
  command.rejectedCalls++
  if (command.fullName === 'exec') discardTransaction(cluster.node, client)
  else if (client.transaction) client.transaction.isAborted = true
  const reply = redirectionReply(cluster, to)
  if (reply.kind === 'error') cluster.node.stats.countError(reply.text)
  client.reply(reply, tag)
  return true
}

/** Memory, min-replicas and READONLY have their places before the subscribers' check, MASTERDOWN and LOADING behind it. */
function refuse(node: RedisNode, client: Client, command: Command): Reply | undefined {
  if (client.isPrimary) return undefined
  if (node.memory.max > 0) {
    const denied = denyMemory(node, client, command)
    if (denied) return denied
  }
  const { writeRefusal } = node
  if (writeRefusal && isHeldToWriting(client, command)) return writeRefusal
  const denied = denyByRole(node, client, command)
  if (denied) return denied
  if (client.resp === 2 && !command.isForSubscribers && client.isSubscriber) return notForSubscribers(command.fullName)
  const { replication, config } = node
  const isStale = replication.primary !== undefined && replication.link !== 'up'
  if (isStale && !config.isOn('replica-serve-stale-data') && !command.has('stale')) return errors.primaryDown
  // Between two parts of a script; its own commands do not come by here.
  if (node.scripting.run && !command.isAllowedWhileBusy) return errors.busyScript
  return undefined
}

/**
 * Makes room first, whatever the command is. What may need more memory is refused where there is none, and in a
 * transaction everything that would be queued.
 */
function denyMemory(node: RedisNode, client: Client, command: Command): Reply | undefined {
  node.isOutOfMemory = !node.eviction.makeRoom()
  if (!node.isOutOfMemory) return undefined
  if (client.transaction && !command.isTransactional) return errors.outOfMemory
  const isQueued = command.fullName === 'exec' && client.transaction?.queue.some((one) => one.command.isDeniedOnOom)
  return command.isDeniedOnOom || isQueued ? errors.outOfMemory : undefined
}

/** A replica takes writes from its primary alone; a primary may want witnesses. */
function denyByRole(node: RedisNode, client: Client, command: Command): Reply | undefined {
  const { replication, config } = node
  const isReadOnly = replication.primary !== undefined && config.isOn('replica-read-only')
  const wanted = replication.primary === undefined ? config.number('min-replicas-to-write') : 0
  if (!isReadOnly && wanted === 0) return undefined
  if (!command.isWrite && !isExecOfWrites(client, command)) return undefined
  if (isReadOnly) return errors.readOnly
  return config.number('min-replicas-max-lag') > 0 && replication.replicas.goodCount < wanted
    ? errors.noReplicas
    : undefined
}

function isExecOfWrites(client: Client, command: Command): boolean {
  return command.fullName === 'exec' && client.transaction?.queue.some((queued) => queued.command.isWrite) === true
}

/** While the disk fails nothing may change; PING is refused too, so that monitoring notices. */
function isHeldToWriting(client: Client, command: Command): boolean {
  return command.isWrite || isExecOfWrites(client, command) || command.fullName === 'ping'
}

function deny(node: RedisNode, client: Client, command: Command, argv: readonly Bytes[]): Reply | undefined {
  const denial = logDenial(node, client, command, argv)
  return denial && noPermission(denial.reason, command.fullName)
}

/** Looks whether the client's user may run a command, and notes it for ACL LOG when not. */
export function logDenial(
  node: RedisNode,
  client: Client,
  command: Command,
  argv: readonly Bytes[],
): Denial | undefined {
  const denial = denialOf(client.user, command, argv)
  if (denial) {
    const object = denial.reason === 'command' ? (command.fullName as Bytes) : argv[denial.at]!
    node.acl.log.note(client, denial.reason, object)
  }
  return denial
}
