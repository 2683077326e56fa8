/** What a node knows of its cluster: the nodes, who serves which slot, and the slots that are on the move. */
import type { Random } from '../ports'
import { ClusterNode, NodeFlag } from './cluster-node'
import { SLOTS } from './key-slot'
import { NAME_LENGTH } from './message-format'
import { NameIndex } from './name-index'
import { NodeAddress } from './node-address'
import { NodeColumns } from './node-columns'

/** Where a node is of which only the name is known. */
const nowhere = { ip: '', port: 0, busPort: 0, plainPort: 0 }

export class ClusterTable {
  readonly nodes = new Map<string, ClusterNode>()
  myself!: ClusterNode
  currentEpoch = 0
  lastVoteEpoch = 0
  /** Primaries that serve slots. */
  size = 1
  /** Where the keys of a slot go to, or come from. */
  readonly migrating = new Map<number, ClusterNode>()
  readonly importing = new Map<number, ClusterNode>()
  /** The slot is served by another shard now, or by none. */
  slotLeft: (slot: number, owner: ClusterNode) => void = () => undefined
  /** Counts what may make clients look elsewhere. */
  version = 0
  /** Numbers instead of references: a node has 16384 slots, and a world perhaps a thousand nodes. */
  private readonly owners = new Uint16Array(SLOTS)
  private readonly byId: (ClusterNode | undefined)[] = [undefined]
  private readonly freeIds: number[] = []
  /** All ids, to take one at random. */
  private readonly ids: number[] = []
  /** What is known of each node, by its id. */
  readonly columns = new NodeColumns()
  /** The ids in the order of `nodes`. */
  readonly order: number[] = []
  private readonly byName = new NameIndex(this.columns.addresses)

  constructor(private readonly random: Random) {}

  /** Adds a node, under a random name where its own is not known yet. */
  add(name: string | undefined, flags: number, nowMs: number): ClusterNode {
    const id = this.freeIds.pop() ?? this.byId.length
    const address = NodeAddress.of({ ...nowhere, name: name ?? this.random.hex(NAME_LENGTH) })
    this.columns.begin(id, address, flags)
    const node = new ClusterNode(this.columns, id, nowMs, id)
    this.byId[id] = node
    this.nodes.set(node.name, node)
    this.ids.push(id)
    this.order.push(id)
    this.byName.add(id)
    return node
  }

  /** Undefined for what is no name of a node, too. */
  find(name: string): ClusterNode | undefined {
    return this.nodes.get(name)
  }

  /** The id of the node whose name lies at a place of a message, or 0. */
  idIn(message: DataView, at: number): number {
    return this.byName.find(message, at)
  }

  /** The node of an id of this table. */
  byIdOf(id: number): ClusterNode {
    return this.byId[id]!
  }

  rename(node: ClusterNode, name: string): void {
    this.nodes.delete(node.name)
    this.order.splice(this.order.indexOf(node.id), 1)
    this.byName.remove(node.id)
    node.locate({ name })
    this.byName.add(node.id)
    this.nodes.set(name, node)
    this.order.push(node.id)
  }

  /** Forgets a node, what it has said of others, and that it serves slots. */
  remove(node: ClusterNode): void {
    for (const [slot, peer] of this.importing) if (peer === node) this.importing.delete(slot)
    for (const [slot, peer] of this.migrating) if (peer === node) this.migrating.delete(slot)
    if (node.slotCount > 0) this.unassignAll(node)
    for (const other of this.nodes.values()) other.reports = other.reports?.filter(({ from }) => from !== node)
    for (const replica of node.replicas) replica.primary = undefined
    node.primary?.removeReplica(node)
    this.nodes.delete(node.name)
    this.order.splice(this.order.indexOf(node.id), 1)
    this.byName.remove(node.id)
    node.detach()
    const last = this.ids.pop()!
    if (last !== node.id) this.ids[this.ids.indexOf(node.id)] = last
    this.byId[node.id] = undefined
    this.freeIds.push(node.id)
  }

  randomNode(): ClusterNode {
    return this.byId[this.randomId()]!
  }

  randomId(): number {
    return this.ids[this.random.integer(0, this.ids.length - 1)]!
  }

  owner(slot: number): ClusterNode | undefined {
    return this.byId[this.owners[slot]!]
  }

  /** Gives a slot that nobody serves to a node. */
  assign(slot: number, node: ClusterNode): void {
    this.version++
    this.owners[slot] = node.id
    node.setSlot(slot, true)
    // A primary's first slot makes it one to help out, unless nobody in the cluster has replicas.
    if (node.slotCount === 1 && this.hasReplicas()) node.flags |= NodeFlag.migrateTo
  }

  unassign(slot: number): void {
    const node = this.owner(slot)
    if (!node) return
    this.version++
    this.slotLeft(slot, node)
    node.setSlot(slot, false)
    this.owners[slot] = 0
  }

  unassignAll(node: ClusterNode): void {
    for (const slot of this.slotsOf(node)) this.unassign(slot)
    node.settleSlots()
  }

  slotsOf(node: ClusterNode): number[] {
    const slots: number[] = []
    if (node.slotCount === 0) return slots
    for (let slot = 0; slot < SLOTS; slot++) if (this.owners[slot] === node.id) slots.push(slot)
    return slots
  }

  /** Whether each slot is served by somebody who has not failed. */
  get isCovered(): boolean {
    for (let slot = 0; slot < SLOTS;) {
      const id = this.owners[slot]!
      const node = this.byId[id]
      if (!node || node.hasFailed) return false
      while (slot < SLOTS && this.owners[slot] === id) slot++
    }
    return true
  }

  closeAllSlots(): void {
    this.migrating.clear()
    this.importing.clear()
    this.version++
  }

  get maxEpoch(): number {
    let max = this.currentEpoch
    for (const { configEpoch } of this.nodes.values()) max = Math.max(max, configEpoch)
    return max
  }

  /** The primary of a node's shard with its replicas; nobody where the primary is unknown. */
  shardOf(node: ClusterNode): readonly ClusterNode[] {
    const primary = node.isPrimary ? node : node.primary
    return primary ? [primary, ...primary.replicas] : []
  }

  private hasReplicas(): boolean {
    for (const node of this.nodes.values()) if (!node.isReplica && node.replicas.length > 0) return true
    return false
  }
}
