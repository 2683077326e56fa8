import { Buffer } from 'node:buffer'
/**
 * A primary's side of replication: the stream of effects with its backlog, and the replicas that follow it. Each is
 * brought up to date by what the backlog has kept or by a picture of the whole data set, and says once a second how far
 * it has come. (https://redis.io/docs/latest/operate/oss_and_stack/management/replication/)
 */
import type { Bytes } from '../../../shared/bytes'
import { EffectWriter } from '../persistence/aof-format'
import { Target, type EffectSink } from '../node/effects'
import type { Client } from '../node/client'
import type { RedisNode } from '../node/redis-node'
import type { Cancel } from '../ports'
import { writeRdb } from '../rdb/write-rdb'
import { Backlog } from './backlog'
import { Replica } from './replica'
import type { Replication } from './replication'

const PING = ['PING'] as unknown as readonly Bytes[]
const GETACK = ['REPLCONF', 'GETACK', '*'] as unknown as readonly Bytes[]

/** How long a child process of Redis's takes at least until its parent notices that it is done: a tick of the cron. */
const CHILD_US = 100_000
const EOF_MARK_LENGTH = 40

export class Replicas implements EffectSink {
  readonly target = Target.replicas
  backlog: Backlog | undefined
  private readonly all = new Set<Replica>()
  private readonly writer = new EffectWriter()
  private emptySinceSeconds: number
  private cancelChild: Cancel | undefined
  private wantsAck = false

  constructor(
    private readonly node: RedisNode,
    private readonly replication: Replication,
  ) {
    this.emptySinceSeconds = node.nowSeconds
    node.config.follow('repl-backlog-size', (text) => this.backlog?.resize(Number(text)))
  }

  get list(): readonly Replica[] {
    return [...this.all]
  }

  get size(): number {
    return this.all.size
  }

  /** How many follow closely enough: `min-replicas-max-lag`. */
  get goodCount(): number {
    const { config, nowSeconds } = this.node
    const lagMax = config.number('min-replicas-max-lag')
    return this.list.filter(({ state, ackSeconds }) => state === 'online' && nowSeconds - ackSeconds <= lagMax).length
  }

  /** How many have said that they have the stream up to an offset. */
  acknowledged(offset: number): number {
    return this.list.filter(({ state, ackOffset }) => state === 'online' && ackOffset >= offset).length
  }

  /** An effect of this primary's own. */
  feed(db: number, argv: readonly Bytes[]): void {
    this.feedBytes(this.writer.format(db, argv))
  }

  /** Bytes of the stream, which go on as they are: a replica passes its primary's on. */
  feedBytes(bytes: string): void {
    if (!this.backlog) return
    this.backlog.append(bytes)
    this.replication.offset += bytes.length
    for (const replica of this.all) {
      if (replica.state !== 'wait-start') replica.feed(bytes)
      if (replica.isHeld) this.checkHeld(replica)
    }
  }

  /** The database of the last effect; whoever has heard of none hears a SELECT first. */
  get streamDb(): number {
    return Math.max(0, this.writer.selected)
  }

  /** The next effect begins with a SELECT. */
  restartStream(): void {
    this.writer.restart()
  }

  /** Asks all replicas how far they are, at the end of the turn. */
  requestAcks(): void {
    this.wantsAck = true
  }

  /** The end of a turn. */
  flush(): void {
    if (!this.wantsAck) return
    this.wantsAck = false
    if (this.replication.role === 'primary') this.feed(-1, GETACK)
  }

  /** A client has become a replica that can go on at a byte of the stream. */
  goOn(client: Client, from: number): void {
    const replica = this.adopt(client)
    const bytes = this.backlog!.from(from)
    this.node.stats.partialSyncs++
    replica.ackSeconds = this.node.nowSeconds
    replica.ackOffset = from - 1
    replica.goOnline()
    client.append(bytes)
    this.node.observer?.replicationEvent({
      kind: 'partial-sync',
      replica: replica.address,
      from: from - 1,
      bytes: bytes.length,
    })
  }

  /** A client has become a replica that needs everything. */
  startOver(client: Client, isOld = false): void {
    this.adopt(client).isOld = isOld
    this.node.stats.fullSyncs++
    if (!this.backlog) {
      this.replication.beginHistory()
      this.createBacklog()
    }
    const { config } = this.node
    // Diskless, others get some seconds to join in; the cron starts it.
    const waits =
      config.isOn('repl-diskless-sync') && client.announced.takesMark && config.number('repl-diskless-sync-delay') > 0
    if (!waits) this.startChild()
  }

  createBacklog(): void {
    this.restartBacklog()
    if (this.replication.role === 'primary') this.node.effects.attach(this)
  }

  /** A replica has said how far it is. */
  acknowledge(client: Client, offset: number): void {
    const { replica } = client
    if (!replica) return
    replica.ackSeconds = this.node.nowSeconds
    if (offset > replica.ackOffset) replica.ackOffset = offset
    if (replica.startsOnAck) replica.goOnline()
    this.node.blocking.serveWaiting()
  }

  forget(replica: Replica): void {
    if (!this.all.delete(replica)) return
    if (this.all.size === 0) this.emptySinceSeconds = this.node.nowSeconds
    if (![...this.all].some(({ state }) => state === 'wait-end')) this.stop()
  }

  /** All have to come again: the history that they follow is another one now. */
  disconnectAll(why: string): void {
    for (const { client } of this.all) this.node.kill(client, why)
  }

  /** Once a second. */
  tick(): void {
    const { node } = this
    const { config, nowSeconds } = node
    const isPrimary = this.replication.role === 'primary'
    const isPingDue = isPrimary && nowSeconds % config.number('repl-ping-replica-period') === 0
    if (isPingDue && this.all.size > 0) this.feed(-1, PING)
    for (const replica of this.all) {
      const isPreparing = replica.state === 'wait-start' || (replica.state === 'wait-end' && !replica.startsOnAck)
      // Keeps the connection alive until there is something to send.
      if (isPreparing) replica.client.append('\n')
      const isSilent = replica.state === 'online' && nowSeconds - replica.ackSeconds > config.number('repl-timeout')
      if (isSilent) node.kill(replica.client, 'replica timed out')
    }
    const backlogSeconds = config.number('repl-backlog-ttl')
    if (isPrimary && this.backlog && this.all.size === 0 && backlogSeconds > 0) {
      if (nowSeconds - this.emptySinceSeconds > backlogSeconds) this.dropBacklog()
    }
    this.startChildIfDue()
  }

  /** The history begins anew where the offset is now. */
  restartBacklog(): void {
    this.backlog = new Backlog(this.replication.offset + 1, this.node.config.number('repl-backlog-size'))
  }

  /** A role has changed: whose effects make the stream is another question now. */
  roleChanged(): void {
    this.node.effects.detach(this)
    this.restartStream()
    this.emptySinceSeconds = this.node.nowSeconds
    if (this.backlog && this.replication.role === 'primary') this.node.effects.attach(this)
  }

  stop(): void {
    this.cancelChild?.()
    this.cancelChild = undefined
  }

  private adopt(client: Client): Replica {
    const replica = new Replica(client, this.node.nowSeconds)
    client.replica = replica
    this.replication.wake()
    this.all.add(replica)
    return replica
  }

  private dropBacklog(): void {
    this.backlog = undefined
    this.node.effects.detach(this)
    // Nobody may go on from here after writes that no backlog has seen.
    this.replication.beginHistory()
  }

  private startChildIfDue(): void {
    const waiting = this.list.filter(({ state }) => state === 'wait-start')
    if (waiting.length === 0) return
    const { config, nowSeconds } = this.node
    const idle = Math.max(...waiting.map(({ sinceSeconds }) => nowSeconds - sinceSeconds))
    const countMax = config.number('repl-diskless-sync-max-replicas')
    const isDue = idle >= config.number('repl-diskless-sync-delay') || (countMax > 0 && waiting.length >= countMax)
    if (!config.isOn('repl-diskless-sync') || isDue) this.startChild()
  }

  /** Takes the picture for all that wait for one. */
  private startChild(): void {
    const { node, replication } = this
    if (this.cancelChild) return
    const waiting = this.list.filter(({ state }) => state === 'wait-start')
    if (waiting.length === 0) return
    const { offset, id } = replication
    const picture = writeRdb(node, {
      // A replica's own replicas begin in the middle of its primary's stream.
      'repl-stream-db': String(replication.client?.db.index ?? 0),
      'repl-id': id,
      'repl-offset': String(offset),
    })
    // Whoever follows from here must learn the database of the first command.
    this.restartStream()
    let bytes = ''
    for (const part of picture) bytes += Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')
    const isMarked = node.config.isOn('repl-diskless-sync') && waiting.every(({ client }) => client.announced.takesMark)
    const mark = isMarked ? node.random.hex(EOF_MARK_LENGTH) : ''
    for (const replica of waiting) {
      replica.state = 'wait-end'
      replica.pictureOffset = offset
      if (!replica.isOld) replica.client.append(`+FULLRESYNC ${id} ${offset}\r\n`)
      node.observer?.replicationEvent({ kind: 'full-sync', replica: replica.address, offset, bytes: bytes.length })
    }
    const send = () => {
      for (const replica of waiting) {
        if (!this.all.has(replica)) continue
        replica.client.append(isMarked ? `$EOF:${mark}\r\n${bytes}${mark}` : `$${bytes.length}\r\n${bytes}`)
        if (isMarked) replica.startsOnAck = true
        else replica.goOnline()
        replica.ackSeconds = node.nowSeconds
        if (isMarked) replica.state = 'online'
      }
    }
    // Without a disk the child writes to the sockets as it goes; with one, it is sent when the file is done.
    if (isMarked) send()
    this.cancelChild = node.clock.after(CHILD_US, () =>
      node.turn(() => {
        this.cancelChild = undefined
        if (!isMarked) send()
        this.startChildIfDue()
      }),
    )
  }

  /** What waits for a replica that is not online yet counts as its output. */
  private checkHeld(replica: Replica): void {
    if (replica.held.length > this.node.bufferLimits.replicaBytesMax) {
      this.node.kill(replica.client, 'output buffer limit')
    }
  }
}
