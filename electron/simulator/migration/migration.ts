/**
 * MIGRATE: keys go to another node, which confirms each of them, and are deleted here then. The node stands still
 * meanwhile, as Redis does; so nobody ever sees a key on both sides or on none.
 */
import type { Bytes } from '../../../shared/bytes'
import type { Entry } from '../keyspace/database'
import { NEVER } from '../keyspace/database'
import { EventClass } from '../keyspace/notify'
import type { Call } from '../node/command-spec'
import { formatCommand } from '../persistence/aof-format'
import { dumpValue } from '../rdb/dump-value'
import { error, ok, type Reply } from '../resp/reply'
import type { MigrationTarget, TargetUser } from './migration-target'

export interface MigrationPlan {
  readonly host: Bytes
  readonly port: Bytes
  readonly db: number | bigint
  readonly timeoutMs: number
  readonly keeps: boolean
  readonly replaces: boolean
  readonly login: readonly Bytes[]
  readonly entries: readonly Entry[]
}

const notConnected = error('IOERR error or timeout connecting to the client')
const unread = error('IOERR error or timeout reading to target instance')

export class Migration implements TargetUser {
  private target!: MigrationTarget
  private mayRetry = true
  /** Replies that come before those to the keys: to AUTH and SELECT. */
  private openingReplies = 0
  private sent: Entry[] = []
  private isSent = false
  private confirmed: Bytes[] = []
  private answered = 0
  private refusal: string | undefined
  private isShutOut = false

  constructor(
    private readonly call: Call,
    private readonly plan: MigrationPlan,
    /** Whether the node is a cluster's: then the target must take what is of a slot that it imports. */
    private readonly command: 'RESTORE' | 'RESTORE-ASKING',
    private readonly done: (reply: Reply) => void,
  ) {}

  start(): void {
    const { host, port, timeoutMs } = this.plan
    this.isSent = false
    this.target = this.call.node.migrationTargets.open(host, port)
    this.target.serve(this, timeoutMs)
  }

  connected(): void {
    const { plan, target } = this
    const { node } = this.call
    let text = ''
    this.openingReplies = 0
    if (plan.login.length > 0) {
      text += formatCommand(['AUTH', ...plan.login])
      this.openingReplies++
    }
    if (target.db !== Number(plan.db)) {
      text += formatCommand(['SELECT', String(plan.db)])
      this.openingReplies++
    }
    this.sent = []
    for (const entry of plan.entries) {
      const ttl = entry.expiresAtMs === NEVER ? 0 : entry.expiresAtMs - node.nowMs
      if (ttl < 0) continue
      const leftMs = entry.expiresAtMs === NEVER ? 0 : Math.max(1, ttl)
      const options = plan.replaces ? ['REPLACE'] : []
      text += formatCommand([this.command, entry.key, String(leftMs), dumpValue(node, entry.value), ...options])
      this.sent.push(entry)
    }
    this.isSent = true
    this.target.waitFor(plan.timeoutMs)
    target.write(text)
    this.endIfComplete()
  }

  replied(reply: Reply): void {
    this.target.waitFor(this.plan.timeoutMs)
    const isError = reply.kind === 'error'
    if (isError) this.refusal ??= reply.text
    if (this.openingReplies > 0) {
      this.openingReplies--
      // What comes after a login or a database that was refused counts for nothing.
      if (isError) this.isShutOut = true
    } else {
      const entry = this.sent[this.answered++]!
      if (!isError && !this.isShutOut && !this.plan.keeps) this.confirmed.push(entry.key)
    }
    this.endIfComplete()
  }

  failed(why: 'closed' | 'timed out' | 'not connected'): void {
    if (!this.isSent) {
      this.end(notConnected)
    } else if (this.refusal !== undefined) {
      this.endRefused()
    } else if (why !== 'timed out' && this.mayRetry && this.answered === 0) {
      // A connection that was kept may have been closed meanwhile: another one is tried.
      this.mayRetry = false
      this.start()
    } else {
      this.end(unread)
    }
  }

  private endIfComplete(): void {
    if (this.openingReplies > 0 || this.answered < this.sent.length) return
    this.target.release()
    if (this.refusal !== undefined) {
      this.target.db = -1
      this.endRefused()
      return
    }
    this.target.db = Number(this.plan.db)
    this.end(ok)
  }

  private endRefused(): void {
    this.end(error(`ERR Target instance replied with error: ${this.refusal}`))
  }

  private end(reply: Reply): void {
    this.done(reply)
  }

  /** Takes away what the target has confirmed. For replicas and the AOF it is a DEL. */
  deleteConfirmed(): void {
    const { node, db } = this.call
    for (const key of this.confirmed) {
      const entry = db.peek(key)
      if (!entry) continue
      node.keyspace.remove(db, entry)
      node.keyspace.notify(EventClass.generic, 'del', db, key)
    }
    if (this.confirmed.length > 0 && node.effects.isOn) node.effects.also(db, 'DEL', ...this.confirmed)
  }
}
