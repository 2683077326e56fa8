/** A node's part in replication: a primary with its replicas, or a replica of a primary (or of another replica). */
import type { RedisNode } from '../node/redis-node'

export interface Address {
  readonly host: string
  readonly port: number
}

/** How a replica stands with its primary. */
export type PrimaryLink = 'none' | 'connecting' | 'syncing' | 'up'

/** A replica that is connected, as its primary knows it. */
export interface ConnectedReplica extends Address {
  readonly client: number
  readonly state: 'wait_bgsave' | 'send_bulk' | 'online'
  /** Up to where it has said that it has the stream. */
  readonly offset: number
  readonly lastAckMs: number
}

export class Replication {
  /** Whom this node follows, when it is a replica. */
  primary: Address | undefined
  link: PrimaryLink = 'none'
  /** Since when the link to the primary is down, by this node's time of day. */
  linkDownSinceMs: number | undefined
  /** When the primary was heard last, by this node's time of day. */
  lastIoMs = 0
  /** Bytes of the stream: written by a primary, applied by a replica. */
  offset = 0
  readonly replicas: readonly ConnectedReplica[] = []

  constructor(protected readonly node: RedisNode) {}

  get role(): 'primary' | 'replica' {
    return this.primary ? 'replica' : 'primary'
  }

  /** Becomes a replica of the node at an address, or stays one. */
  follow(host: string, port: number): void {
    this.primary = { host, port }
    this.link = 'connecting'
    this.linkDownSinceMs ??= this.node.nowMs
  }

  /** Becomes a primary with the data that it has. */
  promote(): void {
    this.primary = undefined
    this.link = 'none'
    this.linkDownSinceMs = undefined
  }
}
