/** A node of the cluster as one node knows it: itself, or one of the others. */
import { Buffer } from 'node:buffer'
import type { BusLink } from './bus-link'
import type { Addressed, NodeAddress } from './node-address'
import { NodeState, type NodeColumns } from './node-columns'
import { hasSlot, noSlots, rangesOfBitmap, shareBitmap, type SlotBitmap, type SlotRange } from './slot-bitmap'

/** What a node is, as bits that the bus carries too. */
export const NodeFlag = {
  primary: 1,
  replica: 2,
  /** It does not answer this node: `fail?`. */
  pfail: 4,
  /** The majority agreed that it does not answer: `fail`. */
  fail: 8,
  myself: 16,
  /** The first PONG is yet to come, and with it the true name. */
  handshake: 32,
  noAddress: 64,
  /** The first message to it is a MEET. */
  meet: 128,
  /** A primary that may be given a replica of another one when it has lost its own. */
  migrateTo: 256,
  /** A replica that does not want to become a primary: `cluster-replica-no-failover`. */
  noFailover: 512,
} as const

export interface FailureReport {
  readonly from: ClusterNode
  atMs: number
}

export class ClusterNode {
  configEpoch = 0
  /** Whom it follows; unknown where a replica's primary is not in the table. */
  primary: ClusterNode | undefined
  readonly replicas: ClusterNode[] = []
  slotCount = 0
  hostname = ''
  failedMs = 0
  votedMs = 0
  orphanedMs = 0
  offset = 0
  /** The connection that it has opened to this node. */
  inboundLink: BusLink | undefined
  private ownLink: BusLink | undefined
  private knownReports: readonly FailureReport[] | undefined
  private bits: SlotBitmap = noSlots
  private ownsBits = false
  private knownRanges: readonly SlotRange[] | undefined

  constructor(
    private columns: NodeColumns,
    private row: number,
    readonly createdMs: number,
    /** What stands for it in the table of slots; never 0. */
    readonly id: number,
  ) {}

  /** It is in no table any more, and keeps what is known of it to itself. */
  detach(): void {
    this.columns = this.columns.copyOf(this.row)
    this.row = 0
  }

  get address(): NodeAddress {
    return this.columns.addresses[this.row]!
  }

  /** It is somewhere else, or has another name. Names of nodes in a table are the table's to change. */
  locate(change: Partial<Addressed>): void {
    this.columns.addresses[this.row] = this.address.with(change)
  }

  get name(): string {
    return this.address.name
  }

  get ip(): string {
    return this.address.ip
  }

  get port(): number {
    return this.address.port
  }

  get busPort(): number {
    return this.address.busPort
  }

  /** The port without TLS, where the main one has it. */
  get plainPort(): number {
    return this.address.plainPort
  }

  get flags(): number {
    return this.columns.flags[this.row]!
  }

  set flags(flags: number) {
    this.columns.flags[this.row] = flags
  }

  /** 0 while no answer is awaited. */
  get pingSentMs(): number {
    return this.columns.pingSentMs[this.row]!
  }

  set pingSentMs(ms: number) {
    this.columns.pingSentMs[this.row] = ms
  }

  get pongReceivedMs(): number {
    return this.columns.pongReceivedMs[this.row]!
  }

  set pongReceivedMs(ms: number) {
    this.columns.pongReceivedMs[this.row] = ms
  }

  get dataReceivedMs(): number {
    return this.columns.dataReceivedMs[this.row]!
  }

  set dataReceivedMs(ms: number) {
    this.columns.dataReceivedMs[this.row] = ms
  }

  /** The connection that this node has opened to it. */
  get link(): BusLink | undefined {
    return this.ownLink
  }

  set link(link: BusLink | undefined) {
    this.ownLink = link
    this.setState(NodeState.linked, link !== undefined)
  }

  /** Who says of it that it does not answer. */
  get reports(): readonly FailureReport[] | undefined {
    return this.knownReports
  }

  set reports(reports: readonly FailureReport[] | undefined) {
    this.knownReports = reports
    this.setState(NodeState.reported, reports !== undefined && reports.length > 0)
  }

  get isPrimary(): boolean {
    return (this.flags & NodeFlag.primary) !== 0
  }

  get isReplica(): boolean {
    return (this.flags & NodeFlag.replica) !== 0
  }

  get isMyself(): boolean {
    return (this.flags & NodeFlag.myself) !== 0
  }

  get isInHandshake(): boolean {
    return (this.flags & NodeFlag.handshake) !== 0
  }

  get hasFailed(): boolean {
    return (this.flags & NodeFlag.fail) !== 0
  }

  get isSuspected(): boolean {
    return (this.flags & NodeFlag.pfail) !== 0
  }

  /** The slots that it serves. */
  get bitmap(): SlotBitmap {
    return this.bits
  }

  /** The same as ranges; kept, since nodes write them to their disk at every change of any node. */
  get ranges(): readonly SlotRange[] {
    return (this.knownRanges ??= rangesOfBitmap(this.bits))
  }

  has(slot: number): boolean {
    return hasSlot(this.bits, slot)
  }

  /** Marks a slot as its own, or no more. The table of slots is not this one's affair. */
  setSlot(slot: number, isOwn: boolean): void {
    if (!this.ownsBits) {
      this.bits = Buffer.from(this.bits)
      this.ownsBits = true
    }
    this.knownRanges = undefined
    const bit = 1 << (slot & 7)
    if (isOwn) this.bits[slot >> 3]! |= bit
    else this.bits[slot >> 3]! &= ~bit
    this.slotCount += isOwn ? 1 : -1
  }

  /** A change is complete: equal bitmaps become one. */
  settleSlots(): void {
    if (!this.ownsBits) return
    this.bits = this.slotCount === 0 ? noSlots : shareBitmap(this.bits)
    this.ownsBits = false
  }

  addReplica(replica: ClusterNode): void {
    if (this.replicas.includes(replica)) return
    this.replicas.push(replica)
    this.flags |= NodeFlag.migrateTo
  }

  removeReplica(replica: ClusterNode): void {
    const place = this.replicas.indexOf(replica)
    if (place === -1) return
    this.replicas.splice(place, 1)
    if (this.replicas.length === 0) this.flags &= ~NodeFlag.migrateTo
  }

  get workingReplicas(): number {
    const { replicas } = this
    let working = 0
    for (let at = 0; at < replicas.length; at++) if (!replicas[at]!.hasFailed) working++
    return working
  }

  /** The newest epoch of the slots that it speaks for: its primary's when it is a replica. */
  get slotsEpoch(): number {
    return this.isReplica && this.primary ? this.primary.configEpoch : this.configEpoch
  }

  private setState(bit: number, isSo: boolean): void {
    const { states } = this.columns
    if (isSo) states[this.row]! |= bit
    else states[this.row]! &= ~bit
  }
}
