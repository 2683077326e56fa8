/** Who serves which slot, as primaries claim it: the newest epoch counts. */
import { Todo, type Cluster } from './cluster'
import type { ClusterNode } from './cluster-node'
import { setPrimary } from './roles'
import { rangesOf, someSlot, type SlotBitmap } from './slot-bitmap'

/**
 * A primary claims slots since an epoch. It gets those that nobody has, and those whose owner has them since an older
 * epoch; not those that this node is importing, which are settled by hand. A primary that has lost its last slot so
 * follows the new owner, and so do its replicas.
 */
export function takeClaims(cluster: Cluster, claimant: ClusterNode, epoch: number, claimed: SlotBitmap): void {
  const { table, myself, slotKeys } = cluster
  if (claimant === myself) return
  const current = myself.isPrimary ? myself : myself.primary
  const dirtySlots: number[] = []
  const moved = new Map<ClusterNode | undefined, number[]>()
  const losers = new Set<ClusterNode>()
  let claimedCount = 0
  let lostCount = 0
  someSlot(claimed, (slot) => {
    claimedCount++
    const owner = table.owner(slot)
    if (owner === claimant || table.importing.has(slot)) return false
    if (owner && owner.configEpoch >= epoch) return false
    if (owner === myself && slotKeys.count(slot) > 0) dirtySlots.push(slot)
    if (owner && owner === current) lostCount++
    if (owner) {
      losers.add(owner)
      table.unassign(slot)
    }
    table.assign(slot, claimant)
    const slots = moved.get(owner)
    if (slots) slots.push(slot)
    else moved.set(owner, [slot])
    return false
  })
  if (moved.size > 0) {
    claimant.settleSlots()
    for (const loser of losers) loser.settleSlots()
    cluster.later(Todo.save | Todo.updateState)
    if (cluster.isWatched) {
      for (const [from, slots] of moved) {
        cluster.tell({ kind: 'slots-moved', ranges: rangesOf(slots), from: from?.name, to: claimant.name, epoch })
      }
    }
  }
  const mayFollow = cluster.node.config.isOn('cluster-allow-replica-migration') || claimedCount === lostCount
  const grandPrimary = myself.primary?.primary
  if (lostCount > 0 && current!.slotCount === 0 && mayFollow) {
    setPrimary(cluster, claimant)
    cluster.later(Todo.save | Todo.updateState)
  } else if (grandPrimary && grandPrimary !== myself) {
    setPrimary(cluster, grandPrimary)
    cluster.later(Todo.save | Todo.updateState)
  } else {
    // It goes on as a primary, without the keys of what it has lost.
    for (const slot of dirtySlots) slotKeys.deleteAll(cluster.node, slot)
  }
}
