/**
 * What an operator does with Sentinels while they watch, as Redis's documentation tells: a new one is told of the primary
 * and finds the rest by itself; after one was taken away the others are reset, since they never forget a Sentinel.
 */
import type { Buffer } from 'node:buffer'
import type { NodeProcess } from '../../simulator/node/node-process'
import type { World } from '../world/world'
import type { Operations } from './operator'
import { DOWN_AFTER_MS, FAILOVER_TIMEOUT_MS, PRIMARY_NAME } from './plan'
import { primaryOf } from './targets'

/** What is asked of others and told to a new one, by the names that SENTINEL MASTER and SENTINEL SET share. */
const shared = ['down-after-milliseconds', 'failover-timeout', 'parallel-syncs'] as const

/** Has a Sentinel that was just started watch what the others watch, on their terms. */
export async function monitorPrimary(operations: Operations, sentinel: string): Promise<void> {
  const { world } = operations
  const other = sentinelsOf(world).find(({ name }) => name !== sentinel)
  const terms = other ? await termsOf(operations, other.name) : firstTerms(world)
  await operations.send(sentinel, 'SENTINEL', 'MONITOR', PRIMARY_NAME, terms.ip, terms.port, terms.quorum)
  for (const name of shared) {
    const value = terms[name]
    if (value !== undefined) await operations.send(sentinel, 'SENTINEL', 'SET', PRIMARY_NAME, name, value)
  }
  await operations.until(`every Sentinel knows ${sentinel}`, () => everybodyKnows(world))
}

/**
 * Resets one Sentinel after the other, as they must not forget each other all at once. A server that does not follow the
 * primary by then would be forgotten too, and never be made to follow it: so that is waited for.
 */
export async function forgetSentinel(operations: Operations): Promise<void> {
  const { world } = operations
  for (const { name } of sentinelsOf(world)) {
    await operations.until('every replica follows its primary', () => everybodyFollows(world))
    await operations.send(name, 'SENTINEL', 'RESET', PRIMARY_NAME)
    await operations.until(`${name} has found the others again`, () => knowsOthers(world, name))
  }
}

type Terms = { readonly ip: string; readonly port: string; readonly quorum: string } & {
  readonly [name in (typeof shared)[number]]?: string
}

async function termsOf(operations: Operations, sentinel: string): Promise<Terms> {
  const reply = (await operations.send(sentinel, 'SENTINEL', 'MASTER', PRIMARY_NAME)) as Buffer[]
  const words = reply.map(String)
  const fields = new Map<string, string>()
  for (let index = 0; index + 1 < words.length; index += 2) fields.set(words[index]!, words[index + 1]!)
  const { ip = '', port = '', quorum = '', ...rest } = Object.fromEntries(fields)
  return { ip, port, quorum, ...rest }
}

/** The first Sentinel of a deployment that had none decides alone. */
function firstTerms(world: World): Terms {
  const { host, port } = world.process(primaryOf(world, world.processes[0]!.name))
  return {
    ip: host,
    port: String(port),
    quorum: '1',
    'down-after-milliseconds': String(DOWN_AFTER_MS),
    'failover-timeout': String(FAILOVER_TIMEOUT_MS),
  }
}

function sentinelsOf(world: World): NodeProcess[] {
  return world.processes.filter(({ isRunning, node }) => isRunning && node.sentinel)
}

function everybodyKnows(world: World): boolean {
  return sentinelsOf(world).every(({ name }) => knowsOthers(world, name))
}

function knowsOthers(world: World, name: string): boolean {
  const primary = world.process(name).node.sentinel?.primaries.get(PRIMARY_NAME)
  if (!primary) return false
  return primary.sentinels.size >= sentinelsOf(world).length - 1 && primary.replicas.size >= serversOf(world).length - 1
}

function everybodyFollows(world: World): boolean {
  const servers = serversOf(world)
  return servers.filter(({ node }) => node.replication.link === 'up').length >= servers.length - 1
}

function serversOf(world: World): NodeProcess[] {
  return world.processes.filter(({ isRunning, node }) => isRunning && !node.sentinel)
}
