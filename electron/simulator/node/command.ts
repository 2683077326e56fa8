import type { CommandFlag, CommandSpec, Handler } from './command-spec'

/** A command of one node: what its family declared, made quick to ask, and how often this node ran it. */
export class Command {
  /** `client|kill` for a sub-command. */
  readonly fullName: string
  readonly name: string
  readonly arity: number
  readonly run: Handler | undefined
  readonly subcommands: ReadonlyMap<string, Command> | undefined
  readonly isAllowedUnauthenticated: boolean
  readonly isForbiddenInMulti: boolean
  readonly isWrite: boolean
  readonly isReadOnly: boolean
  /** May need memory, and is refused when there is none left. */
  readonly isDeniedOnOom: boolean
  readonly isHiddenFromMonitor: boolean
  /** Runs even while a script takes longer than it should. */
  readonly isAllowedWhileBusy: boolean
  readonly isHiddenFromSlowlog: boolean
  /** May it change the data set or reach replicas, so that CLIENT PAUSE WRITE holds it back? */
  readonly mayReplicate: boolean
  /** Runs in a transaction at once instead of being queued. */
  readonly isTransactional: boolean
  /** RESP2 clients may use it while they are subscribed. */
  readonly isForSubscribers: boolean
  /** Finds expired keys that nobody named, which go one by one and not as its doing. */
  readonly touchesAnyKey: boolean
  calls = 0
  /** Those of them whose time was taken: `latency-tracking`. */
  timedCalls = 0
  rejectedCalls = 0
  failedCalls = 0

  constructor(
    readonly spec: CommandSpec,
    readonly parent?: Command,
  ) {
    this.name = spec.name
    this.fullName = parent ? `${parent.name}|${spec.name}` : spec.name
    this.arity = spec.arity
    this.run = spec.run
    this.subcommands = spec.subcommands && new Map(spec.subcommands.map((sub) => [sub.name, new Command(sub, this)]))
    this.isAllowedUnauthenticated = this.has('no_auth')
    this.isForbiddenInMulti = this.has('no_multi')
    this.isWrite = this.has('write')
    this.isReadOnly = this.has('readonly')
    this.isAllowedWhileBusy = this.has('allow_busy')
    this.isDeniedOnOom = this.has('denyoom')
    this.isHiddenFromMonitor = this.has('skip_monitor') || this.has('admin')
    this.isHiddenFromSlowlog = this.has('skip_slowlog')
    this.mayReplicate = this.isWrite || this.has('may_replicate')
    this.isTransactional = !parent && TRANSACTIONAL.has(spec.name)
    this.touchesAnyKey = !parent && (spec.name === 'scan' || spec.name === 'randomkey')
    this.isForSubscribers = !parent && FOR_SUBSCRIBERS.has(spec.name)
  }

  has(flag: CommandFlag): boolean {
    return this.spec.flags.includes(flag)
  }

  resetStats(): void {
    this.calls = 0
    this.timedCalls = 0
    this.rejectedCalls = 0
    this.failedCalls = 0
    for (const subcommand of this.subcommands?.values() ?? []) subcommand.resetStats()
  }

  acceptsCount(count: number): boolean {
    return this.arity > 0 ? count === this.arity : count >= -this.arity
  }
}

const TRANSACTIONAL = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset'])
const FOR_SUBSCRIBERS = new Set([
  'ping',
  'subscribe',
  'ssubscribe',
  'unsubscribe',
  'sunsubscribe',
  'psubscribe',
  'punsubscribe',
  'quit',
  'reset',
])
