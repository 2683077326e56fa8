/** Configuration epochs: two primaries never have the same one for long, and the newer claim to a slot counts. */
import { Todo, type Cluster } from './cluster'
import type { EpochReason } from './cluster-events'
import type { ClusterNode } from './cluster-node'

/** Gives this node the newest epoch without asking anybody. False when it has that already. */
export function bumpEpoch(cluster: Cluster, why: EpochReason): boolean {
  const { table, myself } = cluster
  if (myself.configEpoch !== 0 && myself.configEpoch === table.maxEpoch) return false
  takeNextEpoch(cluster, why)
  cluster.later(Todo.save)
  return true
}

/** Another primary has the same epoch: whose name is the smaller takes a new one. */
export function resolveCollision(cluster: Cluster, sender: ClusterNode): void {
  const { myself } = cluster
  if (sender.configEpoch !== myself.configEpoch || sender.name <= myself.name) return
  takeNextEpoch(cluster, 'collision')
  cluster.save()
}

function takeNextEpoch(cluster: Cluster, why: EpochReason): void {
  cluster.table.currentEpoch++
  cluster.myself.configEpoch = cluster.table.currentEpoch
  cluster.tell({ kind: 'epoch-bumped', epoch: cluster.myself.configEpoch, why })
}
