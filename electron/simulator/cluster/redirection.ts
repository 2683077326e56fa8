/** Where a command has to go: to this node, to another one, or nowhere. */
import type { Bytes } from '../../../shared/bytes'
import type { Client, QueuedCommand } from '../node/client'
import type { Command } from '../node/command'
import { keysOf } from '../node/command-keys'
import { error, type Reply } from '../resp/reply'
import type { Cluster } from './cluster'
import type { ClusterNode } from './cluster-node'
import { keySlot } from './key-slot'

/** Why a command is not for this node. */
export type Redirection =
  | { readonly kind: 'cross-slot' | 'unstable' | 'down' | 'down-for-writes' | 'unserved' }
  | { readonly kind: 'moved' | 'ask'; readonly slot: number; readonly node: ClusterNode }

export type Route = Redirection | { readonly kind: 'here'; readonly slot: number | undefined }

const SHARD_COMMANDS = new Set(['ssubscribe', 'sunsubscribe', 'spublish'])

const anywhere: Route = { kind: 'here', slot: undefined }
const crossSlot = { kind: 'cross-slot' } as const
const unstable = { kind: 'unstable' } as const
const down = { kind: 'down' } as const
const downForWrites = { kind: 'down-for-writes' } as const
const unserved = { kind: 'unserved' } as const

/** The one slot of all keys of a command, or of all commands of a transaction. */
interface Keys {
  readonly slot: number
  readonly areSeveral: boolean
  readonly areMissing: boolean
}

/**
 * Finds out where a command is served. All its keys have to be in one slot; while that slot is on the move, keys that
 * are not here are asked for at the other side, and several keys only where all of them are.
 */
export function route(cluster: Cluster, client: Client, command: Command, argv: readonly Bytes[]): Route {
  const isExec = command.fullName === 'exec'
  if (isExec && !client.transaction) return anywhere
  const commands: readonly QueuedCommand[] = isExec ? client.transaction!.queue : [{ command, argv }]
  const isOfShard = SHARD_COMMANDS.has(command.fullName)
  const keys = findKeys(cluster, commands, isOfShard)
  if (keys === undefined) return anywhere
  if ('kind' in keys) return keys
  const { slot } = keys
  const { table, myself, node } = cluster
  if (!cluster.health.isOk) {
    if (isOfShard) {
      if (!node.config.isOn('cluster-allow-pubsubshard-when-down')) return down
    } else if (!node.config.isOn('cluster-allow-reads-when-down')) {
      return down
    } else if (command.isWrite) {
      return downForWrites
    }
  }
  const owner = table.owner(slot)!
  const target = owner === myself ? table.migrating.get(slot) : undefined
  const isImporting = !target && table.importing.has(slot)
  const here: Route = { kind: 'here', slot }
  if ((target || isImporting) && command.fullName === 'migrate') return here
  if (target && keys.areMissing) return { kind: 'ask', slot, node: target }
  if (isImporting && (client.isAsking || command.has('asking'))) {
    return keys.areSeveral && keys.areMissing ? unstable : here
  }
  const writes = command.isWrite || (isExec && commands.some((one) => one.command.isWrite))
  const mayRead = client.readsFromReplica || isOfShard
  if (mayRead && !writes && myself.isReplica && myself.primary === owner) return here
  return owner === myself ? here : { kind: 'moved', slot, node: owner }
}

/** Whether a command's place may depend on keys at all. */
export function isRouted(command: Command): boolean {
  return command.spec.keys.find !== 'none' || command.fullName === 'exec'
}

function findKeys(
  cluster: Cluster,
  commands: readonly QueuedCommand[],
  isOfShard: boolean,
): Keys | Redirection | undefined {
  const { table, myself, node } = cluster
  let first: Bytes | undefined
  let slot = -1
  let isOpen = false
  let areSeveral = false
  let areMissing = false
  for (const { command, argv } of commands) {
    for (const at of keysOf(command.spec.keys, argv)) {
      const key = argv[at]!
      if (first === undefined) {
        first = key
        slot = keySlot(key)
        const owner = table.owner(slot)
        if (!owner) return unserved
        isOpen = (owner === myself && table.migrating.has(slot)) || table.importing.has(slot)
      } else if (key !== first) {
        if (keySlot(key) !== slot) return crossSlot
        areSeveral = true
      }
      if (isOpen && !isOfShard && !areMissing) {
        areMissing = node.keyspace.glance(node.keyspace.databases[0]!, key) === undefined
      }
    }
  }
  return first === undefined ? undefined : { slot, areSeveral, areMissing }
}

const replies = {
  'cross-slot': error("CROSSSLOT Keys in request don't hash to the same slot"),
  unstable: error('TRYAGAIN Multiple keys request during rehashing of slot'),
  down: error('CLUSTERDOWN The cluster is down'),
  'down-for-writes': error('CLUSTERDOWN The cluster is down and only accepts read commands'),
  unserved: error('CLUSTERDOWN Hash slot not served'),
} as const

export function redirectionReply(cluster: Cluster, to: Redirection): Reply {
  if (to.kind !== 'moved' && to.kind !== 'ask') return replies[to.kind]
  const endpoint = `${preferredEndpoint(cluster, to.node)}:${to.node.port}`
  return error(`${to.kind === 'ask' ? 'ASK' : 'MOVED'} ${to.slot} ${endpoint}`)
}

/** How clients are to call a node: `cluster-preferred-endpoint-type`. */
export function preferredEndpoint({ node }: Cluster, { ip, hostname }: ClusterNode): string {
  switch (node.config.get('cluster-preferred-endpoint-type')) {
    case 'ip':
      return ip
    case 'hostname':
      return hostname === '' ? '?' : hostname
    default:
      return ''
  }
}

/** What a script is told whose command would have to go elsewhere. */
export function scriptRefusal({ kind }: Redirection): string {
  switch (kind) {
    case 'down-for-writes':
      return 'Script attempted to execute a write command while the cluster is down and readonly'
    case 'down':
      return 'Script attempted to execute a command while the cluster is down'
    default:
      return 'Script attempted to access a non local key in a cluster node'
  }
}
