/**
 * The process of a node on its machine: it can be killed, stopped, continued and started again. What outlives the
 * process is here: the machine's clock and disk, and the name and address that others know it by.
 */
import { Buffer } from 'node:buffer'
import type { EventyardError } from '../../../shared/errors'
import { Gate } from '../clock/gate'
import { ProcessClock } from '../clock/process-clock'
import type { SeededRandom } from '../clock/seeded-random'
import { SimulatedDisk } from '../disk/simulated-disk'
import type { Network } from '../network/network'
import { NodeSockets } from '../network/node-sockets'
import { RedisNode } from './redis-node'
import type { Cancel, Clock, Disk, NodeObserver } from '../ports'
import type { LuaModule } from '../scripting/scripting'

export interface NodePlan {
  readonly name: string
  readonly host: string
  readonly port: number
  /** Parameters of its redis.conf. */
  readonly config?: Readonly<Record<string, string>>
  /** What is on its disk when it is started first, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** The file that it is started with, if any: CONFIG REWRITE changes it, and a restart reads it. */
  readonly configFile?: string
  /** Lines of its sentinel.conf, which start it in Sentinel mode. */
  readonly sentinel?: readonly string[]
}

export interface NodeProcessOptions {
  readonly plan: NodePlan
  readonly clock: Clock
  readonly random: SeededRandom
  readonly network: Network
  readonly lua?: LuaModule
  readonly observer?: NodeObserver
  /** The disk of a real machine, where the node has one. */
  readonly disk?: Disk
  /** The node has ended by itself. */
  readonly died?: (why: EventyardError) => void
  /** It has started, or ended. */
  readonly changed?: (process: NodeProcess) => void
}

export class NodeProcess {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly clock: ProcessClock
  private readonly gate: Gate
  private simulated: SimulatedDisk
  private current: RedisNode | undefined
  private sockets: NodeSockets
  private stopListening: Cancel = () => undefined
  private starts = 0

  constructor(private readonly options: NodeProcessOptions) {
    const { plan, clock, network } = options
    this.name = plan.name
    this.host = plan.host
    this.port = plan.port
    this.gate = new Gate(clock)
    this.clock = new ProcessClock(clock, this.gate, Math.min(0, clock.nowUs()))
    this.simulated = new SimulatedDisk({ clock: this.clock })
    const disk = options.disk ?? this.simulated
    for (const [name, text] of Object.entries(plan.files ?? {})) {
      disk.append(name, Buffer.from(text, 'latin1'))
      disk.sync(name)
    }
    disk.syncFolder('')
    network.addGate(plan.name, this.gate)
    this.sockets = new NodeSockets(network, { name: plan.name, address: plan.host })
  }

  /** Its simulated disk, on which faults can be set; not in use where the node has a real machine's. */
  get disk(): SimulatedDisk {
    return this.simulated
  }

  /** The node as it runs, or as it was when it ended last. */
  get node(): RedisNode {
    return this.current!
  }

  /** Whether there is, or was, a node. */
  get isStarted(): boolean {
    return this.current !== undefined
  }

  get isRunning(): boolean {
    return this.current !== undefined && !this.current.isShutDown
  }

  /** It runs, but does nothing at present. */
  get isPaused(): boolean {
    return this.gate.isShut
  }

  start(): void {
    if (this.isRunning) return
    const { plan, random, network, lua, observer, died } = this.options
    const { name, host, port } = this
    const node = new RedisNode({
      name,
      host,
      port,
      clock: this.clock,
      // A process draws its own numbers each time it is started, as /dev/urandom gives others.
      random: random.fork(this.starts === 0 ? `node ${name}` : `node ${name} ${this.starts}`),
      network: this.sockets,
      disk: this.options.disk ?? this.simulated,
      ended: () => this.ended(),
      ...(lua ? { lua } : {}),
      ...(observer ? { observer } : {}),
      ...(died ? { died } : {}),
      ...(plan.config ? { config: plan.config } : {}),
      ...(plan.configFile === undefined ? {} : { configFile: plan.configFile }),
      ...(plan.sentinel ? { sentinel: plan.sentinel } : {}),
    })
    this.starts++
    this.current = node
    // It may have ended at once, over what it found on its disk.
    if (!node.isShutDown) {
      this.stopListening = network.listen({ name, host, port, accept: (transport) => node.connect(transport) })
    }
    this.options.changed?.(this)
  }

  /** kill -9: the process is gone, and with it what it had not written. */
  kill(): void {
    if (this.isRunning) this.node.crash()
  }

  /** The machine loses its power: what was not synced is gone too, or a part of it. */
  cutPower(): void {
    if (!this.isRunning) return
    this.kill()
    this.simulated.crash(this.options.random.fork(`power ${this.name} ${this.starts}`))
  }

  /** The process ends in good order. */
  stop(): void {
    if (this.isRunning) this.node.shutdown()
  }

  /** Does something in the process, now or when it goes on. */
  pass(run: () => void): void {
    this.gate.pass(run)
  }

  pause(): void {
    if (this.isRunning) this.gate.close()
  }

  resume(): void {
    this.gate.open()
  }

  /** A new machine takes the old one's place: nothing is on its disk. */
  wipe(): void {
    const { capacityBytes, syncUs } = this.simulated
    this.simulated = new SimulatedDisk({ clock: this.clock, capacityBytes, syncUs })
  }

  /** The kernel takes back what the process had. */
  private ended(): void {
    this.stopListening()
    this.sockets.closeAll()
    this.gate.clear()
    this.options.changed?.(this)
  }
}
