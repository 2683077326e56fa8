import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'
import type { Client } from './client'
import type { Command } from './command'

/** Who is to be told of an effect: the AOF, replicas, or both. Each is a bit. */
export const Target = { aof: 1, replicas: 2, all: 3 } as const

/** `db` of EXEC, which takes the database of the commands before it. */
export const ANY_DB = -1

/** Somebody who is told what changes the data set, command by command: the AOF, the replication stream. */
export interface EffectSink {
  readonly target: number
  feed(db: number, argv: readonly Bytes[]): void
}

interface Effect {
  readonly db: number
  readonly argv: readonly Bytes[]
  readonly target: number
}

const MULTI = ['MULTI'] as unknown as readonly Bytes[]
const EXEC = ['EXEC'] as unknown as readonly Bytes[]

/** These are told by what their inner commands do. */
const TOLD_BY_PARTS = new Set(['exec', 'eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro'])

/**
 * What commands do to the data set, told as Redis propagates it: a command that changed something goes on as itself or
 * rewritten so that it does the same at any time and on any server (EXPIRE becomes PEXPIREAT, SPOP becomes SREM).
 * Effects gather while one execution unit lasts (a command, a transaction, a script, the serving of one blocked
 * client); several of them are wrapped in MULTI and EXEC, so that whoever hears of them takes all or none.
 *
 * Nothing is computed while nobody listens: handlers ask `isOn` before they word what they did.
 */
export class Effects {
  isOn = false
  private targets = 0
  private readonly sinks: EffectSink[] = []
  private gathered: Effect[] = []
  private rewritten: readonly Bytes[] | undefined
  private isPrevented = false
  private forced = 0
  /** Those that a script lets hear of what it does: `redis.set_repl`. */
  allowed: number = Target.all

  attach(sink: EffectSink): void {
    this.sinks.push(sink)
    this.update()
  }

  detach(sink: EffectSink): void {
    const place = this.sinks.indexOf(sink)
    if (place !== -1) this.sinks.splice(place, 1)
    this.update()
  }

  /** The command being executed goes on as another one. */
  rewrite(...argv: readonly string[]): void {
    this.rewritten = argv as readonly Bytes[]
  }

  /** The command being executed does not go on itself: what it did was told by `also`. */
  prevent(): void {
    this.isPrevented = true
  }

  /** The command being executed goes on though it changed no key: PUBLISH, FLUSHALL. */
  force(target: number): void {
    this.forced |= target
  }

  /** A further effect, in the order of what happens: the DEL of a key that expired stands before its command. */
  also(db: Database, ...argv: readonly string[]): void {
    this.gather(db.index, argv as readonly Bytes[], Target.all)
  }

  /** A command has run. `hasChanged` tells whether it changed the data set. */
  commandDone(client: Client, command: Command, argv: readonly Bytes[], hasChanged: boolean): void {
    const target = this.forced | (hasChanged ? Target.all : 0)
    const told = this.rewritten ?? argv
    const isTold = !this.isPrevented && !TOLD_BY_PARTS.has(command.fullName)
    this.forced = 0
    this.rewritten = undefined
    this.isPrevented = false
    if (isTold) this.gather(client.db.index, told, target)
  }

  /** The execution unit is over: its effects go out, as a transaction where there are several. */
  endUnit(isTransaction = true): void {
    if (this.gathered.length === 0) return
    const effects = this.gathered
    this.gathered = []
    const isWrapped = isTransaction && effects.length > 1
    if (isWrapped) this.tell(effects[0]!.db, MULTI, Target.all)
    for (const { db, argv, target } of effects) this.tell(db, argv, target)
    if (isWrapped) this.tell(ANY_DB, EXEC, Target.all)
  }

  private gather(db: number, argv: readonly Bytes[], target: number): void {
    const heard = target & this.allowed
    if (this.targets & heard) this.gathered.push({ db, argv, target: heard })
  }

  private tell(db: number, argv: readonly Bytes[], target: number): void {
    for (const sink of this.sinks) if (sink.target & target) sink.feed(db, argv)
  }

  private update(): void {
    this.targets = this.sinks.reduce((all, { target }) => all | target, 0)
    this.isOn = this.targets !== 0
  }
}
