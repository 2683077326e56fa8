/**
 * CLUSTER FAILOVER: a replica changes places with its primary without losing anything. The primary pauses its clients
 * and tells its offset; when the replica has come so far, it has itself elected at once.
 */
import type { BusLink } from './bus-link'
import { Todo, type Cluster } from './cluster'
import type { ClusterNode } from './cluster-node'
import { MessageType } from './message-format'

const TIMEOUT_MS = 5000
/** The primary's clients wait for longer, so that the new configuration reaches it while they do. */
const PAUSE_MS = 2 * TIMEOUT_MS

export class ManualFailover {
  /** The replica may ask for votes. */
  canStart = false
  /** At the primary: for which replica its clients are paused. */
  replica: ClusterNode | undefined
  private endsMs = 0
  private primaryOffset: number | undefined

  constructor(private readonly cluster: Cluster) {}

  get isOn(): boolean {
    return this.endsMs > 0
  }

  /** A replica begins: by asking its primary, or without (FORCE, TAKEOVER). */
  begin(how: 'with the primary' | 'forced'): void {
    const { cluster } = this
    this.reset()
    this.endsMs = cluster.nowMs + TIMEOUT_MS
    cluster.tell({ kind: 'manual-failover', step: 'requested' })
    if (how === 'forced') this.canStart = true
    else if (cluster.myself.primary) cluster.bus.sendPlain(cluster.myself.primary, MessageType.mfStart)
  }

  /** At the primary: a replica asks for its place. */
  pauseFor(replica: ClusterNode, link: BusLink): void {
    const { cluster } = this
    this.reset()
    this.endsMs = cluster.nowMs + TIMEOUT_MS
    this.replica = replica
    cluster.node.pause.begin('write', cluster.nowMs + PAUSE_MS, 'failover')
    cluster.tell({ kind: 'manual-failover', step: 'paused' })
    // It carries the offset at which the clients were paused.
    cluster.bus.sendPing(link, MessageType.ping)
  }

  /** At the replica: the primary has paused its clients at an offset. */
  primaryPaused(offset: number): void {
    if (this.primaryOffset !== undefined) return
    this.primaryOffset = offset
    this.cluster.later(Todo.manualFailover)
  }

  /** Whether all of the primary's data is here now. */
  advance(): void {
    if (!this.isOn || this.canStart || this.primaryOffset === undefined) return
    if (this.primaryOffset !== this.cluster.node.replication.offset) {
      // Whatever happens next may be the rest of the stream.
      this.cluster.later(Todo.manualFailover)
      return
    }
    this.canStart = true
    this.cluster.tell({ kind: 'manual-failover', step: 'offset matched' })
  }

  endIfLate(): void {
    if (!this.isOn || this.endsMs >= this.cluster.nowMs) return
    this.cluster.tell({ kind: 'manual-failover', step: 'timed out' })
    this.reset()
  }

  reset(): void {
    if (this.replica) this.cluster.node.pause.end('failover')
    this.endsMs = 0
    this.canStart = false
    this.replica = undefined
    this.primaryOffset = undefined
  }
}
