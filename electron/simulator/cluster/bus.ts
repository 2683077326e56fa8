/** What a node says on the cluster bus. */
import type { Bytes } from '../../../shared/bytes'
import type { BusLink } from './bus-link'
import type { Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { MessageFlag, messageNames, MessageType, type MessageHeader } from './message-format'
import { MessageWriter } from './message-writer'
import { NodeState } from './node-columns'

/** Messages are written one at a time, by whichever node has its turn. */
const writer = new MessageWriter()

export class Bus {
  readonly sent = messageNames.map(() => 0)
  readonly received = messageNames.map(() => 0)
  /** Links that were closed since too much waited to be sent. */
  overflows = 0
  /** Gossip sections so far, which number them. */
  private gossips = 0

  constructor(private readonly cluster: Cluster) {}

  countReceived(type: number): void {
    if (type < this.received.length) this.received[type]!++
  }

  /** The first words on a new connection. */
  greet(link: BusLink): void {
    const node = link.node!
    const { pingSentMs } = node
    this.sendPing(link, node.flags & NodeFlag.meet ? MessageType.meet : MessageType.ping)
    // The answer is awaited since the first question, not since the connection was lost and made again.
    if (pingSentMs > 0) node.pingSentMs = pingSentMs
    node.flags &= ~NodeFlag.meet
  }

  /** PING, PONG or MEET, with what this node knows of some others. */
  sendPing(link: BusLink, type: number): void {
    if (!link.isInbound && type === MessageType.ping) link.node!.pingSentMs = this.cluster.nowMs
    writer.begin(this.header(type))
    this.addGossip()
    writer.addHostname(this.cluster.myself.hostname)
    this.send(link, type, writer.end())
  }

  /** Tells everybody, or the replicas of the own shard, how this node stands now. */
  broadcastPong(to: 'all' | 'shard' = 'all'): void {
    const { myself } = this.cluster
    for (const node of this.cluster.table.nodes.values()) {
      if (!node.link || node === myself || node.isInHandshake) continue
      const isOfShard =
        node.isReplica && node.primary !== undefined && (node.primary === myself || node.primary === myself.primary)
      if (to === 'all' || isOfShard) this.sendPing(node.link, MessageType.pong)
    }
  }

  sendFail(about: ClusterNode): void {
    writer.begin(this.header(MessageType.fail))
    writer.addName(about.name)
    this.broadcast(MessageType.fail, writer.end())
  }

  /** Tells somebody whose view is old who has the slots of a node now. */
  sendUpdate(link: BusLink | undefined, node: ClusterNode): void {
    if (!link) return
    writer.begin(this.header(MessageType.update))
    writer.addConfiguration(node.configEpoch, node.name, node.bitmap)
    this.send(link, MessageType.update, writer.end())
  }

  requestVotes(isForced: boolean): void {
    writer.begin(this.header(MessageType.authRequest, isForced ? MessageFlag.forceAck : 0))
    this.broadcast(MessageType.authRequest, writer.end())
  }

  sendPlain(node: ClusterNode, type: number): void {
    if (!node.link) return
    writer.begin(this.header(type))
    this.send(node.link, type, writer.end())
  }

  /** Passes a message on to all nodes; one of a sharded channel, to those of the shard. */
  publish(channel: Bytes, message: Bytes, sharded: boolean): void {
    const type = sharded ? MessageType.publishShard : MessageType.publish
    writer.begin(this.header(type))
    writer.addPublication(channel, message)
    const bytes = writer.end()
    if (!sharded) {
      this.broadcast(type, bytes)
      return
    }
    const { table, myself } = this.cluster
    for (const node of table.shardOf(myself)) {
      if (node !== myself && node.link) this.send(node.link, type, bytes)
    }
  }

  private broadcast(type: number, bytes: string): void {
    for (const { link, flags } of this.cluster.table.nodes.values()) {
      if (link && !(flags & (NodeFlag.myself | NodeFlag.handshake))) this.send(link, type, bytes)
    }
  }

  private send(link: BusLink, type: number, bytes: string): void {
    this.sent[type]!++
    link.write(bytes)
  }

  /** A replica speaks for its primary: the slots and their epoch are the primary's. */
  private header(type: number, messageFlags = 0): MessageHeader {
    const { cluster } = this
    const { table, myself, node, manual } = cluster
    const speaker = (myself.isReplica && myself.primary) || myself
    return {
      type,
      sender: myself.name,
      currentEpoch: table.currentEpoch,
      configEpoch: speaker.configEpoch,
      offset: node.replication.offset,
      slots: speaker.bitmap,
      primary: myself.primary?.name ?? '',
      ip: node.config.get('cluster-announce-ip'),
      port: myself.port,
      plainPort: 0,
      busPort: myself.busPort,
      flags: myself.flags,
      isOk: cluster.health.isOk,
      messageFlags: messageFlags | (myself.isPrimary && manual.isOn ? MessageFlag.paused : 0),
    }
  }

  /**
   * Some nodes at random: a tenth of all, so that a majority hears of a failing one while its reports are valid; and
   * all those that do not answer this node, so that agreement comes quickly.
   */
  private addGossip(): void {
    const { table, suspectedCount } = this.cluster
    const { columns } = table
    let fresh = table.nodes.size - 2
    const wanted = Math.min(Math.max(Math.floor(table.nodes.size / 10), 3), fresh)
    const mark = ++this.gossips
    let told = 0
    for (let tries = wanted * 3; fresh > 0 && told < wanted && tries > 0; tries--) {
      const id = table.randomId()
      const flags = columns.flags[id]!
      if (flags & (NodeFlag.myself | NodeFlag.pfail)) continue
      const isUnusable = (flags & (NodeFlag.handshake | NodeFlag.noAddress)) !== 0
      if (isUnusable || (!(columns.states[id]! & NodeState.linked) && table.byIdOf(id).slotCount === 0)) {
        fresh--
        continue
      }
      if (columns.toldIn[id] === mark) continue
      columns.toldIn[id] = mark
      told++
      fresh--
      writer.addGossip(columns.addresses[id]!, columns.pingSentMs[id]!, columns.pongReceivedMs[id]!, flags)
    }
    if (suspectedCount === 0) return
    let left = suspectedCount
    for (const node of table.nodes.values()) {
      if (left === 0) break
      if (!node.isSuspected || node.flags & (NodeFlag.handshake | NodeFlag.noAddress)) continue
      writer.addGossip(node.address, node.pingSentMs, node.pongReceivedMs, node.flags)
      left--
    }
  }
}
