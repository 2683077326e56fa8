import { escapeBytes, type Bytes } from '../../../shared/bytes'
import { noReply, queued, type Reply } from '../resp/reply'
import type { Client } from './client'
import type { Command } from './command'
import { errors, lower, notForSubscribers, unknownCommand, unknownSubcommand, wrongArity } from './errors'
import type { RedisNode } from './redis-node'

/**
 * Takes a command through Redis's checks, in Redis's order, and runs or queues it. Whatever is refused on the way
 * dooms the transaction it was meant for.
 */
export function dispatch(node: RedisNode, client: Client, argv: Bytes[], tag: number): Reply {
  const command = node.commands.find(argv)
  const refusal = command ? refuse(client, command, argv) : missing(node, client, argv)
  if (refusal !== undefined) {
    if (command) command.rejectedCalls++
    if (client.transaction) client.transaction.isAborted = true
    if (refusal.kind === 'error') node.stats.countError(refusal.text)
    return refusal
  }
  if (node.pause.isOn && node.pause.holds(command!)) {
    client.postponed = { argv, tag }
    return noReply
  }
  if (client.transaction && !command!.isTransactional) {
    client.transaction.queue.push({ command: command!, argv })
    return queued
  }
  return run(node, client, command!, argv)
}

/** Runs a command whose checks have passed: from a client, from EXEC, later from a script. */
export function run(node: RedisNode, client: Client, command: Command, argv: readonly Bytes[]): Reply {
  command.calls++
  node.stats.commandsProcessed++
  node.stats.commandRate.add(node.turnUs, 1)
  client.lastCommand = command
  const reply = command.run!({ node, client, db: client.db, argv })
  if (reply.kind === 'error') {
    command.failedCalls++
    node.stats.countError(reply.text)
  }
  if (client.tracking) {
    node.tracking.remember(client, command, argv)
    // CLIENT CACHING speaks of the one command that follows it.
    if (!client.isExecuting && command.parent?.name !== 'client') client.tracking.isChosen = false
  }
  if (node.monitors.size > 0 && !command.isHiddenFromMonitor) feedMonitors(node, client, argv)
  return reply
}

/** What MONITOR shows: the time, the database and address in brackets, and the quoted arguments. */
function feedMonitors(node: RedisNode, client: Client, argv: readonly Bytes[]): void {
  const unixUs = node.clock.unixUs()
  const time = `${Math.floor(unixUs / 1e6)}.${String(unixUs % 1e6).padStart(6, '0')}`
  const args = argv.map((argument) => `"${escapeBytes(argument)}"`).join(' ')
  const line = `+${time} [${client.db.index} ${client.transport.remoteAddress}] ${args}\r\n`
  for (const monitor of node.monitors) monitor.append(line)
}

function missing(node: RedisNode, client: Client, argv: readonly Bytes[]): Reply {
  // Web pages make browsers talk to local ports; Redis hangs up on what begins like HTTP.
  const name = lower(argv[0]!)
  if (name === 'post' || name === 'host:') {
    node.kill(client, 'possible security attack')
    return noReply
  }
  return node.commands.findByName(argv[0]!) ? unknownSubcommand(argv[0]!, argv[1]!) : unknownCommand(argv)
}

function refuse(client: Client, command: Command, argv: readonly Bytes[]): Reply | undefined {
  if (!command.acceptsCount(argv.length)) return wrongArity(command.fullName)
  if (!client.isAuthenticated && !command.isAllowedUnauthenticated) return errors.noAuth
  if (client.transaction && command.isForbiddenInMulti) return errors.noMulti
  if (client.resp === 2 && client.isSubscriber && !command.isForSubscribers) return notForSubscribers(command.fullName)
  return undefined
}
