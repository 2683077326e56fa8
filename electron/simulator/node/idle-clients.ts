import type { Client } from './client'
import type { RedisNode } from './redis-node'

/** When the first client will have been silent for `timeout` seconds, in Unix ms; Infinity without a timeout. */
export function soonestIdleMs(node: RedisNode): number {
  const { clientTimeoutSeconds } = node
  if (clientTimeoutSeconds === 0) return Infinity
  let soonest = Infinity
  for (const client of node.clients.values()) {
    if (mayBeIdle(client)) soonest = Math.min(soonest, client.lastActiveMs)
  }
  return soonest + (clientTimeoutSeconds + 1) * 1000
}

/** Closes whoever has been silent for longer than `timeout` seconds. */
export function closeIdleClients(node: RedisNode): void {
  const { clientTimeoutSeconds, nowSeconds } = node
  if (clientTimeoutSeconds === 0) return
  for (const client of [...node.clients.values()]) {
    const idleSeconds = nowSeconds - Math.floor(client.lastActiveMs / 1000)
    if (mayBeIdle(client) && idleSeconds > clientTimeoutSeconds) node.kill(client, 'idle for too long')
  }
}

/** Clients that wait for something are silent on purpose. */
function mayBeIdle(client: Client): boolean {
  return client.block === undefined && !client.isSubscriber
}
