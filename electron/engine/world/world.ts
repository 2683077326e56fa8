/**
 * One embedded run's world: clock, chance, network, nodes and trace, in this thread. It knows no scenario and no
 * actor's purpose; it lets foreign code run on behalf of an *owner* (an actor's name) and keeps track of whose turn
 * it is. One event of the clock belongs to one owner, and everything that follows from it in promises and
 * `process.nextTick` calls runs before the next event, so the owner stays true all that time.
 */
import { VirtualClock } from '../../simulator/clock/virtual-clock'
import { SeededRandom } from '../../simulator/clock/seeded-random'
import { Network } from '../../simulator/network/network'
import type { Connection } from '../../simulator/network/connection'
import type { Latency } from '../../simulator/network/wire'
import { NodeProcess, type NodePlan } from '../../simulator/node/node-process'
import type { RedisNode } from '../../simulator/node/redis-node'
import type { Disk, NodeNetwork, SocketEnd } from '../../simulator/ports'
import type { EventyardError } from '../../../shared/errors'
import { setVirtualHost, type VirtualHost } from '../host/virtual-globals'
import { luaModule } from '../host/lua-module'
import { setVirtualNet, type VirtualNetHost } from '../host/virtual-net'
import { turn } from '../host/machine'
import { Trace } from '../trace/trace'
import { Delivery } from './delivery'

/** Code that waits to run on somebody's behalf; null once it was called off. */
interface Turn {
  readonly owner: string
  readonly cause: number
  run: (() => void) | null
}

/** What a world needs that keeps its data beyond its end. */
export interface Keeper {
  readonly disk: Disk
  /** The node has ended by itself. */
  readonly died: (why: EventyardError) => void
}

export interface WorldOptions {
  /** Counts the runs of this thread. */
  readonly run: number
  readonly seed: number
  readonly latency: Latency
  /** Whether commands and messages go into the trace. */
  readonly observed: boolean
  readonly keeper?: Keeper
  /** The time of day at its beginning, where that is to be the machine's. */
  readonly unixUs?: number
  /** The way to servers outside the world, where nodes may take it. */
  readonly outside?: NodeNetwork['connect']
  /** A single node unless given. */
  readonly nodes?: readonly NodePlan[]
}

/** What the system clocks of a world show at its beginning: 2026-01-01 00:00 UTC. */
const EPOCH_US = 1_767_225_600_000_000
const standalone: readonly NodePlan[] = [{ name: 'node-1', host: '10.0.1.1', port: 6379 }]

export class World implements VirtualHost, VirtualNetHost {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly trace: Trace
  readonly delivery: Delivery
  readonly processes: readonly NodeProcess[]
  readonly isObserved: boolean
  private readonly network: Network
  private readonly foreignRandom: SeededRandom
  private readonly addresses = new Map<string, string>()
  private owner = ''
  private isStirred = false
  private turns: Turn[] = []

  constructor({ run, seed, latency, observed, keeper, unixUs = EPOCH_US, outside, nodes = standalone }: WorldOptions) {
    this.clock = new VirtualClock(unixUs)
    this.trace = new Trace(this.clock, run)
    this.delivery = new Delivery(this.trace, this.clock)
    this.isObserved = observed
    this.random = new SeededRandom(seed)
    this.foreignRandom = this.random.fork('clients')
    this.network = new Network({
      clock: this.clock,
      random: this.random.fork('network'),
      latency,
      observer: this.delivery,
      ...(outside ? { outside } : {}),
    })
    this.processes = nodes.map((plan) => this.startProcess(plan, keeper))
  }

  /** Each process's node, as it runs or as it ended. */
  get nodes(): readonly RedisNode[] {
    return this.processes.map(({ node }) => node)
  }

  /** Makes this the world that foreign code in this thread lives in. */
  enterThread(): void {
    setVirtualHost(this)
    setVirtualNet(this)
  }

  /** Runs the next due event. Foreign code that it wakes has to be settled before anything else happens. */
  runNext(): void {
    this.owner = ''
    this.clock.runNext()
    this.trace.cause = 0
  }

  /** Runs foreign code now, for an owner, as a reaction to what the network told last. */
  enter(owner: string, run: () => void): void {
    this.run({ owner, cause: this.delivery.lastHeard, run })
  }

  /**
   * Lets an owner's code run in this instant, once what runs at present has come to rest: our own code uses it, since
   * one step may move many actors and each needs a turn of its own.
   */
  takeTurn(owner: string, run: () => void): void {
    this.turns.push({ owner, cause: this.trace.cause, run })
    this.isStirred = true
  }

  /** Whether foreign code ran, or wants to, since the last `settle`. */
  get needsSettling(): boolean {
    return this.isStirred
  }

  /** Lets everything that foreign code has pending in this instant run, until nothing moves. */
  async settle(): Promise<void> {
    do {
      this.isStirred = false
      await turn()
      const due = this.turns
      this.turns = []
      for (const one of due) {
        this.run(one)
        await turn()
      }
    } while (this.isStirred || this.turns.length > 0)
    this.owner = ''
    this.trace.cause = 0
  }

  nowUs(): number {
    return this.clock.nowUs()
  }

  unixUs(): number {
    return this.clock.unixUs()
  }

  randomFloat(): number {
    return this.foreignRandom.float()
  }

  randomBytes(size: number): Uint8Array {
    return Uint8Array.from({ length: size }, () => this.foreignRandom.next() >>> 24)
  }

  later(delayUs: number, run: () => void): () => void {
    const one: Turn = { owner: this.owner, cause: this.trace.cause, run }
    return this.clock.after(delayUs, () => this.run(one))
  }

  soon(run: () => void): () => void {
    const one: Turn = { owner: this.owner, cause: this.trace.cause, run }
    this.turns.push(one)
    this.isStirred = true
    return () => {
      one.run = null
    }
  }

  connect(host: string, port: number, end: SocketEnd): Connection {
    const connection = this.network.connect(this.addressOf(this.owner), this.owner, host, port, end)
    this.delivery.connecting(connection, this.trace.cause)
    return connection
  }

  resolve(name: string): string | undefined {
    return this.network.resolve(name)
  }

  /** Ends everything that is still to happen, nodes included. */
  dispose(): void {
    for (const process of this.processes) process.stop()
    this.clock.clear()
    this.turns = []
    setVirtualHost(null)
    setVirtualNet(null)
  }

  private run({ owner, cause, run }: Turn): void {
    if (!run) return
    this.owner = owner
    this.trace.cause = cause
    this.isStirred = true
    run()
  }

  private startProcess(plan: NodePlan, keeper: Keeper | undefined): NodeProcess {
    const process = new NodeProcess({
      plan: keeper ? { ...plan, config: { ...plan.config, appendonly: 'yes' } } : plan,
      clock: this.clock,
      random: this.random,
      network: this.network,
      lua: luaModule,
      ...(this.isObserved ? { observer: this.delivery.observe(plan.name) } : {}),
      ...(keeper ? { disk: keeper.disk, died: keeper.died } : {}),
    })
    process.start()
    return process
  }

  /** Each actor lives on a machine of its own. */
  private addressOf(owner: string): string {
    let address = this.addresses.get(owner)
    if (address === undefined) {
      const number = this.addresses.size + 1
      address = `10.0.${2 + (number >> 8)}.${number & 255}`
      this.addresses.set(owner, address)
    }
    return address
  }
}
