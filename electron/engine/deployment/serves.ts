import type { Bytes } from '../../../shared/bytes'
import { keySlot } from '../../simulator/cluster/key-slot'
import type { RedisNode } from '../../simulator/node/redis-node'

/** Whether a node believes that a key is its own to serve. Without a cluster every key is. */
export function servesKey(node: RedisNode, key: Bytes): boolean {
  return node.cluster === undefined || servesSlot(node, keySlot(key))
}

/** The same of a slot; without a cluster there are none. */
export function servesSlot({ cluster }: RedisNode, slot: number): boolean {
  return cluster !== undefined && cluster.table.owner(slot) === cluster.myself
}
