import type { Bytes } from '../../../shared/bytes'
import { keySlot } from '../../simulator/cluster/key-slot'
import type { RedisNode } from '../../simulator/node/redis-node'

/** Whether a node believes that a key is its own to serve. Without a cluster every key is. */
export function servesKey({ cluster }: RedisNode, key: Bytes): boolean {
  return cluster === undefined || cluster.table.owner(keySlot(key)) === cluster.myself
}
