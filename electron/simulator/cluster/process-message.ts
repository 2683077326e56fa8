/** What a message of the bus does to who receives it. */
import type { BusLink } from './bus-link'
import type { BusMessage } from './bus-message'
import { Todo, type Cluster } from './cluster'
import type { ClusterNode } from './cluster-node'
import { markFailed } from './failures'
import { MessageType } from './message-format'
import { processPing } from './process-ping'
import { setAsPrimary } from './roles'
import { takeClaims } from './slots-config'

/** False when the link is no more. */
export function processMessage(cluster: Cluster, link: BusLink, message: BusMessage): boolean {
  const sender = identify(cluster, link, message)
  if (sender) {
    sender.dataReceivedMs = cluster.nowMs
    if (!sender.isInHandshake) noteEpochs(cluster, sender, message)
  }
  if (message.isOfPingKind) return processPing(cluster, link, message, sender)
  // Whom nobody knows has nothing to say.
  if (sender) processNews(cluster, link, message, sender)
  return true
}

/** Who has sent it. A link that was accepted is a node's from its first message that names one which is known. */
function identify(cluster: Cluster, link: BusLink, message: BusMessage): ClusterNode | undefined {
  if (link.node && !link.node.isInHandshake) return link.node
  const sender = cluster.table.find(message.sender)
  if (sender && !link.node) cluster.adoptLink(link, sender)
  return sender
}

function noteEpochs(cluster: Cluster, sender: ClusterNode, message: BusMessage): void {
  const { table, manual, myself } = cluster
  const { currentEpoch, configEpoch } = message
  if (currentEpoch > table.currentEpoch) table.currentEpoch = currentEpoch
  if (configEpoch > sender.configEpoch) {
    sender.configEpoch = configEpoch
    cluster.later(Todo.save)
  }
  sender.offset = message.offset
  if (manual.isOn && myself.isReplica && myself.primary === sender && message.isPaused) {
    manual.primaryPaused(sender.offset)
  }
}

function processNews(cluster: Cluster, link: BusLink, message: BusMessage, sender: ClusterNode): void {
  switch (message.type) {
    case MessageType.fail: {
      const failing = cluster.table.find(message.subject)
      if (!failing || failing.hasFailed || failing.isMyself) return
      markFailed(cluster, failing)
      cluster.tell({ kind: 'node-failed', about: failing.name, from: sender.name })
      return
    }
    case MessageType.publish:
    case MessageType.publishShard: {
      const { channel, message: payload } = message.publication
      const { pubsub } = cluster.node
      const isSharded = message.type === MessageType.publishShard
      const hasSubscribers = isSharded ? pubsub.shardChannels.size > 0 : pubsub.channels.size + pubsub.patterns.size > 0
      if (hasSubscribers) pubsub.publish(channel, payload, { client: 0, cause: 0, isRelayed: true }, isSharded)
      return
    }
    case MessageType.authRequest:
      cluster.election.answerRequest(sender, message)
      return
    case MessageType.authAck:
      cluster.election.countVote(sender, message.currentEpoch)
      return
    case MessageType.mfStart:
      if (sender.primary === cluster.myself) cluster.manual.pauseFor(sender, link)
      return
    case MessageType.update: {
      const { name, configEpoch, slots } = message.update
      const node = cluster.table.find(name)
      if (!node || node.configEpoch >= configEpoch) return
      if (node.isReplica) setAsPrimary(cluster, node)
      node.configEpoch = configEpoch
      cluster.later(Todo.save)
      takeClaims(cluster, node, configEpoch, slots)
      return
    }
    default:
      // Of modules and of later versions.
      return
  }
}
