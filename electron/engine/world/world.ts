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
import type { Latency, Trick } from '../../simulator/network/wire'
import { NodeProcess, type NodePlan } from '../../simulator/node/node-process'
import type { RedisNode } from '../../simulator/node/redis-node'
import type { Cancel, Disk, NodeNetwork, NodeObserver, SocketEnd } from '../../simulator/ports'
import { EventyardError } from '../../../shared/errors'
import type { Deployment } from '../../../shared/scenario/schema'
import type { LinkFault, Links } from '../../simulator/network/links'
import type { Seeds } from '../actors/redis-client'
import { planDeployment, sentinelPort, type DeploymentPlan } from '../deployment/plan'
import type { ConsoleTarget } from '../console/console-session'
import { Faults } from '../deployment/faults'
import { FlightSampler } from '../deployment/flights'
import { Operator } from '../deployment/operator'
import { servesKey } from '../deployment/serves'
import type { Member } from '../deployment/targets'
import { ClusterStory } from '../deployment/cluster-story'
import { Plot, Story, type Names } from '../deployment/story'
import { setVirtualHost, type VirtualHost } from '../host/virtual-globals'
import { luaModule } from '../host/lua-module'
import {
  answerLookup,
  setVirtualNet,
  type LookupCallback,
  type LookupOptions,
  type VirtualNetHost,
} from '../host/virtual-net'
import { turn } from '../host/machine'
import { JobBook } from '../jobs/job-book'
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
  readonly deployment?: Deployment
  /** The first port of a deployment that has more than one node. */
  readonly firstPort?: number
}

/** What the system clocks of a world show at its beginning: 2026-01-01 00:00 UTC. */
const EPOCH_US = 1_767_225_600_000_000
const standalone: Deployment = { topology: 'standalone', config: {} }

export class World implements VirtualHost, VirtualNetHost {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly trace: Trace
  readonly delivery: Delivery
  readonly jobs: JobBook
  readonly topology: DeploymentPlan['topology']
  readonly faults: Faults
  readonly operator = new Operator(this)
  /** What is on its way, for whoever looks. */
  readonly flights = new FlightSampler(this)
  /** The first node, as others are made. */
  private readonly template: NodePlan
  /** What happened to whom, so that events find their causes. */
  readonly plot: Plot
  readonly isObserved: boolean
  private readonly network: Network
  private readonly foreignRandom: SeededRandom
  private readonly addresses = new Map<string, string>()
  private readonly byName = new Map<string, NodeProcess>()
  private readonly processListeners = new Set<(process: NodeProcess) => void>()
  /** It is over: what its nodes have is as it was at the end. */
  isDisposed = false
  private owner = ''
  private isStirred = false
  private isEndingProcess = false
  private turns: Turn[] = []
  /** Owners whose processes stand still, and what they are to do when they go on. */
  private readonly held = new Map<string, Turn[]>()

  constructor({
    run,
    seed,
    latency,
    observed,
    keeper,
    unixUs = EPOCH_US,
    outside,
    deployment = standalone,
    firstPort,
  }: WorldOptions) {
    this.random = new SeededRandom(seed)
    const plan = planDeployment(deployment, this.random.fork('deployment'), firstPort)
    this.topology = plan.topology
    this.clock = new VirtualClock(unixUs, 0 - plan.warmUpUs)
    this.trace = new Trace(this.clock, run)
    this.delivery = new Delivery(this.trace, this.clock, this.topology !== 'standalone')
    this.jobs = new JobBook(this.trace, this.clock)
    this.isObserved = observed
    this.foreignRandom = this.random.fork('clients')
    this.network = new Network({
      clock: this.clock,
      random: this.random.fork('network'),
      latency,
      observer: this.delivery,
      ...(outside ? { outside } : {}),
    })
    this.faults = new Faults(this)
    this.plot = new Plot(this.trace)
    this.template = plan.nodes[0]!
    this.trace.isMuted = plan.warmUpUs > 0
    for (const node of plan.nodes) this.addProcess(node, keeper).start()
    this.warmUp()
  }

  get processes(): readonly NodeProcess[] {
    return [...this.byName.values()]
  }

  /** Each process's node, as it runs or as it ended. */
  get nodes(): readonly RedisNode[] {
    return this.processes.map(({ node }) => node)
  }

  /** Where clients begin. A single node is known by its name, as servers of an application are. */
  get seeds(): Seeds {
    const { topology } = this
    const address = ({ name, host, port }: NodeProcess) => ({ host: topology === 'standalone' ? name : host, port })
    const isSentinel = ({ name }: NodeProcess) => name.startsWith('sentinel-')
    return {
      topology,
      nodes: this.processes.filter((process) => !isSentinel(process)).map(address),
      sentinels: this.processes.filter(isSentinel).map(address),
    }
  }

  /** Whoever is on the network by a name: nodes, and actors that have been there. */
  get machines(): readonly string[] {
    return [...this.byName.keys(), ...this.delivery.participants]
  }

  /** The nodes and Sentinels, as a scenario's words mean them. */
  get members(): readonly Member[] {
    return this.processes.map(({ name, isRunning, node }) => {
      const { role, primary } = node.replication
      return {
        name,
        isRunning,
        isSentinel: node.sentinel !== undefined,
        role,
        follows: primary && this.nameAt(`${primary.host}:${primary.port}`),
        serves: (key) => servesKey(node, key),
      }
    })
  }

  isActor(name: string): boolean {
    return this.faults.crew?.has(name) ?? false
  }

  /** Starts one more node, empty and alone. Gives its name. */
  addNode(): string {
    const nodes = this.processes.filter(({ name }) => name.startsWith('node-'))
    const number = Math.max(...nodes.map(({ name }) => Number(name.slice(5)))) + 1
    const { host, port } = nodes[0]!
    const first = Number(nodes[0]!.name.slice(5))
    const { config, configFile } = this.template
    return this.addMachine({
      name: `node-${number}`,
      host,
      port: this.freePort(port + number - first),
      ...(config ? { config } : {}),
      ...(configFile === undefined ? {} : { configFile }),
    })
  }

  /** Starts one more Sentinel, which watches nobody yet. Gives its name. */
  addSentinel(): string {
    const others = this.processes.filter(({ name }) => name.startsWith('sentinel-'))
    const number = Math.max(0, ...others.map(({ name }) => Number(name.slice(9)))) + 1
    const first = this.processes[0]!
    const port = others.at(-1)?.port ?? sentinelPort(first.port, this.processes.length) - 1
    return this.addMachine({
      name: `sentinel-${number}`,
      host: first.host,
      port: this.freePort(port + 1),
      sentinel: [],
    })
  }

  /** Forgets a process that has ended. */
  removeProcess(name: string): void {
    if (!this.process(name).isRunning) this.byName.delete(name)
  }

  hasProcess(name: string): boolean {
    return this.byName.has(name)
  }

  /** Calls back whenever a process has started or ended. */
  followProcesses(listener: (process: NodeProcess) => void): Cancel {
    this.processListeners.add(listener)
    return () => this.processListeners.delete(listener)
  }

  /** Throws `node.unknown`. */
  process(name: string): NodeProcess {
    const process = this.byName.get(name)
    if (!process) {
      throw new EventyardError('node.unknown', { node: name, known: [...this.byName.keys()].join(', ') })
    }
    return process
  }

  /** Starts a process that has ended, with an empty disk where that is wanted. */
  startProcess(name: string, wipe = false): void {
    const process = this.process(name)
    if (process.isRunning) return
    if (wipe) process.wipe()
    process.start()
    this.faults.forgetDown(name)
    this.plot.concerns(this.tellStarted(process), name)
  }

  /** Ends a process on purpose. */
  endProcess(name: string, why: string, end: (process: NodeProcess) => void): void {
    const process = this.process(name)
    if (!process.isRunning) return
    this.plot.concerns(this.trace.append({ type: 'node.killed', node: name, why }), name)
    this.isEndingProcess = true
    end(process)
    this.isEndingProcess = false
  }

  resumeProcess(name: string): void {
    const process = this.process(name)
    if (!process.isPaused) return
    this.plot.concerns(this.trace.append({ type: 'node.resumed', node: name }), name)
    process.resume()
    this.faults.forgetDown(name)
  }

  /** Says that a node is there. */
  tellStarted({ name, host, port, node }: NodeProcess): number {
    const role = node.sentinel ? 'sentinel' : node.replication.role
    return this.trace.append({ type: 'node.started', node: name, role, address: `${host}:${port}` })
  }

  get links(): Links {
    return this.network.links
  }

  /** Plays a trick on the next flight from one machine to another. */
  playTrick(from: string, to: string, what: Trick, played: (release: () => void) => void): void {
    this.network.play(from, to, what, played)
  }

  countConnections(on: LinkFault['on']): number {
    return this.network.count(on)
  }

  resetConnections(on: LinkFault['on']): void {
    this.network.reset(on)
  }

  /** The name of a cluster's node, or its id where it is none of this world's. */
  nameOfId(id: string): string {
    return this.processes.find((process) => process.isStarted && process.node.cluster?.myself.name === id)?.name ?? id
  }

  /** The name of the machine at `host:port`, or the address. */
  nameAt(address: string): string {
    return this.network.machineAt(address) ?? address
  }

  /** Makes this the world that foreign code in this thread lives in. */
  enterThread(): void {
    setVirtualHost(this)
    setVirtualNet(this)
  }

  /** Runs the next due event. Foreign code that it wakes has to be settled before anything else happens. */
  runNext(): void {
    this.owner = ''
    this.trace.cause = 0
    // What foreign code does next in promises still has this event's owner and cause: `settle` ends them.
    this.clock.runNext()
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

  /** An owner's process stands still: nothing of its code runs. What reaches its sockets waits there. */
  hold(owner: string): void {
    if (!this.held.has(owner)) this.held.set(owner, [])
  }

  /** It goes on, with everything that it had no chance to do, in its order. */
  release(owner: string): void {
    const turns = this.held.get(owner)
    this.held.delete(owner)
    for (const turn of turns ?? []) this.turns.push(turn)
    this.isStirred = true
  }

  isHeld(owner: string): boolean {
    return this.held.has(owner)
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

  connect(host: string, port: number, end: SocketEnd, secure?: object): Connection {
    // Simulated nodes have none, and a connection that only looks secure would be a lie.
    if (secure) throw new Error('simulated nodes have no TLS')
    const connection = this.network.connect(this.addressOf(this.owner), this.owner, host, port, end)
    this.delivery.connecting(connection, this.trace.cause)
    return connection
  }

  consoleTarget(node?: string): ConsoleTarget {
    const { host, port } = node === undefined ? this.processes[0]! : this.process(node)
    return { host, port, greeting: [] }
  }

  connectConsole({ host, port }: ConsoleTarget, end: SocketEnd): Connection {
    return this.connect(host, port, end)
  }

  resolve(name: string, options: LookupOptions, done: LookupCallback): void {
    answerLookup(name, this.network.resolve(name), options, done)
  }

  /** Ends everything that is still to happen, nodes included. */
  dispose(): void {
    this.isDisposed = true
    this.operator.close()
    this.isEndingProcess = true
    for (const process of this.processes) process.stop()
    this.clock.clear()
    this.turns = []
    setVirtualHost(null)
    setVirtualNet(null)
  }

  private run(turn: Turn): void {
    const { owner, cause, run } = turn
    if (!run) return
    const waiting = this.held.get(owner)
    if (waiting) {
      waiting.push(turn)
      return
    }
    this.owner = owner
    this.trace.cause = cause
    this.isStirred = true
    run()
  }

  private addMachine(plan: NodePlan): string {
    const process = this.addProcess(plan, undefined)
    process.start()
    this.plot.concerns(this.tellStarted(process), process.name)
    return process.name
  }

  /** The first that no process has, from one on. */
  private freePort(from: number): number {
    const taken = new Set(this.processes.map(({ port }) => port))
    let port = from
    while (taken.has(port)) port++
    return port
  }

  private addProcess(plan: NodePlan, keeper: Keeper | undefined): NodeProcess {
    const process = new NodeProcess({
      plan: keeper ? { ...plan, config: { ...plan.config, appendonly: 'yes' } } : plan,
      clock: this.clock,
      random: this.random,
      network: this.network,
      lua: luaModule,
      changed: (one) => this.processChanged(one),
      ...(this.isObserved ? { observer: this.observe(plan.name) } : {}),
      ...(keeper ? { disk: keeper.disk, died: keeper.died } : {}),
    })
    this.byName.set(plan.name, process)
    return process
  }

  private observe(node: string): NodeObserver {
    const names: Names = {
      ofAddress: (address) => this.nameAt(address),
      ofId: (id) => this.nameOfId(id),
      historyOf: (name) => this.historyOf(name),
    }
    const story = new Story(node, this.trace, names, this.plot, this.topology === 'cluster')
    const clusterStory = new ClusterStory(node, this.trace, names, this.plot)
    return {
      ...this.delivery.observe(node),
      replicationEvent: (event) => story.replicationEvent(event),
      clusterEvent: (event) => clusterStory.tell(event),
      sentinelEvent: (event) => story.sentinelEvent(event),
    }
  }

  private historyOf(name: string): ReturnType<Names['historyOf']> {
    const process = this.byName.get(name)
    if (!process?.isStarted) return undefined
    const { id, secondId, offset } = process.node.replication
    return { id, past: secondId, offset }
  }

  /** Lets the deployment come to rest before anybody looks. */
  private warmUp(): void {
    if (this.clock.nowUs() >= 0) return
    for (let next = this.clock.nextUs(); next !== undefined && next <= 0; next = this.clock.nextUs()) {
      this.clock.runNext()
    }
    this.clock.advanceTo(0)
    this.trace.isMuted = false
  }

  private processChanged(process: NodeProcess): void {
    if (!process.isRunning && !this.isEndingProcess) {
      const { name: node } = process
      this.plot.concerns(this.trace.append({ type: 'node.killed', node, why: 'ended by itself' }), node)
    }
    for (const listener of this.processListeners) listener(process)
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
