import type { RedisNode } from '../node/redis-node'
import { leave } from '../pubsub/pubsub'
import { bulk, integer, push } from '../resp/reply'
import { keySlot } from './key-slot'

/** The shard does not serve a slot any more: who listens to a sharded channel of it is told so, and has to go elsewhere. */
export function endSubscriptions({ pubsub, clients }: RedisNode, slot: number): void {
  if (pubsub.shardChannels.size === 0) return
  const channels = [...pubsub.shardChannels.keys()].filter((channel) => keySlot(channel) === slot)
  for (const channel of channels) {
    for (const { id } of [...pubsub.shardChannels.get(channel)!]) {
      const client = clients.get(id)
      if (!client) continue
      leave(pubsub.shardChannels, client.shardChannels, channel, client)
      client.write({
        kind: 'many',
        replies: [push([bulk('sunsubscribe'), bulk(channel), integer(client.shardChannels.size)])],
      })
    }
  }
}
