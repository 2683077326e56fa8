import { Todo, type Cluster } from './cluster'
import { setAsPrimary } from './roles'

/** CLUSTER RESET: the node is alone again, a primary without slots. HARD gives it another name and no epoch. */
export function resetCluster(cluster: Cluster, isHard: boolean): void {
  const { table, myself, node } = cluster
  if (myself.isReplica) {
    setAsPrimary(cluster, myself)
    node.replication.promote()
    for (const db of node.keyspace.databases) node.keyspace.flush(db)
  }
  table.closeAllSlots()
  cluster.manual.reset()
  for (const other of [...table.nodes.values()]) table.unassignAll(other)
  for (const other of [...table.nodes.values()]) {
    if (other === myself) continue
    cluster.remove(other)
    cluster.tell({ kind: 'node-forgotten', about: other.name, why: 'reset' })
  }
  if (isHard) {
    table.currentEpoch = 0
    table.lastVoteEpoch = 0
    myself.configEpoch = 0
    table.rename(myself, node.random.hex(40))
  }
  cluster.later(Todo.save | Todo.updateState)
}
