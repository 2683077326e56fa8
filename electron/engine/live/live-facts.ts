import { bytesOf } from '../../../shared/bytes'
import type { Value } from '../../../shared/expression'
import type { Member } from '../deployment/targets'
import { AnswerCounts } from '../scenario/answer-counts'
import type { AskedName, StageFacts } from '../scenario/stage'
import type { Trace } from '../trace/trace'
import type { Watch } from './watch'

/** What is asked of the servers. */
export interface Answering {
  readonly members: readonly (Member & { readonly isPaused?: boolean })[]
  /** Asks the primary of a key; gives its answer as text. Undefined where nobody serves it, or there is none. */
  ask(key: string, ...words: readonly string[]): Promise<string | undefined>
}

/** Answers that come from the servers themselves. */
const LOOKED_AT = ['cluster_state', 'primaries', 'value']

/** Nobody sees from outside what a node had that its new primary has not. */
const ONLY_SIMULATED = ['writes_lost']

/** What expressions may ask of real servers: what is counted here, and what they say themselves when they are asked. */
export class LiveFacts implements StageFacts {
  private counts: AnswerCounts | undefined
  private readonly values = new Map<string, number>()

  constructor(
    private readonly servers: Answering,
    private readonly watch: Watch,
  ) {}

  attach(trace: Trace): void {
    this.counts = new AnswerCounts(trace)
  }

  prepare(names: readonly AskedName[], then: () => void): void {
    if (!names.some(({ name }) => LOOKED_AT.includes(name))) {
      then()
      return
    }
    const keys = names.flatMap(({ name, argument }) => (name === 'value' && argument !== undefined ? [argument] : []))
    const look = async () => {
      await this.watch.look()
      for (const key of keys) this.values.set(key, await this.read(key))
    }
    // A server that does not answer leaves what was known before.
    void look().then(then, then)
  }

  valueOf(name: string, argument: string | undefined): Value | undefined {
    const { members } = this.servers
    switch (name) {
      case 'cluster_state':
        return members.every(
          ({ name: node, isRunning }) => !isRunning || this.watch.statusOf(node).cluster?.isOk === true,
        )
          ? 'ok'
          : 'fail'
      case 'primaries':
        return members.filter(
          ({ isRunning, isSentinel, role, serves }) =>
            isRunning && !isSentinel && role === 'primary' && (argument === undefined || serves(bytesOf(argument))),
        ).length
      case 'running':
        return members.filter(({ isRunning, isPaused }) => isRunning && !isPaused).length
      case 'value':
        return argument === undefined ? undefined : (this.values.get(argument) ?? 0)
      default:
        return this.counts?.valueOf(name, argument)
    }
  }

  isUnknowable(name: string): boolean {
    return ONLY_SIMULATED.includes(name)
  }

  stop(): void {
    this.counts?.stop()
  }

  /** The number that a key holds, or how many elements it has; 0 where there is none. */
  private async read(key: string): Promise<number> {
    const type = (await this.servers.ask(key, 'TYPE', key)) ?? 'none'
    const command = { string: 'GET', list: 'LLEN', set: 'SCARD', hash: 'HLEN', zset: 'ZCARD', stream: 'XLEN' }[type]
    if (command === undefined) return 0
    return Number(/^-?\d+/.exec((await this.servers.ask(key, command, key)) ?? '')?.[0] ?? 0)
  }
}
