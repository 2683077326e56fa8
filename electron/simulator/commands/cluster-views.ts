/** CLUSTER's sub-commands that show what a node knows of its cluster. */
import type { Cluster } from '../cluster/cluster'
import type { BusLink } from '../cluster/bus-link'
import type { ClusterNode } from '../cluster/cluster-node'
import { reportCount } from '../cluster/failures'
import { SLOTS } from '../cluster/key-slot'
import { messageNames } from '../cluster/message-format'
import { describeNode, describeNodes } from '../cluster/node-text'
import { preferredEndpoint } from '../cluster/redirection'
import { array, bulk, bulks, error, integer, map, nothing, verbatim, type Reply } from '../resp/reply'
import { findNode, unknownNode, type ClusterHandler } from './cluster-call'

export const nodes: ClusterHandler = ({ table }) => verbatim('txt', describeNodes(table))

export const myId: ClusterHandler = ({ myself }) => bulk(myself.name)

export const replicas: ClusterHandler = (cluster, { argv }) => {
  const node = findNode(cluster, argv[2]!)
  if (!node) return unknownNode(argv[2]!)
  if (node.isReplica) return error('ERR The specified node is not a master')
  return bulks(node.replicas.map((replica) => describeNode(cluster.table, replica)))
}

export const failureReports: ClusterHandler = (cluster, { argv }) => {
  const node = findNode(cluster, argv[2]!)
  return node ? integer(reportCount(cluster, node)) : unknownNode(argv[2]!)
}

export const info: ClusterHandler = (cluster) => {
  const { table, bus, health, myself } = cluster
  const counts = { assigned: 0, ok: 0, pfail: 0, fail: 0 }
  for (let slot = 0; slot < SLOTS; slot++) {
    const owner = table.owner(slot)
    if (!owner) continue
    counts.assigned++
    if (owner.hasFailed) counts.fail++
    else if (owner.isSuspected) counts.pfail++
    else counts.ok++
  }
  const lines: (readonly [string, string | number])[] = [
    ['cluster_state', health.isOk ? 'ok' : 'fail'],
    ['cluster_slots_assigned', counts.assigned],
    ['cluster_slots_ok', counts.ok],
    ['cluster_slots_pfail', counts.pfail],
    ['cluster_slots_fail', counts.fail],
    ['cluster_known_nodes', table.nodes.size],
    ['cluster_size', table.size],
    ['cluster_current_epoch', table.currentEpoch],
    ['cluster_my_epoch', myself.slotsEpoch],
    ...messageCounts('sent', bus.sent),
    ...messageCounts('received', bus.received),
    ['total_cluster_links_buffer_limit_exceeded', bus.overflows],
  ]
  return verbatim('txt', lines.map(([name, value]) => `${name}:${value}\r\n`).join(''))
}

function messageCounts(direction: 'sent' | 'received', counts: readonly number[]): [string, number][] {
  const used = messageNames.map((name, type) => [name, counts[type]!] as const).filter(([, count]) => count > 0)
  const lines = used.map(([name, count]): [string, number] => [`cluster_stats_messages_${name}_${direction}`, count])
  const total = counts.reduce((sum, count) => sum + count, 0)
  return [...lines, [`cluster_stats_messages_${direction}`, total]]
}

export const slots: ClusterHandler = (cluster) => {
  const { table } = cluster
  const rows: Reply[] = []
  for (let first = 0; first < SLOTS;) {
    const owner = table.owner(first)
    let next = first + 1
    while (next < SLOTS && table.owner(next) === owner) next++
    if (owner) {
      const available = owner.replicas.filter((replica) => isAvailable(cluster, replica))
      const served = [owner, ...available].map((node) => contact(cluster, node))
      rows.push(array([integer(first), integer(next - 1), ...served]))
    }
    first = next
  }
  return array(rows)
}

/** A replica that has the data, as far as is known. */
function isAvailable(cluster: Cluster, replica: ClusterNode): boolean {
  return !replica.hasFailed && offsetOf(cluster, replica) !== 0
}

function offsetOf(cluster: Cluster, node: ClusterNode): number {
  return node.isMyself ? cluster.node.replication.offset : node.offset
}

/** A node as CLUSTER SLOTS shows it: the endpoint, and whatever else may help to reach it. */
function contact(cluster: Cluster, node: ClusterNode): Reply {
  const preferred = cluster.node.config.get('cluster-preferred-endpoint-type')
  const more: Reply[] = []
  if (preferred !== 'ip') more.push(bulk('ip'), bulk(node.ip))
  if (preferred !== 'hostname' && node.hostname !== '') more.push(bulk('hostname'), bulk(node.hostname))
  const endpoint = preferred === 'unknown-endpoint' ? nothing : bulk(preferredEndpoint(cluster, node))
  return array([endpoint, integer(node.port), bulk(node.name), map(more)])
}

export const shards: ClusterHandler = (cluster) => {
  const primaries = [...cluster.table.nodes.values()].filter((node) => !node.isReplica)
  return array(
    primaries.map((primary) =>
      map([
        bulk('slots'),
        array(primary.ranges.flatMap(([first, last]) => [integer(first), integer(last)])),
        bulk('nodes'),
        array([primary, ...primary.replicas].map((node) => shardMember(cluster, node))),
      ]),
    ),
  )
}

function shardMember(cluster: Cluster, node: ClusterNode): Reply {
  const offset = offsetOf(cluster, node)
  const health = node.hasFailed ? 'fail' : node.isReplica && offset === 0 ? 'loading' : 'online'
  const fields: Reply[] = [bulk('id'), bulk(node.name)]
  if (node.port > 0) fields.push(bulk('port'), integer(node.port))
  fields.push(bulk('ip'), bulk(node.ip), bulk('endpoint'), bulk(preferredEndpoint(cluster, node)))
  if (node.hostname !== '') fields.push(bulk('hostname'), bulk(node.hostname))
  fields.push(bulk('role'), bulk(node.isReplica ? 'replica' : 'master'))
  fields.push(bulk('replication-offset'), integer(offset), bulk('health'), bulk(health))
  return map(fields)
}

export const links: ClusterHandler = ({ table }) => {
  const rows: Reply[] = []
  for (const node of table.nodes.values()) {
    if (node.link) rows.push(linkRow(node.link, node))
    if (node.inboundLink) rows.push(linkRow(node.inboundLink, node))
  }
  return array(rows)
}

function linkRow(link: BusLink, node: ClusterNode): Reply {
  const { unsentLength } = link
  return map([
    bulk('direction'),
    bulk(link.isInbound ? 'from' : 'to'),
    bulk('node'),
    bulk(node.name),
    bulk('create-time'),
    integer(link.createdMs),
    bulk('events'),
    bulk((link.isConnected ? 'r' : '') + (unsentLength > 0 || !link.isConnected ? 'w' : '')),
    bulk('send-buffer-allocated'),
    integer(unsentLength),
    bulk('send-buffer-used'),
    integer(unsentLength),
  ])
}
