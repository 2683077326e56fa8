/** What a node does ten times a second for its cluster. */
import { type Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { MessageType } from './message-format'
import { NodeState } from './node-columns'
import { helpOrphan, type ReplicaCounts } from './replica-migration'

const HANDSHAKE_MIN_MS = 1000
/** Once in so many rounds one node is asked how it is. */
const PING_ROUNDS = 10
/** The one that was silent for longest, of so many taken at random. */
const PING_SAMPLES = 5

export function clusterCron(cluster: Cluster): void {
  const { table, myself, health, manual, election, node, nowMs } = cluster
  cluster.rounds++
  reconnect(cluster)
  if (cluster.rounds % PING_ROUNDS === 0) pingOne(cluster)
  const counts: ReplicaCounts = { orphans: 0, most: 0, own: 0 }
  const { isReplica } = myself
  const quietMs = cluster.nodeTimeoutMs / 2
  let hasNews = false
  const { order, columns } = table
  for (let place = 0; place < order.length; place++) {
    const id = order[place]!
    const flags = columns.flags[id]!
    if (flags & (NodeFlag.myself | NodeFlag.noAddress | NodeFlag.handshake)) continue
    if (isReplica && flags & NodeFlag.primary) countReplicas(myself, table.byIdOf(id), counts)
    // Nothing is awaited of nearly all, and they were heard of lately.
    if (columns.pingSentMs[id] === 0 && nowMs - columns.pongReceivedMs[id]! <= quietMs && !manual.isOn) continue
    if (watch(cluster, table.byIdOf(id), nowMs)) hasNews = true
  }
  const { primary } = myself
  if (myself.isReplica && primary && !node.replication.primary && cluster.hasAddress(primary)) {
    node.replication.follow(primary.ip, primary.port)
  }
  manual.endIfLate()
  if (myself.isReplica) {
    manual.advance()
    election.handle()
    const mayMigrate = node.config.isOn('cluster-allow-replica-migration')
    if (counts.orphans > 0 && counts.most >= 2 && counts.own === counts.most && mayMigrate) helpOrphan(cluster, counts)
  }
  if (hasNews || !health.isOk) health.update()
}

/** Opens the links that are missing, and gives up handshakes that lead nowhere. */
function reconnect(cluster: Cluster): void {
  const { table, nowMs, node: self } = cluster
  const handshakeMs = Math.max(cluster.nodeTimeoutMs, HANDSHAKE_MIN_MS)
  const sendMax = self.config.number('cluster-link-sendbuf-limit')
  cluster.suspectedCount = 0
  const { order, columns } = table
  for (let place = 0; place < order.length; place++) {
    const id = order[place]!
    if (sendMax > 0) freeOverfull(cluster, table.byIdOf(id), sendMax)
    const flags = columns.flags[id]!
    if (flags & (NodeFlag.myself | NodeFlag.noAddress)) continue
    if (flags & NodeFlag.pfail) cluster.suspectedCount++
    if (flags & NodeFlag.handshake && nowMs - table.byIdOf(id).createdMs > handshakeMs) {
      const node = table.byIdOf(id)
      cluster.remove(node)
      cluster.tell({ kind: 'node-forgotten', about: node.name, why: 'handshake timed out' })
      // The next one has taken its place.
      place--
    } else if (!(columns.states[id]! & NodeState.linked)) {
      cluster.connect(table.byIdOf(id))
    }
  }
}

function freeOverfull(cluster: Cluster, { link, inboundLink }: ClusterNode, bytesMax: number): void {
  for (const one of [link, inboundLink]) {
    if (!one || one.unsentLength <= bytesMax) continue
    cluster.freeLink(one)
    cluster.bus.overflows++
  }
}

function pingOne(cluster: Cluster): void {
  let quiet: ClusterNode | undefined
  for (let sample = 0; sample < PING_SAMPLES; sample++) {
    const node = cluster.table.randomNode()
    if (!node.link || node.pingSentMs !== 0 || node.flags & (NodeFlag.myself | NodeFlag.handshake)) continue
    if (!quiet || quiet.pongReceivedMs > node.pongReceivedMs) quiet = node
  }
  if (quiet) cluster.bus.sendPing(quiet.link!, MessageType.ping)
}

function countReplicas(myself: ClusterNode, node: ClusterNode, counts: ReplicaCounts): void {
  if (!node.isPrimary || node.hasFailed) return
  const working = node.workingReplicas
  if (working === 0 && node.slotCount > 0 && node.flags & NodeFlag.migrateTo) counts.orphans++
  counts.most = Math.max(counts.most, working)
  if (myself.primary === node) counts.own = working
}

/** Looks after one node. True when it does not answer any more. */
function watch(cluster: Cluster, node: ClusterNode, nowMs: number): boolean {
  const { nodeTimeoutMs, manual, myself, bus } = cluster
  const pingMs = nowMs - node.pingSentMs
  const silentMs = nowMs - node.dataReceivedMs
  const half = nodeTimeoutMs / 2
  // Perhaps it is the connection that does not work: another one is tried, before it is too late.
  if (
    node.link &&
    nowMs - node.link.createdMs > nodeTimeoutMs &&
    node.pingSentMs > 0 &&
    pingMs > half &&
    silentMs > half
  ) {
    cluster.freeLink(node.link)
  }
  if (node.link && node.pingSentMs === 0 && nowMs - node.pongReceivedMs > half) {
    bus.sendPing(node.link, MessageType.ping)
    return false
  }
  if (manual.isOn && myself.isPrimary && manual.replica === node && node.link) {
    bus.sendPing(node.link, MessageType.ping)
    return false
  }
  if (node.pingSentMs === 0 || Math.min(pingMs, silentMs) <= nodeTimeoutMs) return false
  if (node.isSuspected || node.hasFailed) return false
  node.flags |= NodeFlag.pfail
  cluster.tell({ kind: 'node-suspected', about: node.name })
  return true
}
