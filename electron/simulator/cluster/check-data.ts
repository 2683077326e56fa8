import { EventyardError } from '../../../shared/errors'
import type { Cluster } from './cluster'

/**
 * Holds the data that a primary has loaded against what it knows of the cluster. Slots that have keys and no owner are
 * its own; those of somebody else are taken for slots on their way here, so that whoever mends the cluster sees them.
 * False when there is data where a cluster has none: the node cannot start then.
 */
export function checkData(cluster: Cluster): boolean {
  const { table, myself, node, slotKeys } = cluster
  if (myself.isReplica) return true
  const stray = node.keyspace.databases.find(({ index, size }) => index > 0 && size > 0)
  if (stray) {
    node.die(new EventyardError('cluster.database', { node: node.name, db: stray.index }))
    return false
  }
  let isChanged = false
  for (const slot of slotKeys.slots) {
    const owner = table.owner(slot)
    if (owner === myself || table.importing.has(slot)) continue
    isChanged = true
    if (owner) table.importing.set(slot, owner)
    else table.assign(slot, myself)
  }
  myself.settleSlots()
  if (isChanged) cluster.save()
  return true
}
