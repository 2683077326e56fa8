/**
 * Makes ioredis clients. The worker loads this file only after the globals are the world's, because ioredis must never
 * see the machine's.
 */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { PRIMARY_NAME, type DeploymentPlan } from '../deployment/plan'

/** A client of one server, with its retries and Sentinels, or of a cluster. */
export type ActorClient = Redis | Cluster

export interface Seeds {
  readonly topology: DeploymentPlan['topology']
  /** Where the client asks first. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly sentinels: readonly { readonly host: string; readonly port: number }[]
  /** What servers ask for that are somebody's own. */
  readonly remote?: RemoteSeeds
}

export interface RemoteSeeds {
  /** What their Sentinels call the primary. */
  readonly primaryName?: string
  readonly sentinelPassword?: string
  readonly readFromReplicas: boolean
  /** Commands that write are refused before they are sent. */
  readonly refuses?: (argv: readonly string[]) => Error | undefined
  readonly options: RemoteOptions
}

type RemoteOptions = Pick<
  RedisOptions,
  'username' | 'password' | 'tls' | 'db' | 'keyPrefix' | 'connectTimeout' | 'retryStrategy'
>

/** What a library asks of the clients that it is given. */
export interface ClientNeeds {
  /** Commands wait for as long as there is no connection, instead of failing after some attempts. */
  readonly isPatient?: boolean
  /** Keys stay as they are: the library puts a prefix of its own before them. */
  readonly isBare?: boolean
}

/** A client that connects when it is told to. `connectionName` is what CLIENT LIST shows. */
export function createClient(seeds: Seeds, connectionName: string, needs: ClientNeeds = {}): ActorClient {
  const client = plainClient(seeds, connectionName, needs)
  const refuses = seeds.remote?.refuses
  if (refuses) guard(client, refuses)
  return client
}

/** Rejects what must not be sent, wherever in the client it comes from: a call, a pipeline, a transaction. */
function guard(client: ActorClient, refuses: NonNullable<RemoteSeeds['refuses']>): void {
  const send = client.sendCommand.bind(client) as (command: SentCommand, ...rest: unknown[]) => unknown
  const guarded = (command: SentCommand, ...rest: unknown[]): unknown => {
    const error = refuses([command.name, ...command.args.map(String)])
    if (!error) return send(command, ...rest)
    command.reject(error)
    return command.promise
  }
  Object.assign(client, { sendCommand: guarded })
}

interface SentCommand {
  readonly name: string
  readonly args: readonly unknown[]
  readonly promise: Promise<unknown>
  reject(error: Error): void
}

function plainClient(
  { topology, nodes, sentinels, remote }: Seeds,
  connectionName: string,
  { isPatient = false, isBare = false }: ClientNeeds,
): ActorClient {
  const common: RemoteOptions & Pick<RedisOptions, 'connectionName' | 'maxRetriesPerRequest'> = {
    ...remote?.options,
    connectionName,
    ...(isPatient ? { maxRetriesPerRequest: null } : {}),
  }
  if (isBare) delete common.keyPrefix
  if (topology === 'cluster') {
    // There is no database to select, and the prefix is the cluster's own affair.
    const { db: _db, keyPrefix = '', retryStrategy: _retryStrategy, ...redisOptions } = common
    const replicas = remote?.readFromReplicas ? { scaleReads: 'slave' as const } : {}
    return new Cluster([...nodes], {
      lazyConnect: true,
      shardedSubscribers: true,
      ...replicas,
      ...(keyPrefix === '' ? {} : { keyPrefix }),
      redisOptions,
    })
  }
  if (sentinels.length > 0) {
    // Without the detector a client that was cut off waits on a half-open connection until TCP gives it up.
    const options = { sentinels: [...sentinels], name: remote?.primaryName ?? PRIMARY_NAME, failoverDetector: true }
    return new Redis({
      ...common,
      ...options,
      ...(remote?.sentinelPassword === undefined ? {} : { sentinelPassword: remote.sentinelPassword }),
      ...(common.tls ? { enableTLSForSentinelMode: true, sentinelTLS: common.tls } : {}),
      ...(remote?.readFromReplicas ? { role: 'slave' as const } : {}),
      lazyConnect: true,
    })
  }
  return new Redis({ ...common, ...nodes[0]!, lazyConnect: true })
}

/** What a cluster's client believes of each slot: addresses, its primary's first. Null for any other client. */
export function slotMapOf(client: ActorClient): readonly (readonly string[] | undefined)[] | null {
  return client instanceof Cluster ? client.slots : null
}
