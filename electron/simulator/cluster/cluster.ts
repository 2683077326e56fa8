/**
 * Cluster mode of a node: its table of the cluster, the bus over which the nodes talk, and what each of them concludes
 * by itself, since nobody is in charge. Exists only where `cluster-enabled` is on.
 *
 * Everything here goes by the machine's time of day, as Redis does; a clock that jumps makes a node doubt the others.
 */
import type { Buffer } from 'node:buffer'
import { EventyardError } from '../../../shared/errors'
import type { RedisNode } from '../node/redis-node'
import type { Cancel, ClientTransport, ClientHandle } from '../ports'
import { Bus } from './bus'
import { BusLink, type BusHost } from './bus-link'
import { BusMessage } from './bus-message'
import { redirectBlocked } from './blocked-clients'
import { TextFile } from '../disk/text-file'
import { checkData } from './check-data'
import { clusterCron } from './cluster-cron'
import type { ClusterEvent } from './cluster-events'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { ClusterTable } from './cluster-table'
import { Election } from './election'
import { Forgotten } from './forgotten'
import { Health } from './health'
import { ManualFailover } from './manual-failover'
import { configText, readConfig } from './node-text'
import { processMessage } from './process-message'
import { endSubscriptions } from './shard-channels'
import { SlotKeys } from './slot-keys'

/** What is to be done at the end of the turn. */
export const Todo = {
  failover: 1,
  updateState: 2,
  save: 4,
  manualFailover: 16,
} as const

const CRON_US = 100_000
const BUS_PORT_OFFSET = 10_000

export class Cluster implements BusHost {
  readonly table: ClusterTable
  readonly bus: Bus
  readonly health: Health
  readonly election: Election
  readonly manual: ManualFailover
  readonly forgotten: Forgotten
  readonly slotKeys: SlotKeys
  /** `cluster-node-timeout` */
  nodeTimeoutMs = 0
  /** How often the cron has run. */
  rounds = 0
  /** Nodes that did not answer when the cron looked last. */
  suspectedCount = 0
  private readonly file: TextFile
  private readonly inbound = new Set<BusLink>()
  private todo = 0
  private cancelCron: Cancel | undefined
  private stopListening: Cancel | undefined
  private checkedVersion = 0
  private hasHeldBack = false

  constructor(readonly node: RedisNode) {
    this.table = new ClusterTable(node.random)
    this.bus = new Bus(this)
    this.health = new Health(this)
    this.election = new Election(this)
    this.manual = new ManualFailover(this)
    this.forgotten = new Forgotten(node)
    this.slotKeys = new SlotKeys(node.keyspace.databases[0]!)
    node.config.follow('cluster-node-timeout', (text) => (this.nodeTimeoutMs = Number(text)))
    this.file = new TextFile(node.disk, node.config.get('cluster-config-file'))
    this.table.slotLeft = (slot, owner) => {
      if (this.table.shardOf(owner).includes(this.myself)) endSubscriptions(node, slot)
    }
  }

  /** Takes up what the node knew when it ended, and begins to take part. */
  start(): void {
    const { node, table } = this
    const text = this.file.read()
    if (text === undefined) {
      table.myself = table.add(undefined, NodeFlag.myself | NodeFlag.primary, node.nowMs)
    } else if (!readConfig(table, text, node.nowMs)) {
      node.die(new EventyardError('cluster.config', { file: node.disk.pathOf(node.config.get('cluster-config-file')) }))
      return
    }
    this.readAnnounced()
    if (text === undefined) this.save()
    if (!checkData(this)) return
    for (const name of ['cluster-announce-ip', 'cluster-announce-hostname', 'cluster-replica-no-failover']) {
      node.config.follow(name, () => this.readAnnounced())
    }
    this.stopListening = node.network?.listen(this.busPort, (transport) => this.accept(transport))
    this.nextRound()
  }

  stop(): void {
    this.cancelCron?.()
    this.stopListening?.()
  }

  get myself(): ClusterNode {
    return this.table.myself
  }

  get nowMs(): number {
    return this.node.nowMs
  }

  get quorum(): number {
    return Math.floor(this.table.size / 2) + 1
  }

  /** The port at which this node listens to the bus. */
  get busPort(): number {
    return this.node.config.number('cluster-port') || this.node.port + BUS_PORT_OFFSET
  }

  get isFrozen(): boolean {
    return this.node.isFrozen
  }

  get isStalled(): boolean {
    return this.node.isStalled
  }

  hasAddress(node: ClusterNode): boolean {
    return !(node.flags & NodeFlag.noAddress)
  }

  turn(run: () => void): void {
    this.node.turn(run)
  }

  /** Whether anybody listens to `tell`: what is costly to find out is left out otherwise. */
  get isWatched(): boolean {
    return this.node.observer !== undefined
  }

  tell(event: ClusterEvent): void {
    this.node.observer?.clusterEvent(event)
  }

  /** Has something done at the end of the turn: once, however often it was asked for. */
  later(todo: number): void {
    this.todo |= todo
  }

  /** The node's turn ends. */
  beforeSleep(): void {
    const { todo } = this
    if (todo !== 0) {
      this.todo = 0
      if (todo & Todo.manualFailover) {
        if (this.myself.isReplica) {
          this.manual.advance()
          this.election.handle()
        }
      } else if (todo & Todo.failover) {
        this.election.handle()
      }
      if (todo & Todo.updateState) this.health.update()
      if ((todo | this.todo) & Todo.save) this.save()
    }
  }

  /** Writes the file; a node that cannot remember what it has promised must not go on. */
  save(): void {
    this.todo &= ~Todo.save
    try {
      this.file.write(configText(this.table))
    } catch (error) {
      const file = this.node.disk.pathOf(this.node.config.get('cluster-config-file'))
      this.node.die(new EventyardError('cluster.unwritable', { file, problem: (error as Error).message }))
    }
  }

  process(link: BusLink, bytes: Buffer): boolean {
    const message = new BusMessage(bytes)
    this.bus.countReceived(message.type)
    if (!message.isSound) return true
    return processMessage(this, link, message)
  }

  linkOpened(link: BusLink): void {
    this.bus.greet(link)
  }

  linkLost(link: BusLink): void {
    this.freeLink(link)
  }

  freeLink(link: BusLink): void {
    const { node } = link
    if (node?.link === link) node.link = undefined
    if (node?.inboundLink === link) node.inboundLink = undefined
    this.inbound.delete(link)
    link.close()
  }

  /** A link that the other side opened is now known to be a node's. An older one is of no use any more. */
  adoptLink(link: BusLink, node: ClusterNode): void {
    if (node.inboundLink) this.freeLink(node.inboundLink)
    node.inboundLink = link
    link.node = node
  }

  connect(node: ClusterNode): void {
    const link = new BusLink(this, node, undefined)
    node.link = link
    const { network } = this.node
    if (network) link.attach(network.connect(node.ip, node.busPort, link))
  }

  /** Forgets a node altogether, and closes the links to it. */
  remove(node: ClusterNode): void {
    if (node.link) this.freeLink(node.link)
    if (node.inboundLink) this.freeLink(node.inboundLink)
    this.table.remove(node)
  }

  private accept(transport: ClientTransport): ClientHandle {
    const link = new BusLink(this, undefined, transport)
    this.inbound.add(link)
    return link
  }

  private nextRound(): void {
    const { clock, startedUs } = this.node
    const passed = Math.floor((clock.nowUs() - startedUs) / CRON_US)
    this.cancelCron = clock.after(startedUs + (passed + 1) * CRON_US - clock.nowUs(), () => this.round())
  }

  private round(): void {
    // While a script runs Redis listens to the bus now and then, but its cron rests.
    if (!this.node.scripting.run) {
      this.node.turn(() => {
        if (this.hasHeldBack) this.readHeldBack()
        if (this.checkedVersion !== this.table.version || !this.health.isOk) {
          this.checkedVersion = this.table.version
          redirectBlocked(this)
        }
        clusterCron(this)
      })
    }
    if (!this.node.isShutDown) this.nextRound()
  }

  heldBack(): void {
    this.hasHeldBack = true
  }

  private readHeldBack(): void {
    this.hasHeldBack = false
    for (const link of this.inbound) link.readKept()
    for (const { link } of this.table.nodes.values()) link?.readKept()
  }

  private readAnnounced(): void {
    const { config } = this.node
    const { myself } = this
    myself.locate({
      port: config.number('cluster-announce-port') || this.node.port,
      busPort: config.number('cluster-announce-bus-port') || this.busPort,
      ip: config.get('cluster-announce-ip') || myself.ip,
    })
    myself.hostname = config.get('cluster-announce-hostname')
    const noFailover = config.isOn('cluster-replica-no-failover') ? NodeFlag.noFailover : 0
    const flags = (myself.flags & ~NodeFlag.noFailover) | noFailover
    if (flags === myself.flags) return
    myself.flags = flags
    this.later(Todo.save | Todo.updateState)
  }
}
