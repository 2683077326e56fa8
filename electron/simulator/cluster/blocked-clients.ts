import type { Cluster } from './cluster'
import { keySlot } from './key-slot'
import { redirectionReply, type Redirection } from './redirection'

/** Sends those away who wait for a key that this node does not serve any more: it would never come. */
export function redirectBlocked(cluster: Cluster): void {
  const { node } = cluster
  for (const client of [...node.clients.values()]) {
    const { block } = client
    if (!block || block.wait.type === 'replicas') continue
    const key = block.wait.keys[0]
    if (key === undefined) continue
    const redirection = redirect(cluster, keySlot(key), client.readsFromReplica && !block.command.isWrite)
    if (redirection) block.expel(redirectionReply(cluster, redirection))
  }
}

function redirect({ health, table, myself }: Cluster, slot: number, mayRead: boolean): Redirection | undefined {
  if (!health.isOk) return { kind: 'down' }
  const owner = table.owner(slot)
  const isServed = owner === myself || (mayRead && myself.isReplica && myself.primary === owner)
  if (isServed || table.importing.has(slot)) return undefined
  return owner ? { kind: 'moved', slot, node: owner } : { kind: 'unserved' }
}
