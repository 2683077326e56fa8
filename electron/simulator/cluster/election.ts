/** How a replica takes the place of its failed primary: it asks the other primaries, and the majority decides. */
import type { BusMessage } from './bus-message'
import { Todo, type Cluster } from './cluster'
import type { VoteDenial } from './cluster-events'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { MessageType } from './message-format'
import { setAsPrimary } from './roles'
import { rangesOf, someSlot } from './slot-bitmap'

/** Lets the news of the failure reach every node before anybody asks for its vote. */
const FIXED_DELAY_MS = 500
/** Keeps replicas from asking at once. */
const JITTER_MS = 500
/** Who has less data than others waits so much longer for each of them. */
const PER_RANK_MS = 1000
const TIMEOUT_MIN_MS = 2000

export class Election {
  /** When this node asks for votes, or has asked. */
  private startsMs = 0
  private hasAsked = false
  private votes = 0
  private rank = 0
  private epoch = 0
  private isOver = true
  private isPrevented = false

  constructor(private readonly cluster: Cluster) {}

  /** Goes on with the failover as far as it can: every round of the cron, and when there is news. */
  handle(): void {
    const { cluster } = this
    const { myself, manual, nowMs } = cluster
    const isManual = manual.isOn && manual.canStart
    const { primary } = myself
    const isWanted =
      !myself.isPrimary &&
      primary !== undefined &&
      (primary.hasFailed || isManual) &&
      (!cluster.node.config.isOn('cluster-replica-no-failover') || isManual) &&
      primary.slotCount > 0
    if (!isWanted) {
      this.isPrevented = false
      this.lose('not needed any more')
      return
    }
    if (!isManual && this.isDataTooOld()) {
      if (!this.isPrevented) cluster.tell({ kind: 'failover-prevented', why: 'data too old' })
      this.isPrevented = true
      return
    }
    this.isPrevented = false
    const timeoutMs = Math.max(cluster.nodeTimeoutMs * 2, TIMEOUT_MIN_MS)
    const ageMs = nowMs - this.startsMs
    if (ageMs > timeoutMs * 2) {
      this.schedule(primary)
      return
    }
    if (!this.hasAsked && !manual.isOn) this.fallBack()
    if (nowMs < this.startsMs) return
    if (ageMs > timeoutMs) this.lose('expired')
    else if (!this.hasAsked) this.ask(primary)
    else if (this.votes >= cluster.quorum) this.win()
  }

  /** Gives its vote to who asks for it, or has a reason not to. */
  answerRequest(candidate: ClusterNode, request: BusMessage): void {
    const { cluster } = this
    const { table, myself, nowMs } = cluster
    if (!myself.isPrimary || myself.slotCount === 0) return
    const why = this.denial(candidate, request)
    if (why !== undefined) {
      cluster.tell({ kind: 'vote-denied', to: candidate.name, epoch: request.currentEpoch, why })
      return
    }
    table.lastVoteEpoch = table.currentEpoch
    candidate.primary!.votedMs = nowMs
    // The vote is on the disk before it is given: nobody votes twice in an epoch, not even after a restart.
    cluster.save()
    cluster.bus.sendPlain(candidate, MessageType.authAck)
    cluster.tell({ kind: 'vote-granted', to: candidate.name, epoch: table.currentEpoch })
  }

  countVote(from: ClusterNode, theirEpoch: number): void {
    const { cluster } = this
    if (!from.isPrimary || from.slotCount === 0 || theirEpoch < this.epoch) return
    this.votes++
    cluster.later(Todo.failover)
    const { epoch, votes } = this
    cluster.tell({ kind: 'vote-received', from: from.name, epoch, votes, needed: cluster.quorum })
  }

  /** The final part: this node takes its primary's slots, and says so to everybody. */
  replacePrimary(): void {
    const { cluster } = this
    const { myself, table } = cluster
    const old = myself.primary
    if (myself.isPrimary || !old) return
    setAsPrimary(cluster, myself)
    cluster.node.replication.promote()
    const slots = table.slotsOf(old)
    for (const slot of slots) {
      table.unassign(slot)
      table.assign(slot, myself)
    }
    old.settleSlots()
    myself.settleSlots()
    const epoch = myself.configEpoch
    cluster.tell({ kind: 'promoted', inPlaceOf: old.name, epoch })
    cluster.tell({ kind: 'slots-moved', ranges: rangesOf(slots), from: old.name, to: myself.name, epoch })
    cluster.health.update()
    cluster.save()
    cluster.bus.broadcastPong()
    cluster.manual.reset()
  }

  /** Replicas of the same primary that have more data than this one. */
  private currentRank(): number {
    const { myself, node } = this.cluster
    const { offset } = node.replication
    const better = myself.primary?.replicas.filter(
      (replica) => replica !== myself && !(replica.flags & NodeFlag.noFailover) && replica.offset > offset,
    )
    return better?.length ?? 0
  }

  /** How long this node has heard nothing of its primary, less the time that it takes to find out. */
  private isDataTooOld(): boolean {
    const { node, nodeTimeoutMs } = this.cluster
    const { link, lastIoMs, linkDownSinceMs } = node.replication
    const sinceMs = link === 'up' ? lastIoMs : (linkDownSinceMs ?? 0)
    // Redis counts whole seconds here.
    let ageMs = (node.nowSeconds - Math.floor(sinceMs / 1000)) * 1000
    if (ageMs > nodeTimeoutMs) ageMs -= nodeTimeoutMs
    const factor = node.config.number('cluster-replica-validity-factor')
    const pingMs = node.config.number('repl-ping-replica-period') * 1000
    return factor > 0 && ageMs > pingMs + nodeTimeoutMs * factor
  }

  private schedule(primary: ClusterNode): void {
    const { cluster } = this
    const { manual, node, nowMs } = cluster
    this.lose('expired')
    const randomMs = node.random.integer(0, JITTER_MS - 1)
    this.rank = manual.isOn ? 0 : this.currentRank()
    const delayMs = manual.isOn ? 0 : FIXED_DELAY_MS + randomMs + this.rank * PER_RANK_MS
    this.startsMs = nowMs + delayMs
    this.votes = 0
    this.hasAsked = false
    this.isOver = false
    if (manual.isOn) cluster.later(Todo.failover)
    cluster.tell({
      kind: 'election-scheduled',
      primary: primary.name,
      delayMs,
      fixedMs: manual.isOn ? 0 : FIXED_DELAY_MS,
      randomMs: manual.isOn ? 0 : randomMs,
      rank: this.rank,
      offset: node.replication.offset,
    })
    // The other replicas learn this one's offset, and perhaps wait longer.
    cluster.bus.broadcastPong('shard')
  }

  /** Another replica turned out to have more data. */
  private fallBack(): void {
    const rank = this.currentRank()
    if (rank <= this.rank) return
    const addedMs = (rank - this.rank) * PER_RANK_MS
    this.startsMs += addedMs
    this.rank = rank
    this.cluster.tell({ kind: 'election-delayed', addedMs, rank })
  }

  private ask(primary: ClusterNode): void {
    const { cluster } = this
    this.epoch = ++cluster.table.currentEpoch
    cluster.tell({ kind: 'election-started', primary: primary.name, epoch: this.epoch, needed: cluster.quorum })
    cluster.save()
    cluster.bus.requestVotes(cluster.manual.isOn)
    this.hasAsked = true
    cluster.later(Todo.save | Todo.updateState)
  }

  private win(): void {
    const { cluster, epoch, votes } = this
    this.isOver = true
    cluster.tell({ kind: 'election-won', epoch, votes })
    if (cluster.myself.configEpoch < epoch) cluster.myself.configEpoch = epoch
    this.replacePrimary()
  }

  private lose(why: 'expired' | 'not needed any more'): void {
    if (this.isOver) return
    this.isOver = true
    this.cluster.tell({ kind: 'election-lost', epoch: this.epoch, why })
  }

  /** Each primary votes once in an epoch, and for a primary's replicas once in two node time-outs. */
  private denial(candidate: ClusterNode, request: BusMessage): VoteDenial | undefined {
    const { table, nowMs, nodeTimeoutMs } = this.cluster
    const { primary } = candidate
    if (request.currentEpoch < table.currentEpoch) return 'older epoch'
    if (table.lastVoteEpoch === table.currentEpoch) return 'already voted'
    if (candidate.isPrimary) return 'it is a primary'
    if (!primary) return 'its primary is unknown'
    if (!primary.hasFailed && !request.isForced) return 'its primary is up'
    if (nowMs - primary.votedMs < nodeTimeoutMs * 2) return 'voted for its primary lately'
    const { configEpoch } = request
    const isOutdated = someSlot(request.slots, (slot) => (table.owner(slot)?.configEpoch ?? 0) > configEpoch)
    return isOutdated ? 'its slots are older' : undefined
  }
}
