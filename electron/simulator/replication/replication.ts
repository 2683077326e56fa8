/** A node's part in replication: a primary with its replicas, or a replica of a primary (or of another replica). */
import { problemOf } from '../../../shared/errors'
import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'
import type { RedisNode } from '../node/redis-node'
import type { Cancel } from '../ports'
import { readRdb } from '../rdb/read-rdb'
import { error } from '../resp/reply'
import { Failover } from './failover'
import { PrimaryClient } from './primary-client'
import { PrimaryLink, type LinkOwner } from './primary-link'
import { Replicas } from './replicas'

export interface Address {
  readonly host: string
  readonly port: number
}

/** How a replica stands with its primary. */
export type LinkState = 'none' | 'connect' | 'connecting' | 'syncing' | 'up'

const NO_ID = '0'.repeat(40)
const TICK_US = 1_000_000

const forcedOut = error('UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)')

export class Replication implements LinkOwner {
  /** Names the history of this data set: 40 hexadecimal digits. */
  id: string
  /** The history that this one goes on from, valid up to `secondOffset`. */
  secondId = NO_ID
  secondOffset = -1
  /** Bytes of the stream: written by a primary, applied by a replica. */
  offset = 0
  readonly replicas: Replicas
  readonly failover: Failover
  /** Since when the link to the primary is down, by this node's time of day; undefined where it never was up. */
  linkDownSinceMs: number | undefined
  /** When the primary was heard last, by this node's time of day; whole seconds, as Redis counts. */
  lastIoMs = 0
  private followed: Address | undefined
  private wire: PrimaryLink | undefined
  private primaryClient: PrimaryClient | undefined
  /** Whether what is here can be gone on from. */
  private isResumable = false
  private cancelTick: Cancel | undefined
  private connectedSeconds = 0
  private owesAck = false

  constructor(private readonly node: RedisNode) {
    this.id = node.random.hex(40)
    this.replicas = new Replicas(node, this)
    this.failover = new Failover(node)
  }

  /** Begins as redis.conf has it: `replicaof host port`. */
  start(): void {
    const [host, port] = this.node.config.get('replicaof').split(' ')
    if (port !== undefined) this.node.turn(() => this.follow(host!, Number(port)))
  }

  /**
   * Loads the snapshot from which the node starts. Where it says what history the data is of, a replica can go on from
   * there, and a primary's replicas can do so too.
   */
  loadSnapshot(): void {
    const { node, replicas } = this
    const isReplica = node.config.get('replicaof') !== ''
    const expired: (readonly [db: number, key: Bytes])[] = []
    // A replica waits for its primary to say that keys have expired.
    const note = (db: Database, key: Bytes) => expired.push([db.index, key])
    const { aux } = node.rdb.load({ keepsExpired: isReplica, expired: note }) ?? {}
    const id = aux?.get('repl-id') ?? ''
    const offset = Number(aux?.get('repl-offset') ?? -1)
    const db = Number(aux?.get('repl-stream-db') ?? -1)
    if (id.length !== NO_ID.length || offset < 0 || !node.keyspace.databases[db]) return
    this.offset = offset
    if (isReplica) {
      this.id = id
      this.resumeDb = db
      return
    }
    this.secondId = id
    this.secondOffset = offset + 1
    replicas.createBacklog()
    for (const [index, key] of expired) replicas.feed(index, ['DEL' as Bytes, key])
    this.wake()
  }

  /** What a snapshot says of the history of its data: nothing where nobody could go on from it. */
  get saveFields(): Readonly<Record<string, string>> {
    const db = this.followed ? (this.primaryClient?.db.index ?? this.resumeDb) : this.replicas.streamDb
    const canBeResumed = this.followed ? this.isResumable : this.replicas.backlog !== undefined
    if (!canBeResumed) return {}
    return { 'repl-stream-db': String(db), 'repl-id': this.id, 'repl-offset': String(this.offset) }
  }

  get role(): 'primary' | 'replica' {
    return this.followed ? 'replica' : 'primary'
  }

  /** Whom this node follows, when it is a replica. */
  get primary(): Address | undefined {
    return this.followed
  }

  get link(): LinkState {
    if (!this.followed) return 'none'
    if (!this.wire) return 'connect'
    if (this.wire.isStreaming) return 'up'
    return this.wire.transferred ? 'syncing' : 'connecting'
  }

  /** The client in whose name the primary's commands run here. */
  get client(): PrimaryClient | undefined {
    return this.primaryClient
  }

  /** The picture of the data set as far as it has come. */
  get transferred(): { readonly got: number; readonly size: number } | undefined {
    return this.wire?.transferred
  }

  /** Seconds since the primary was heard. */
  get silenceSeconds(): number {
    return this.node.nowSeconds - this.lastIoMs / 1000
  }

  /** Becomes a replica of the node at an address. */
  follow(host: string, port: number): void {
    const { node } = this
    const wasPrimary = this.role === 'primary'
    this.dropLink()
    this.followed = { host, port }
    for (const client of [...node.clients.values()]) client.block?.expel(forcedOut)
    if (wasPrimary) {
      // Its own history may be known to the new primary: it asks to go on from its end.
      this.isResumable = true
      this.replicas.roleChanged()
      node.observer?.replicationEvent({ kind: 'role', role: 'replica', primary: `${host}:${port}` })
    }
    this.connect()
    this.wake()
  }

  /** Becomes a primary with the data that it has. Replicas go on with it: the history has a new name and an old one. */
  promote(): void {
    const { node } = this
    if (!this.followed) return
    this.dropLink()
    this.followed = undefined
    this.linkDownSinceMs = undefined
    this.secondId = this.id
    this.secondOffset = this.offset + 1
    this.id = node.random.hex(40)
    // They get the new name when they come again.
    this.replicas.disconnectAll('role changed')
    this.replicas.roleChanged()
    node.observer?.replicationEvent({ kind: 'role', role: 'primary', primary: '' })
    node.cron.wake()
  }

  /** A history begins that no replica may go on from. */
  beginHistory(): void {
    this.id = this.node.random.hex(40)
    this.secondId = NO_ID
    this.secondOffset = -1
  }

  /** Whether a replica that has everything before `from` in a history can go on with this node's stream. */
  canGoOn(id: string, from: number): boolean {
    const isKnown = id === this.id || (id === this.secondId && from <= this.secondOffset)
    return isKnown && this.replicas.backlog?.reaches(from) === true
  }

  heard(): void {
    this.lastIoMs = this.node.nowSeconds * 1000
  }

  /** The primary has asked: it hears where this replica is once the asking itself is counted. */
  sendAckNow(): void {
    this.owesAck = true
  }

  sendAck(): void {
    this.wire?.send('REPLCONF', 'ACK', String(this.offset))
  }

  /** From now on there is something to do each second. */
  wake(): void {
    const { clock, startedUs } = this.node
    if (this.cancelTick) return
    const elapsed = clock.nowUs() - startedUs
    this.cancelTick = clock.after(TICK_US - (elapsed % TICK_US), () => this.node.turn(() => this.tick()))
  }

  stop(): void {
    this.cancelTick?.()
    this.cancelTick = undefined
    this.replicas.stop()
    this.failover.stop()
    this.wire?.close()
    this.wire = undefined
  }

  // What the link to the primary tells.

  get isHandingOver(): boolean {
    return this.failover.state === 'failover-in-progress'
  }

  get resumePoint(): { readonly id: string; readonly offset: number } | undefined {
    return this.isResumable ? { id: this.id, offset: this.offset } : undefined
  }

  loaded(picture: Uint8Array, id: string, offset: number): string | undefined {
    const { node, followed } = this
    this.failover.end()
    const discarded = this.isResumable ? { history: this.id, to: this.offset } : undefined
    this.replicas.disconnectAll('full resynchronisation')
    const hadAof = node.aof.isOn
    if (hadAof) node.aof.turnOff()
    let db: number
    try {
      for (const database of node.keyspace.databases) node.keyspace.flush(database)
      const { aux } = readRdb(picture, node, { keepsExpired: true })
      db = Number(aux.get('repl-stream-db') ?? 0)
    } catch (caught) {
      for (const database of node.keyspace.databases) node.keyspace.flush(database)
      this.isResumable = false
      return `Failed trying to load the MASTER synchronization DB: ${problemOf(caught)}`
    }
    for (const database of node.keyspace.databases) node.databaseReplaced(database)
    this.id = id
    this.secondId = NO_ID
    this.secondOffset = -1
    this.offset = offset
    this.replicas.restartBacklog()
    if (discarded) {
      node.observer?.replicationEvent({ kind: 'discarded', ...discarded, offset, primary: nameOf(followed!) })
    }
    if (hadAof) node.aof.turnOn()
    this.joined(db >= 0 && db < node.keyspace.databases.length ? db : 0)
    return undefined
  }

  resumed(id: string | undefined): void {
    this.failover.end()
    if (id !== undefined && id !== this.id) {
      this.secondId = this.id
      this.secondOffset = this.offset + 1
      this.id = id
      this.replicas.disconnectAll('history renamed')
    }
    if (!this.replicas.backlog) this.replicas.restartBacklog()
    this.joined(this.resumeDb)
  }

  streamed(chunk: Uint8Array): void {
    this.primaryClient!.receive(chunk)
  }

  lost(why: string): void {
    const { node } = this
    const wasUp = this.primaryClient !== undefined
    this.wire = undefined
    this.leaveClient()
    if (wasUp) {
      this.linkDownSinceMs = node.nowSeconds * 1000
      node.observer?.replicationEvent({ kind: 'link-down', primary: nameOf(this.followed!), why })
      // At once, since the backlog may be overwritten soon; after that the cron tries.
      if (!node.isShutDown) this.connect()
    }
  }

  /** The database that the primary's stream speaks of when it goes on. */
  private resumeDb = 0

  private joined(db: number): void {
    const { node, followed, wire } = this
    this.linkDownSinceMs = undefined
    this.isResumable = true
    this.heard()
    const applied = (bytes: string) => {
      this.replicas.feedBytes(bytes)
      if (this.owesAck) this.sendAck()
      this.owesAck = false
    }
    const client = new PrimaryClient(node, nameOf(followed!), wire!.localAddress, applied, () => {
      wire!.close()
      this.lost('killed')
    })
    client.db = node.keyspace.databases[db]!
    this.primaryClient = client
    node.adoptClient(client)
    node.observer?.replicationEvent({ kind: 'link-up', primary: nameOf(followed!), offset: this.offset })
  }

  private connect(): void {
    const { host, port } = this.followed!
    this.connectedSeconds = this.node.nowSeconds
    this.wire = new PrimaryLink(this.node, host, port, this)
    this.wire.open()
  }

  private tick(): void {
    this.cancelTick = undefined
    const { node } = this
    if (this.followed) this.tickReplica(node.config.number('repl-timeout'))
    this.replicas.tick()
    if (this.followed || this.replicas.size > 0 || this.replicas.backlog) this.wake()
  }

  private tickReplica(timeoutSeconds: number): void {
    const { nowSeconds } = this.node
    const silence = this.link === 'connecting' ? nowSeconds - this.connectedSeconds : this.silenceSeconds
    if (this.wire && silence > timeoutSeconds) {
      this.wire.close()
      this.lost('timed out')
    }
    if (!this.wire) this.connect()
    if (this.link === 'up') this.sendAck()
  }

  private dropLink(): void {
    // A replica that never had a link has none to count from: its data may be of any age, and nobody elects it.
    if (this.link === 'up') this.linkDownSinceMs = this.node.nowSeconds * 1000
    this.wire?.close()
    this.wire = undefined
    this.leaveClient()
  }

  private leaveClient(): void {
    const client = this.primaryClient
    if (!client) return
    this.primaryClient = undefined
    this.resumeDb = client.db.index
    this.node.release(client, 'link to the primary lost')
  }
}

function nameOf({ host, port }: Address): string {
  return `${host}:${port}`
}
