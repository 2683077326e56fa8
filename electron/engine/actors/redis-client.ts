/**
 * Makes ioredis clients. The worker loads this file only after the globals are the world's, because ioredis must never
 * see the machine's.
 */
import { Cluster, Redis } from 'ioredis'
import { PRIMARY_NAME, type DeploymentPlan } from '../deployment/plan'

/** A client of one server, with its retries and Sentinels, or of a cluster. */
export type ActorClient = Redis | Cluster

export interface Seeds {
  readonly topology: DeploymentPlan['topology']
  /** Where the client asks first. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly sentinels: readonly { readonly host: string; readonly port: number }[]
}

/** A client that connects when it is told to. `connectionName` is what CLIENT LIST shows. */
export function createClient({ topology, nodes, sentinels }: Seeds, connectionName: string): ActorClient {
  if (topology === 'cluster') {
    return new Cluster([...nodes], { lazyConnect: true, shardedSubscribers: true, redisOptions: { connectionName } })
  }
  if (sentinels.length > 0) {
    // Without the detector a client that was cut off waits on a half-open connection until TCP gives it up.
    const options = { sentinels: [...sentinels], name: PRIMARY_NAME, failoverDetector: true }
    return new Redis({ ...options, connectionName, lazyConnect: true })
  }
  return new Redis({ ...nodes[0]!, connectionName, lazyConnect: true })
}

/** What a cluster's client believes of each slot: addresses, its primary's first. Null for any other client. */
export function slotMapOf(client: ActorClient): readonly (readonly string[] | undefined)[] | null {
  return client instanceof Cluster ? client.slots : null
}
