/** Makes the picture of a deployment that the Cluster view shows. Reads the nodes themselves and changes nothing. */
import type { Belief, DeploymentView, NodeView } from '../../../shared/deployment-view'
import { textOf } from '../../../shared/bytes'
import { keySlot } from '../../simulator/cluster/key-slot'
import type { Cluster } from '../../simulator/cluster/cluster'
import type { ClusterNode } from '../../simulator/cluster/cluster-node'
import { flagText } from '../../simulator/cluster/node-text'
import type { NodeProcess } from '../../simulator/node/node-process'
import type { Actor } from '../actors/actor'
import type { World } from '../world/world'
import { servesKey } from './serves'
import { slotMaps } from './slot-maps'

/** Gives a cluster node's name by its id. */
type NameOf = (id: string) => string

/** `actors` are those whose own maps of the slots are wanted too. */
export function viewDeployment(world: World, actors: readonly Actor[] = []): DeploymentView {
  // Every node has a belief of every other one: looked up once, not once for each.
  const names = new Map<string, string>()
  const nameOf: NameOf = (id) => {
    const name = names.get(id) ?? world.nameOfId(id)
    names.set(id, name)
    return name
  }
  return {
    topology: world.topology,
    nowUs: world.clock.nowUs(),
    nodes: world.processes.map((process) => viewNode(world, process, nameOf)),
    named: world.topology === 'cluster' ? namedSlots(world) : [],
    faults: [...world.faults.active],
    slotMaps: slotMaps(world, actors),
    jobs: world.operator.jobs.map(({ change, done, of }) => ({ change, done, of })),
    jobFailure: world.operator.failure,
  }
}

function viewNode(world: World, process: NodeProcess, nameOf: NameOf): NodeView {
  const { name, host, port, node, clock, disk } = process
  const { replication, keyspace, stats, clients } = node
  const { primary } = replication
  const primaryName = primary ? world.nameAt(`${primary.host}:${primary.port}`) : null
  return {
    name,
    host,
    port,
    state: !process.isRunning ? 'down' : process.isPaused ? 'paused' : 'running',
    role: roleOf(process),
    primary: primaryName,
    link: process.isRunning ? replication.link : 'none',
    offset: replication.offset,
    behindBytes: behind(world, process, primaryName),
    keys: keyspace.databases.reduce((sum, { size }) => sum + size, 0),
    clients: clients.size,
    operationsPerSecond: process.isRunning ? stats.commandRate.perSecond(clock.nowUs()) : 0,
    unixMs: Math.floor(clock.unixUs() / 1000),
    clockErrorUs: clock.errorUs,
    isDiskFull: disk.capacityBytes !== Infinity,
    cluster: node.cluster ? viewCluster(node.cluster, nameOf) : null,
  }
}

/** A node of a cluster is what its table says: one that was just started takes up replication only after a while. */
function roleOf({ node: { sentinel, cluster, replication } }: NodeProcess): NodeView['role'] {
  if (sentinel) return 'sentinel'
  if (!cluster) return replication.role
  return cluster.myself.isReplica ? 'replica' : 'primary'
}

function viewCluster({ table, health, myself }: Cluster, nameOf: NameOf): NonNullable<NodeView['cluster']> {
  const open = (slots: ReadonlyMap<number, ClusterNode>) =>
    [...slots].map(([slot, peer]) => ({ slot, peer: nameOf(peer.name) }))
  return {
    id: myself.name,
    state: health.isOk ? 'ok' : 'fail',
    currentEpoch: table.currentEpoch,
    configEpoch: myself.slotsEpoch,
    slots: rangesOfNode(myself),
    migrating: open(table.migrating),
    importing: open(table.importing),
    beliefs: [...table.nodes.values()].map((node) => viewBelief(node, nameOf)),
  }
}

/** Measured at both ends at once, which no real system can do. */
function behind(world: World, { node }: NodeProcess, primary: string | null): number | null {
  const other = world.processes.find(({ name }) => name === primary)
  if (!other?.isRunning || other.node.replication.id !== node.replication.id) return null
  return Math.max(0, other.node.replication.offset - node.replication.offset)
}

function viewBelief(node: ClusterNode, nameOf: NameOf): Belief {
  return {
    node: nameOf(node.name),
    flags: flagText(node.flags).split(','),
    primary: node.primary ? nameOf(node.primary.name) : null,
    slots: rangesOfNode(node),
    configEpoch: node.slotsEpoch,
    isConnected: node.link !== undefined || node.isMyself,
    pingSentMs: node.pingSentMs,
    pongReceivedMs: node.pongReceivedMs,
  }
}

function rangesOfNode(node: ClusterNode): [number, number][] {
  return node.ranges.map(([first, last]) => [first, last])
}

const NAMED_MAX = 200

/** The run's channels, and keys of each primary, with their slots. */
function namedSlots(world: World): DeploymentView['named'] {
  const named: DeploymentView['named'] = []
  for (const { name, isRunning, node } of world.processes) {
    if (!isRunning || !node.cluster?.myself.isPrimary) continue
    for (const entry of node.keyspace.databases[0]!.all) {
      if (named.length >= NAMED_MAX) return named
      named.push({ name: textOf(entry.key), kind: entry.value.type, slot: keySlot(entry.key), node: name })
    }
  }
  for (const channel of world.delivery.shardedChannels()) {
    const slot = keySlot(channel)
    const owner = world.processes.find(({ isRunning, node }) => isRunning && servesKey(node, channel))
    named.push({ name: textOf(channel), kind: 'sharded', slot, node: owner?.name ?? null })
  }
  return named.slice(0, NAMED_MAX)
}
