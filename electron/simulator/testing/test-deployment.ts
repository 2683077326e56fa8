import { SeededRandom } from '../clock/seeded-random'
import { VirtualClock } from '../clock/virtual-clock'
import { Network, type NetworkObserver } from '../network/network'
import type { Latency } from '../network/wire'
import { NodeProcess, type NodePlan } from '../node/node-process'
import type { NodeObserver, SocketEnd } from '../ports'
import { ReplyDecoder } from '../resp/reply-decoder'
import type { Reply } from '../resp/reply'
import { luaModule } from './lua-module'
import { request } from './test-client'

const deaf: NetworkObserver = {
  commandSent: () => 0,
  arrived: () => undefined,
  vanished: () => undefined,
  accepted: () => undefined,
  opened: () => undefined,
  closed: () => undefined,
  failed: () => undefined,
}

const deafNode: NodeObserver = {
  clientConnected: () => undefined,
  clientClosed: () => undefined,
  command: (_client, _argv, tag) => tag,
  messagePublished: () => 0,
  keyChanged: () => undefined,
  replicationEvent: () => undefined,
  clusterEvent: () => undefined,
  sentinelEvent: () => undefined,
}

const EPOCH_US = 1_767_225_600_000_000

export interface TestDeploymentOptions {
  readonly seed?: number
  readonly latency?: Latency
  readonly firstPort?: number
}

export interface SentinelEvent {
  readonly by: string
  readonly atMs: number
  readonly name: string
  readonly text: string
}

/**
 * Several nodes on a simulated network in virtual time, for tests of what goes on between them. Node `node-N` is at
 * 127.0.0.1:700N, unless they are to be found elsewhere.
 */
export class TestDeployment {
  readonly clock = new VirtualClock(EPOCH_US)
  readonly network: Network
  /** What Sentinels have told, in the order of time. */
  readonly sentinelEvents: SentinelEvent[] = []
  private readonly random: SeededRandom
  private readonly processes = new Map<string, NodeProcess>()

  private readonly firstPort: number

  constructor({ seed = 1, latency = { minUs: 300, maxUs: 900 }, firstPort = 7001 }: TestDeploymentOptions = {}) {
    this.firstPort = firstPort
    this.random = new SeededRandom(seed)
    this.network = new Network({ clock: this.clock, random: this.random.fork('network'), latency, observer: deaf })
  }

  /** Starts one more node. */
  add(
    config: Readonly<Record<string, string>> = {},
    observer?: Partial<NodeObserver>,
    configFile?: string,
  ): NodeProcess {
    const number = [...this.processes.keys()].filter((name) => name.startsWith('node')).length + 1
    const plan: NodePlan = {
      name: `node-${number}`,
      host: '127.0.0.1',
      port: this.firstPort + number - 1,
      config,
      ...(configFile === undefined ? {} : { configFile }),
    }
    return this.run(plan, observer && { ...deafNode, ...observer })
  }

  /**
   * Starts one more Sentinel, `sentinel-N` at 127.0.0.1:26378+N, with lines of sentinel.conf. Its events go to
   * `sentinelEvents`.
   */
  addSentinel(lines: readonly string[], config: Readonly<Record<string, string>> = {}): NodeProcess {
    const number = [...this.processes.keys()].filter((name) => name.startsWith('sentinel')).length + 1
    const name = `sentinel-${number}`
    return this.run(
      { name, host: '127.0.0.1', port: 26_378 + number, config, sentinel: lines },
      {
        ...deafNode,
        sentinelEvent: (event) => this.sentinelEvents.push({ by: name, atMs: this.clock.nowUs() / 1000, ...event }),
      },
    )
  }

  private run(plan: NodePlan, observer?: NodeObserver): NodeProcess {
    const { clock, random, network } = this
    const process = new NodeProcess({ plan, clock, random, network, lua: luaModule, ...(observer ? { observer } : {}) })
    this.processes.set(plan.name, process)
    process.start()
    return process
  }

  /** Lets virtual time pass. */
  advance(ms: number): void {
    this.advanceTo(this.clock.nowUs() + ms * 1000)
  }

  /** Lets time pass until something is so; throws when it is not after so long. */
  until(what: string, isSo: () => boolean, withinMs = 60_000): void {
    const endUs = this.clock.nowUs() + withinMs * 1000
    while (!isSo()) {
      const next = this.clock.nextUs()
      if (next === undefined || next > endUs) throw new Error(`not within ${withinMs} ms: ${what}`)
      this.clock.runNext()
    }
  }

  /** A client on a machine of its own, `from`, connected to a node over the network. */
  client({ host, port }: { readonly host: string; readonly port: number }, from = 'client'): DeploymentClient {
    return new DeploymentClient(this, host, port, from)
  }

  private advanceTo(endUs: number): void {
    for (let next = this.clock.nextUs(); next !== undefined && next <= endUs; next = this.clock.nextUs()) {
      this.clock.runNext()
    }
    this.clock.advanceTo(endUs)
  }
}

export class DeploymentClient implements SocketEnd {
  state: 'connecting' | 'open' | 'refused' | 'ended' = 'connecting'
  /** Why it was refused, or how it ended. */
  why = ''
  readonly replies: Reply[] = []
  private readonly decoder = new ReplyDecoder()
  private readonly connection

  constructor(
    private readonly deployment: TestDeployment,
    host: string,
    port: number,
    from: string,
  ) {
    this.connection = deployment.network.connect('10.0.9.1', from, host, port, this)
  }

  opened(): void {
    this.state = 'open'
  }

  refused(code: string): void {
    this.state = 'refused'
    this.why = code
  }

  data(chunk: Uint8Array): boolean {
    this.decoder.push(chunk)
    for (let reply = this.decoder.next(); reply !== undefined; reply = this.decoder.next()) this.replies.push(reply)
    return true
  }

  ended(code = ''): void {
    this.state = 'ended'
    this.why = code
  }

  /** Sends a command, once connected. */
  post(...argv: readonly string[]): void {
    if (this.state === 'connecting') this.deployment.until('connected', () => this.state !== 'connecting')
    this.connection.send(request(...argv))
  }

  /** Sends a command and lets time pass until its reply is there. */
  send(...argv: readonly string[]): Reply {
    const before = this.replies.length
    this.post(...argv)
    this.deployment.until(argv.join(' '), () => this.replies.length > before)
    return this.replies[before]!
  }

  close(): void {
    this.connection.close()
  }
}
