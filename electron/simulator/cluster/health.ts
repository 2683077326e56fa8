/** Whether the cluster, as this node sees it, can serve. */
import type { Cluster } from './cluster'
import type { StateReason } from './cluster-events'
import { NodeFlag } from './cluster-node'

/** A primary that was started waits so long before it writes: it may have been replaced meanwhile. */
const WRITABLE_DELAY_MS = 2000
/** A primary that was with the minority waits for news for one node time-out, within these bounds. */
const REJOIN_MIN_MS = 500
const REJOIN_MAX_MS = 5000

export class Health {
  isOk = false
  private firstUpdateMs = 0
  private inMinorityMs = 0

  constructor(private readonly cluster: Cluster) {}

  update(): void {
    const { cluster } = this
    const { table, myself, nowMs } = cluster
    if (this.firstUpdateMs === 0) this.firstUpdateMs = nowMs
    if (myself.isPrimary && !this.isOk && nowMs - this.firstUpdateMs < WRITABLE_DELAY_MS) return
    let why: StateReason = 'all slots are served'
    if (cluster.node.config.isOn('cluster-require-full-coverage') && !table.isCovered) why = 'a slot is not served'
    const reachable = this.countPrimaries()
    if (reachable < cluster.quorum) {
      why = 'the majority is out of reach'
      this.inMinorityMs = nowMs
    }
    const isOk = why === 'all slots are served'
    if (isOk === this.isOk) return
    const rejoinMs = Math.min(Math.max(cluster.nodeTimeoutMs, REJOIN_MIN_MS), REJOIN_MAX_MS)
    if (isOk && myself.isPrimary && nowMs - this.inMinorityMs < rejoinMs) return
    this.isOk = isOk
    cluster.tell({ kind: 'state-changed', state: isOk ? 'ok' : 'fail', why })
  }

  /** Takes the cluster's size, and gives how many of its primaries answer. */
  private countPrimaries(): number {
    const { table } = this.cluster
    let reachable = 0
    table.size = 0
    const { order, columns } = table
    for (let place = 0; place < order.length; place++) {
      const id = order[place]!
      const flags = columns.flags[id]!
      if (!(flags & NodeFlag.primary) || table.byIdOf(id).slotCount === 0) continue
      table.size++
      if (!(flags & (NodeFlag.fail | NodeFlag.pfail))) reachable++
    }
    return reachable
  }
}
