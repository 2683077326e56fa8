/** What a node knows of its cluster: the nodes, who serves which slot, and the slots that are on the move. */
import type { Buffer } from 'node:buffer'
import type { Random } from '../ports'
import { ClusterNode, NodeFlag } from './cluster-node'
import { SLOTS } from './key-slot'
import { NAME_LENGTH } from './message-format'
import { nameHash, nameHashIn } from './node-address'

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
  private readonly list: ClusterNode[] = []
  /** By the hash of the name, so that most of the gossip is understood without making a text of each name. */
  private readonly byHash = new Map<number, ClusterNode>()

  constructor(private readonly random: Random) {}

  /** Adds a node, under a random name where its own is not known yet. */
  add(name: string | undefined, flags: number, nowMs: number): ClusterNode {
    const id = this.freeIds.pop() ?? this.byId.length
    const node = new ClusterNode(name ?? this.random.hex(40), flags, nowMs, id)
    this.byId[id] = node
    this.nodes.set(node.name, node)
    this.list.push(node)
    this.byHash.set(nameHash(node.name), node)
    return node
  }

  /** Undefined for what is no name of a node, too. */
  find(name: string): ClusterNode | undefined {
    return this.nodes.get(name)
  }

  /** The node whose name lies at a place of a message. */
  findIn(message: Buffer, at: number): ClusterNode | undefined {
    const node = this.byHash.get(nameHashIn(message, at))
    if (node?.address.isNamedIn(message, at) === true) return node
    return this.nodes.get(message.toString('latin1', at, at + NAME_LENGTH))
  }

  rename(node: ClusterNode, name: string): void {
    this.nodes.delete(node.name)
    this.unhash(node)
    this.byHash.set(nameHash(name), node)
    node.name = name
    this.nodes.set(name, node)
  }

  /** Forgets a node, what it has said of others, and that it serves slots. */
  remove(node: ClusterNode): void {
    for (const [slot, peer] of this.importing) if (peer === node) this.importing.delete(slot)
    for (const [slot, peer] of this.migrating) if (peer === node) this.migrating.delete(slot)
    if (node.slotCount > 0) this.unassignAll(node)
    for (const other of this.list) other.reports = other.reports?.filter(({ from }) => from !== node)
    for (const replica of node.replicas) replica.primary = undefined
    node.primary?.removeReplica(node)
    this.nodes.delete(node.name)
    this.unhash(node)
    const last = this.list.pop()!
    if (last !== node) this.list[this.list.indexOf(node)] = last
    this.byId[node.id] = undefined
    this.freeIds.push(node.id)
  }

  randomNode(): ClusterNode {
    return this.list[this.random.integer(0, this.list.length - 1)]!
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
    for (const { configEpoch } of this.list) max = Math.max(max, configEpoch)
    return max
  }

  /** The primary of a node's shard with its replicas; nobody where the primary is unknown. */
  shardOf(node: ClusterNode): readonly ClusterNode[] {
    const primary = node.isPrimary ? node : node.primary
    return primary ? [primary, ...primary.replicas] : []
  }

  private unhash(node: ClusterNode): void {
    const hash = nameHash(node.name)
    if (this.byHash.get(hash) === node) this.byHash.delete(hash)
  }

  private hasReplicas(): boolean {
    return this.list.some((node) => !node.isReplica && node.replicas.length > 0)
  }
}
