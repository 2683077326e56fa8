import type { NodeProcess } from '../node/node-process'
import type { Instance } from '../sentinel/instance'
import type { Sentinel } from '../sentinel/sentinel'
import { TestDeployment, type SentinelEvent } from './test-deployment'

export interface TestWatchOptions {
  readonly seed?: number
  readonly replicas?: number
  readonly sentinels?: number
  readonly quorum?: number
  readonly downAfterMs?: number
  readonly failoverTimeoutMs?: number
  /** More lines of sentinel.conf. */
  readonly lines?: readonly string[]
  /** Of the n-th node, the primary being 1. */
  readonly configOf?: (number: number) => Readonly<Record<string, string>>
  readonly sentinelConfig?: Readonly<Record<string, string>>
}

/** Nothing but the latency of hellos and INFO in between: two of each have come. */
const DISCOVERED_MS = 25_000

/** A primary with replicas, watched by Sentinels that have found all of it: `mymaster`. */
export class TestWatch {
  readonly deployment: TestDeployment
  readonly primary: NodeProcess
  readonly replicas: readonly NodeProcess[]
  readonly sentinels: readonly NodeProcess[]

  constructor({
    seed = 1,
    replicas = 2,
    sentinels = 3,
    quorum = 2,
    downAfterMs = 2000,
    failoverTimeoutMs = 10_000,
    lines = [],
    configOf = () => ({}),
    sentinelConfig = {},
  }: TestWatchOptions = {}) {
    this.deployment = new TestDeployment({ seed })
    const add = (number: number, more: Readonly<Record<string, string>> = {}) =>
      this.deployment.add({ 'repl-diskless-sync-delay': '0', ...more, ...configOf(number) }, undefined, 'redis.conf')
    this.primary = add(1)
    this.replicas = Array.from({ length: replicas }, (_, index) => add(index + 2, { replicaof: '127.0.0.1 7001' }))
    const watched = [
      `monitor mymaster 127.0.0.1 7001 ${quorum}`,
      `down-after-milliseconds mymaster ${downAfterMs}`,
      `failover-timeout mymaster ${failoverTimeoutMs}`,
      ...lines,
    ]
    this.sentinels = Array.from({ length: sentinels }, () => this.deployment.addSentinel(watched, sentinelConfig))
    this.deployment.advance(DISCOVERED_MS)
  }

  get nowMs(): number {
    return this.deployment.clock.nowUs() / 1000
  }

  get nodes(): readonly NodeProcess[] {
    return [this.primary, ...this.replicas]
  }

  /** What a Sentinel thinks of the primary. */
  seenBy(process: NodeProcess): Instance {
    return sentinelOf(process).primaries.get('mymaster')!
  }

  /** The port that each running Sentinel gives for the primary. */
  get ports(): readonly number[] {
    return this.sentinels.filter((one) => one.isRunning).map((one) => this.seenBy(one).address.port)
  }

  events(name: string, sinceMs = 0): readonly SentinelEvent[] {
    return this.deployment.sentinelEvents.filter((event) => event.name === name && event.atMs >= sinceMs)
  }

  /** Lets time pass until all Sentinels give another address than the first. */
  untilSwitched(withinMs = 60_000): void {
    const isDone = () => new Set(this.ports).size === 1 && this.ports[0] !== this.primary.port
    this.deployment.until('all have switched', isDone, withinMs)
  }

  /** Lets time pass until a node follows the one at a port. */
  untilFollows(node: NodeProcess, port: number, withinMs = 60_000): void {
    const isDone = () => node.node.replication.primary?.port === port && node.node.replication.link === 'up'
    this.deployment.until(`${node.name} follows ${port}`, isDone, withinMs)
  }

  /** Parts machines from all others, both ways. Gives what heals it. */
  partOff(...names: readonly string[]): () => void {
    const isApart = (from: string, to: string) => names.includes(from) !== names.includes(to)
    return this.deployment.network.links.add({ isCut: true, on: isApart })
  }
}

export function sentinelOf(process: NodeProcess): Sentinel {
  return process.node.sentinel!
}
