import type { Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'
import { setPrimary } from './roles'

/** A primary has to be without replicas for so long: after a failover the old ones need a while to come over. */
const DELAY_MS = 5000

/** Primaries without working replicas that once had some, as the cron counts them. */
export interface ReplicaCounts {
  orphans: number
  /** The most working replicas that any primary has, and what this node's primary has. */
  most: number
  own: number
}

/**
 * Lets this replica go over to a primary that has lost all of its own. Of all replicas whose primaries have the most,
 * the one with the smallest name goes, and only when its primary keeps enough (`cluster-migration-barrier`).
 */
export function helpOrphan(cluster: Cluster, { most }: ReplicaCounts): void {
  const { table, myself, node, nowMs } = cluster
  if (!cluster.health.isOk || !myself.primary) return
  const working = myself.primary.replicas.filter(({ hasFailed, isSuspected }) => !hasFailed && !isSuspected)
  if (working.length <= node.config.number('cluster-migration-barrier')) return
  let candidate: ClusterNode = myself
  let target: ClusterNode | undefined
  for (const other of table.nodes.values()) {
    const count = other.isPrimary ? other.workingReplicas : 0
    const isOrphan = !other.isReplica && !other.hasFailed && (other.flags & NodeFlag.migrateTo) !== 0 && count === 0
    if (!isOrphan) {
      other.orphanedMs = 0
    } else {
      if (other.slotCount > 0) target ??= other
      other.orphanedMs ||= nowMs
    }
    if (count !== most) continue
    for (const replica of other.replicas) if (replica.name < candidate.name) candidate = replica
  }
  if (target && candidate === myself && nowMs - target.orphanedMs > DELAY_MS) setPrimary(cluster, target)
}
