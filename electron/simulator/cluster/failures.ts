/** Who is believed to have failed: what others report, and when that is enough. */
import { Todo, type Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'

/** Reports are valid for so many node time-outs. */
const VALID_TIMEOUTS = 2
/** After so many, a primary that answers again and still has its slots is taken back. */
const UNDO_TIMEOUTS = 2

/** Notes that a primary says of a node that it does not answer. */
export function addReport({ nowMs }: Cluster, node: ClusterNode, from: ClusterNode): void {
  const report = node.reports?.find((known) => known.from === from)
  if (report) report.atMs = nowMs
  else node.reports = [...(node.reports ?? []), { from, atMs: nowMs }]
}

/** A primary that had reported a node says now that it is well. */
export function removeReport(cluster: Cluster, node: ClusterNode, from: ClusterNode): void {
  if (!node.reports?.some((report) => report.from === from)) return
  node.reports = node.reports.filter((report) => report.from !== from)
  dropOldReports(cluster, node)
}

/** How many others say of a node that it does not answer. */
export function reportCount(cluster: Cluster, node: ClusterNode): number {
  if (!node.reports || node.reports.length === 0) return 0
  dropOldReports(cluster, node)
  return node.reports.length
}

function dropOldReports({ nowMs, nodeTimeoutMs }: Cluster, node: ClusterNode): void {
  node.reports = node.reports!.filter(({ atMs }) => nowMs - atMs <= nodeTimeoutMs * VALID_TIMEOUTS)
}

/**
 * Marks a node as failed when it does not answer this one and the majority of primaries say the same; everybody is told
 * at once, and takes it as a fact.
 */
export function failIfAgreed(cluster: Cluster, node: ClusterNode): void {
  if (!node.isSuspected || node.hasFailed) return
  const reports = reportCount(cluster, node) + (cluster.myself.isPrimary ? 1 : 0)
  const needed = cluster.quorum
  if (reports < needed) return
  markFailed(cluster, node)
  cluster.bus.sendFail(node)
  cluster.tell({ kind: 'node-failed', about: node.name, reports, needed })
}

export function markFailed(cluster: Cluster, node: ClusterNode): void {
  node.flags = (node.flags & ~NodeFlag.pfail) | NodeFlag.fail
  node.failedMs = cluster.nowMs
  cluster.later(Todo.updateState | Todo.save)
}

/**
 * A failed node answers again. A replica, or a primary without slots, is taken back at once; a primary with slots
 * only when nobody has replaced it for long.
 */
export function clearFailureIfPossible(cluster: Cluster, node: ClusterNode): void {
  const isUndoTime = cluster.nowMs - node.failedMs > cluster.nodeTimeoutMs * UNDO_TIMEOUTS
  if (!node.isReplica && node.slotCount > 0 && !(node.isPrimary && isUndoTime)) return
  node.flags &= ~NodeFlag.fail
  cluster.later(Todo.updateState | Todo.save)
  cluster.tell({ kind: 'failure-cleared', about: node.name })
}

/** A node answers that had only been suspected. */
export function clearSuspicion(cluster: Cluster, node: ClusterNode): void {
  node.flags &= ~NodeFlag.pfail
  cluster.later(Todo.updateState | Todo.save)
  cluster.tell({ kind: 'suspicion-cleared', about: node.name })
}
