import type { BusLink } from './bus-link'
import type { BusMessage } from './bus-message'
import type { Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { addReport, failIfAgreed, removeReport, reportCount } from './failures'
import { isNodeId } from './message-format'
import { NodeState } from './node-columns'

const BAD = NodeFlag.fail | NodeFlag.pfail
/** Clocks differ; a PONG that others saw so little in the future is believed. */
const TOLERANCE_MS = 500

/** Takes in what a message's sender tells of other nodes. An unknown sender is believed when it came with MEET. */
export function processGossip(cluster: Cluster, link: BusLink, message: BusMessage): void {
  const { table, myself } = cluster
  const { columns } = table
  const newestMs = cluster.nowMs + TOLERANCE_MS
  const sender = link.node ?? table.find(message.sender)
  const count = message.gossipCount
  for (let index = 0; index < count; index++) {
    const id = message.gossipId(index, table)
    const flags = message.gossipFlags(index)
    if (id === 0) {
      if (sender && !(flags & NodeFlag.noAddress)) meet(cluster, message, index)
      continue
    }
    // Nearly all that is ever told: it is well, as this node thought.
    if (!(flags & BAD) && !(columns.states[id]! & NodeState.reported) && !(columns.flags[id]! & BAD)) {
      if (columns.pingSentMs[id] === 0) {
        const pongMs = message.gossipPongSeconds(index) * 1000
        if (pongMs > columns.pongReceivedMs[id]! && pongMs <= newestMs) columns.pongReceivedMs[id] = pongMs
      }
      continue
    }
    const node = table.byIdOf(id)
    if (sender?.isPrimary && node !== myself) {
      if (flags & BAD) {
        addReport(cluster, node, sender)
        failIfAgreed(cluster, node)
      } else {
        removeReport(cluster, node, sender)
      }
    }
    if (flags & BAD) continue
    if (node.pingSentMs === 0 && reportCount(cluster, node) === 0) {
      const pongMs = message.gossipPongSeconds(index) * 1000
      if (pongMs > node.pongReceivedMs && pongMs <= newestMs) node.pongReceivedMs = pongMs
    }
    if (node.flags & BAD && !(flags & NodeFlag.noAddress)) followAddress(cluster, node, message, index)
  }
}

/** A node that is trusted knows a further one. Its name is known, so no handshake is needed. */
function meet(cluster: Cluster, message: BusMessage, index: number): void {
  const name = message.gossipName(index)
  if (!isNodeId(name) || cluster.forgotten.has(name)) return
  // Myself is one alone, whatever a message claims.
  const node = cluster.table.add(name, message.gossipFlags(index) & ~NodeFlag.myself, cluster.nowMs)
  readAddress(node, message, index)
  cluster.tell({ kind: 'node-met', about: name, address: `${node.ip}:${node.port}` })
}

/** A node that does not answer here is well elsewhere, and perhaps has moved. */
function followAddress(cluster: Cluster, node: ClusterNode, message: BusMessage, index: number): void {
  const isSame =
    node.ip === message.gossipIp(index) &&
    node.port === message.gossipPort(index) &&
    node.busPort === message.gossipBusPort(index)
  if (isSame) return
  if (node.link) cluster.freeLink(node.link)
  readAddress(node, message, index)
  node.flags &= ~NodeFlag.noAddress
}

function readAddress(node: ClusterNode, message: BusMessage, index: number): void {
  node.locate({
    ip: message.gossipIp(index),
    port: message.gossipPort(index),
    plainPort: message.gossipPlainPort(index),
    busPort: message.gossipBusPort(index),
  })
}
