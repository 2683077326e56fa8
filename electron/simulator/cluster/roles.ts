/** Who is a primary, and who follows whom. */
import { Todo, type Cluster } from './cluster'
import { NodeFlag, type ClusterNode } from './cluster-node'

/** A node that was taken for a replica acts as a primary. */
export function setAsPrimary(cluster: Cluster, node: ClusterNode): void {
  if (node.isPrimary) return
  if (node.primary) {
    node.primary.removeReplica(node)
    if (node !== cluster.myself) node.flags |= NodeFlag.migrateTo
  }
  node.flags = (node.flags & ~NodeFlag.replica) | NodeFlag.primary
  node.primary = undefined
  cluster.later(Todo.save | Todo.updateState)
}

/** Makes this node, which has no slots any more, a replica of another one. */
export function setPrimary(cluster: Cluster, primary: ClusterNode): void {
  const { myself, table } = cluster
  const wasPrimary = myself.isPrimary
  if (wasPrimary) {
    myself.flags = (myself.flags & ~(NodeFlag.primary | NodeFlag.migrateTo)) | NodeFlag.replica
    table.closeAllSlots()
  } else {
    myself.primary?.removeReplica(myself)
  }
  myself.primary = primary
  primary.addReplica(myself)
  cluster.node.replication.follow(primary.ip, primary.port)
  cluster.manual.reset()
  cluster.tell({ kind: wasPrimary ? 'demoted' : 'reconfigured', to: primary.name })
}
