import type { Bytes } from '../../../shared/bytes'
import type { Database, Entry } from '../keyspace/database'
import { error, noReply, nullArray, type Reply } from '../resp/reply'
import type { Client } from './client'
import type { Command } from './command'
import type { Call } from './command-spec'
import type { RedisNode } from './redis-node'

/** The types that a client can wait for. */
export type BlockingType = 'list' | 'zset' | 'stream' | 'replicas'

/** What a client waits for, as its command tells. */
export interface Wait {
  readonly type: BlockingType
  readonly keys: readonly Bytes[]
  /** Unix time in ms after which the client gets nothing; 0 means never. */
  readonly timeoutMs: number
  /** What the client gets when its time is over; a null array unless told. */
  readonly late?: Reply | (() => Reply)
  /**
   * A key that was waited for has come, with a value of the type. Gives the command's reply, or undefined when there
   * is nothing in it for this client, which then goes on waiting.
   */
  readonly serve: (call: Call, entry: Entry) => Reply | undefined
  /** Who waits for replicas asks this instead, whenever one of them has said how far it is. */
  readonly poll?: () => Reply | undefined
  /** A key was signalled, and there is none or one of another type. Most commands go on waiting. */
  readonly lose?: (call: Call, key: Bytes) => Reply | undefined
}

/** A client that waits, and reads nothing until it has its reply. */
export interface Blocked {
  readonly client: Client
  readonly command: Command
  readonly db: Database
  readonly argv: readonly Bytes[]
  readonly tag: number
  readonly wait: Wait
  readonly unblock: (how: 'timeout' | 'error') => void
  /** Lets it go with an error: nobody can wait here any more. */
  readonly expel: (reply: Reply) => void
}

function lateReply({ late }: Wait): Reply {
  return (typeof late === 'function' ? late() : late) ?? nullArray
}

const unblockedError = error('UNBLOCKED client unblocked via CLIENT UNBLOCK')

/**
 * Makes the client wait; a blocking command returns what this gives. In a transaction nobody can wait, and the command
 * answers as if its time were over.
 */
export function block(call: Call, wait: Wait, instead: Reply = nullArray): Reply {
  if (call.client.isExecuting) return instead
  call.node.blocking.add(call, wait)
  return noReply
}

/**
 * Who waits for which key. A key that comes is noted (`signal`) while a command runs, and served when the command, or
 * the whole transaction, is done: keys in the order in which they became ready, the clients of a key in the order in
 * which they blocked. Serving can make further keys ready (BLMOVE), which then have their turn. Commands that a client
 * sent behind a blocking one run at the end of the node's turn, and that is when timeouts are noticed, too; an idle
 * node notices them with its cron, as Redis does.
 */
export class Blocking {
  /** No client's time is over before this; too early is fine, too late never. */
  soonestTimeoutMs = Infinity
  private readonly waiting: Map<Bytes, Set<Blocked>>[]
  private readonly counts: Record<BlockingType, number> = { list: 0, zset: 0, stream: 0, replicas: 0 }
  private readonly timed = new Set<Blocked>()
  private ready: { readonly db: Database; readonly key: Bytes }[] = []
  private readonly readyKeys: Set<Bytes>[]
  private unblocked: Client[] = []

  constructor(
    private readonly node: RedisNode,
    databases: readonly Database[],
  ) {
    this.waiting = databases.map(() => new Map<Bytes, Set<Blocked>>())
    this.readyKeys = databases.map(() => new Set<Bytes>())
  }

  /** How many clients wait for a limited time. */
  get timedCount(): number {
    return this.timed.size
  }

  get hasReadyKeys(): boolean {
    return this.ready.length > 0
  }

  add({ client, db, argv }: Call, wait: Wait): void {
    const blocked: Blocked = {
      client,
      command: client.lastCommand!,
      db,
      argv,
      tag: this.node.cause,
      wait,
      unblock: (how) => this.finish(blocked, how === 'error' ? unblockedError : lateReply(wait)),
      expel: (reply) => this.finish(blocked, reply),
    }
    client.block = blocked
    this.counts[wait.type]++
    const waiting = this.waiting[db.index]!
    for (const key of wait.keys) {
      const clients = waiting.get(key)
      if (clients) clients.add(blocked)
      else waiting.set(key, new Set([blocked]))
    }
    if (wait.timeoutMs === 0) return
    this.timed.add(blocked)
    if (wait.timeoutMs >= this.soonestTimeoutMs) return
    this.soonestTimeoutMs = wait.timeoutMs
    this.node.cron.wake()
  }

  /** A key came, or may have become interesting to who waits for a value of its type. */
  signal(db: Database, key: Bytes, type: string): void {
    if (!this.counts[type as BlockingType]) return
    const readyKeys = this.readyKeys[db.index]!
    if (!this.waiting[db.index]!.has(key) || readyKeys.has(key)) return
    readyKeys.add(key)
    this.ready.push({ db, key })
  }

  /** A database has got other contents. */
  signalAll(db: Database): void {
    for (const key of this.waiting[db.index]!.keys()) {
      const entry = db.peek(key)
      if (entry) this.signal(db, key, entry.value.type)
    }
  }

  /** Looks who has waited long enough for replicas: no key tells of them. */
  serveWaiting(): void {
    if (this.counts.replicas === 0) return
    for (const { block } of this.node.clients.values()) {
      const reply = block?.wait.poll?.()
      if (reply) this.finish(block!, reply, true)
    }
  }

  /** Gives what has come to those who wait for it. */
  serve(): void {
    while (this.ready.length > 0) {
      const { ready } = this
      this.ready = []
      for (const { db, key } of ready) {
        this.readyKeys[db.index]!.delete(key)
        this.serveKey(db, key)
      }
    }
  }

  /** The end of a turn: times that are over, and then the commands that clients sent while they were blocked. */
  settle(): void {
    if (this.soonestTimeoutMs < this.node.nowMs) this.timeOut()
    for (let client = this.unblocked.shift(); client; client = this.unblocked.shift()) client.readCommands()
  }

  /** A client is gone. */
  forget(client: Client): void {
    if (client.block) this.remove(client.block)
  }

  private serveKey(db: Database, key: Bytes): void {
    const clients = this.waiting[db.index]!.get(key)
    if (!clients) return
    const entry = this.node.keyspace.find(db, key)
    for (const blocked of clients) {
      if (entry && db.peek(key) !== entry) return
      const { wait } = blocked
      if (entry?.value.type === wait.type) this.attempt(blocked, (call) => wait.serve(call, entry))
      else if (wait.lose) this.attempt(blocked, (call) => wait.lose!(call, key))
    }
  }

  /** Lets a blocked command try to answer, as if its client had sent it now. */
  private attempt(blocked: Blocked, answer: (call: Call) => Reply | undefined): void {
    const { node } = this
    const { client, db, tag } = blocked
    const { current, cause } = node
    node.current = client
    node.cause = tag
    const { changes, effects } = node
    const reply = answer({ node, client, db, argv: [] })
    if (effects.isOn) {
      // One that goes on waiting has changed nothing, but may have found an expired key.
      effects.commandDone(client, blocked.command, blocked.argv, node.changes > changes)
      effects.endUnit()
    }
    if (reply !== undefined) this.finish(blocked, reply, true)
    node.tracking.tellPending(client)
    node.current = current
    node.cause = cause
  }

  private timeOut(): void {
    const { nowMs } = this.node
    const due = [...this.timed].filter(({ wait }) => wait.timeoutMs < nowMs)
    for (const blocked of due.sort((a, b) => a.wait.timeoutMs - b.wait.timeoutMs)) blocked.unblock('timeout')
    this.soonestTimeoutMs = Infinity
    for (const { wait } of this.timed) this.soonestTimeoutMs = Math.min(this.soonestTimeoutMs, wait.timeoutMs)
  }

  /** Redis takes the time of commands that were served, and leaves out those that waited in vain. */
  private finish(blocked: Blocked, returned: Reply, isServed = false): void {
    const { client, command, argv, tag } = blocked
    const answered = client.takeAnswer()
    if (!answered) client.write(returned)
    const reply = answered ?? returned
    client.mark(reply, tag)
    if (isServed) this.node.countCall(client, command, argv)
    else command.calls++
    if (reply.kind === 'error') {
      command.failedCalls++
      this.node.stats.countError(reply.text)
    }
    this.remove(blocked)
    client.endCommand()
    this.unblocked.push(client)
  }

  private remove(blocked: Blocked): void {
    const { client, db, wait } = blocked
    client.block = undefined
    this.counts[wait.type]--
    this.timed.delete(blocked)
    if (this.timed.size === 0) this.soonestTimeoutMs = Infinity
    const waiting = this.waiting[db.index]!
    for (const key of wait.keys) {
      const clients = waiting.get(key)
      clients?.delete(blocked)
      if (clients?.size === 0) waiting.delete(key)
    }
  }
}
