/** PING, PONG and MEET: the same content, by which nodes find each other and agree on the cluster's configuration. */
import type { BusLink } from './bus-link'
import type { BusMessage } from './bus-message'
import { Todo, type Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { resolveCollision } from './epochs'
import { clearFailureIfPossible, clearSuspicion } from './failures'
import { processGossip } from './gossip'
import { isNodeId, MessageType } from './message-format'
import type { Addressed } from './node-address'
import { setAsPrimary } from './roles'
import { someSlot } from './slot-bitmap'
import { takeClaims } from './slots-config'

/** False when the link is no more. */
export function processPing(
  cluster: Cluster,
  link: BusLink,
  message: BusMessage,
  sender: ClusterNode | undefined,
): boolean {
  const { type } = message
  if (type !== MessageType.pong) answer(cluster, link, message, sender)
  if (!link.isInbound && !checkIdentity(cluster, link, message, sender)) return false
  if (sender) {
    sender.flags = (sender.flags & ~NodeFlag.noFailover) | (message.flags & NodeFlag.noFailover)
    if (type === MessageType.ping && !sender.isInHandshake && updateAddress(cluster, sender, link, message)) {
      cluster.later(Todo.save | Todo.updateState)
    }
  }
  if (!link.isInbound && type === MessageType.pong) noteAnswer(cluster, link.node!)
  if (!sender) return true
  updateRole(cluster, sender, message)
  compareSlots(cluster, sender, message)
  if (cluster.myself.isPrimary && sender.isPrimary && message.configEpoch === cluster.myself.configEpoch) {
    resolveCollision(cluster, sender)
  }
  processGossip(cluster, link, message)
  sender.hostname = message.hostname
  return true
}

/** PING and MEET are answered, whoever asks. A node learns its own address from those that found it there. */
function answer(cluster: Cluster, link: BusLink, message: BusMessage, sender: ClusterNode | undefined): void {
  const { myself, table, nowMs } = cluster
  const isMeet = message.type === MessageType.meet
  if ((isMeet || myself.ip === '') && cluster.node.config.get('cluster-announce-ip') === '') {
    const { ownAddress } = link
    if (ownAddress !== '' && ownAddress !== myself.ip) {
      myself.locate({ ip: ownAddress })
      cluster.later(Todo.save)
    }
  }
  if (!sender && isMeet) {
    const node = table.add(undefined, NodeFlag.handshake, nowMs)
    node.locate(addressOf(link, message))
    cluster.later(Todo.save)
    processGossip(cluster, link, message)
  }
  cluster.bus.sendPing(link, MessageType.pong)
}

/** The other end of a link that this node opened has to be who it is taken for. */
function checkIdentity(cluster: Cluster, link: BusLink, message: BusMessage, sender: ClusterNode | undefined): boolean {
  const node = link.node!
  if (node.isInHandshake) {
    if (sender) {
      // It is known already, perhaps at another address.
      if (updateAddress(cluster, sender, link, message)) cluster.later(Todo.save | Todo.updateState)
      cluster.remove(node)
      return false
    }
    const { sender: name } = message
    if (!isNodeId(name)) return true
    cluster.table.rename(node, name)
    node.flags &= ~(NodeFlag.handshake | NodeFlag.meet)
    node.flags |= message.flags & (NodeFlag.primary | NodeFlag.replica)
    cluster.later(Todo.save)
    cluster.tell({ kind: 'node-met', about: name, address: `${node.ip}:${node.port}` })
    return true
  }
  if (node.name === message.sender) return true
  // Somebody else is at this address now.
  node.flags |= NodeFlag.noAddress
  node.locate({ ip: '', port: 0, plainPort: 0, busPort: 0 })
  cluster.freeLink(link)
  cluster.later(Todo.save)
  return false
}

function noteAnswer(cluster: Cluster, node: ClusterNode): void {
  node.pongReceivedMs = cluster.nowMs
  node.pingSentMs = 0
  if (node.isSuspected) clearSuspicion(cluster, node)
  else if (node.hasFailed) clearFailureIfPossible(cluster, node)
}

/** The sender's address is what it announces, or where it was seen. Says whether that is a new one. */
function updateAddress(cluster: Cluster, node: ClusterNode, link: BusLink, message: BusMessage): boolean {
  // On a link that this node opened, the address was right.
  if (link === node.link) return false
  const address = addressOf(link, message)
  const { ip, port, plainPort, busPort } = address
  if (node.ip === ip && node.port === port && node.plainPort === plainPort && node.busPort === busPort) return false
  node.locate(address)
  if (node.link) cluster.freeLink(node.link)
  node.flags &= ~NodeFlag.noAddress
  if (cluster.myself.isReplica && cluster.myself.primary === node) cluster.node.replication.follow(ip, port)
  return true
}

function addressOf(link: BusLink, { ip, port, plainPort, busPort }: BusMessage): Omit<Addressed, 'name'> {
  return { ip: ip || link.peerAddress, port, plainPort, busPort }
}

function updateRole(cluster: Cluster, sender: ClusterNode, message: BusMessage): void {
  const primaryName = message.primary
  if (primaryName === undefined) {
    setAsPrimary(cluster, sender)
    return
  }
  const primary = cluster.table.find(primaryName)
  if (sender.isPrimary) {
    cluster.table.unassignAll(sender)
    sender.flags = (sender.flags & ~(NodeFlag.primary | NodeFlag.migrateTo)) | NodeFlag.replica
    cluster.later(Todo.save | Todo.updateState)
  }
  if (primary && sender.primary !== primary) {
    sender.primary?.removeReplica(sender)
    primary.addReplica(sender)
    sender.primary = primary
    cluster.later(Todo.save)
  }
}

/** Takes over the slots that a primary claims, or tells the sender that its view is old. */
function compareSlots(cluster: Cluster, sender: ClusterNode, message: BusMessage): void {
  const speaker = sender.isPrimary ? sender : sender.primary
  if (!speaker || message.hasSlotsOf(speaker.bitmap)) return
  const { configEpoch, slots } = message
  if (sender.isPrimary) takeClaims(cluster, sender, configEpoch, slots)
  someSlot(slots, (slot) => {
    const owner = cluster.table.owner(slot)
    if (!owner || owner === sender || owner.configEpoch <= configEpoch) return false
    cluster.bus.sendUpdate(sender.link, owner)
    return true
  })
}
