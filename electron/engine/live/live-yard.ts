/**
 * Where the actors of a live run are: the machine's clock, real servers, and sockets that carry their bytes there. What
 * `World` is to simulated nodes this is to real ones, as far as an actor can tell.
 */
import { EventyardError } from '../../../shared/errors'
import type { SocketEnd } from '../../simulator/ports'
import { SeededRandom } from '../../simulator/clock/seeded-random'
import type { Seeds } from '../actors/redis-client'
import type { Yard } from '../actors/yard'
import type { ConsoleTarget } from '../console/console-session'
import { Context } from '../host/context'
import { freshBytes, freshFloat, soon, turn } from '../host/machine'
import { setVirtualHost, type VirtualHost } from '../host/virtual-globals'
import {
  setVirtualNet,
  type HostConnection,
  type HostEnd,
  type LookupCallback,
  type LookupOptions,
  type VirtualNetHost,
} from '../host/virtual-net'
import { lookupOutside, type OutsideOptions } from '../host/outside-sockets'
import { JobBook } from '../jobs/job-book'
import { LiveClock } from './live-clock'
import { LiveConnection } from './live-connection'
import { LiveDelivery } from './live-delivery'
import { LiveTrace } from './live-trace'

/** What is known of the servers of a run. */
export interface Servers {
  readonly seeds: Seeds
  /** Whether nobody but this run uses them. */
  readonly isAlone: boolean
  /** The name of the server at an address, or the address. */
  nameAt(host: string, port: number): string
  /** Where consoles, and questions of our own, go. */
  readonly consoleTarget: ConsoleTarget
  /** How TLS is spoken to them, where it is. */
  readonly secure?: OutsideOptions['secure']
  /** From which address an actor comes, where each has its own. */
  addressOf(actor: string): string | undefined
}

/** Whose code runs, and what it reacts to. */
interface Running {
  readonly owner: string
  readonly cause: number
}

export interface LiveYardOptions {
  readonly run: number
  readonly seed: number
  readonly servers: Servers
}

export class LiveYard implements Yard, VirtualHost, VirtualNetHost {
  readonly clock = new LiveClock(() => {
    this.trace.cause = 0
  })
  readonly jobs: JobBook
  readonly random: SeededRandom
  readonly trace: LiveTrace
  readonly delivery: LiveDelivery
  private readonly servers: Servers
  private readonly context = new Context<Running>()
  private readonly connections = new Set<LiveConnection>()
  /** Owners whose processes stand still, and what they are to do when they go on. */
  private readonly held = new Map<string, { readonly running: Running; readonly code: () => void }[]>()
  private connectionCount = 0
  private isOver = false
  /** How deep one's code is inside another's. */
  private depth = 0

  constructor({ run, seed, servers }: LiveYardOptions) {
    this.servers = servers
    this.random = new SeededRandom(seed)
    this.trace = new LiveTrace(this.clock, run, () => this.context.value?.cause ?? 0)
    this.delivery = new LiveDelivery(this.trace, this.clock, servers.isAlone)
    this.jobs = new JobBook(this.trace, this.clock)
  }

  get seeds(): Seeds {
    return this.servers.seeds
  }

  /** Makes this the run that foreign code in this thread lives in. */
  enterThread(): void {
    setVirtualHost(this)
    setVirtualNet(this)
  }

  takeTurn(owner: string, run: () => void): void {
    const running = { owner, cause: this.trace.presentCause }
    soon(() => {
      if (!this.isOver) this.run(running, run)
    })
  }

  /** An owner's process stands still: nothing of its code runs. What reaches its sockets waits there. */
  hold(owner: string): void {
    if (!this.held.has(owner)) this.held.set(owner, [])
  }

  /** It goes on, with everything that it had no chance to do, in its order. */
  release(owner: string): void {
    const waiting = this.held.get(owner)
    this.held.delete(owner)
    for (const { running, code } of waiting ?? []) {
      soon(() => {
        if (!this.isOver) this.run(running, code)
      })
    }
  }

  isHeld(owner: string): boolean {
    return this.held.has(owner)
  }

  /** Runs foreign code now, as a reaction to what the network told last. */
  enter(owner: string, run: () => void): void {
    this.run({ owner, cause: this.delivery.lastHeard }, run)
  }

  /** Comes back once whatever wanted to run in this instant has run. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 5; turns++) await turn()
  }

  nowUs(): number {
    return this.clock.nowUs()
  }

  unixUs(): number {
    return this.clock.unixUs()
  }

  randomFloat(): number {
    return freshFloat()
  }

  randomBytes(size: number): Uint8Array {
    return freshBytes(size)
  }

  later(delayUs: number, run: () => void): () => void {
    const running = this.running
    return this.clock.after(delayUs, () => this.run(running, run))
  }

  soon(run: () => void): () => void {
    const running = this.running
    let isOff = false
    soon(() => {
      if (!isOff && !this.isOver) this.run(running, run)
    })
    return () => {
      isOff = true
    }
  }

  connect(host: string, port: number, end: HostEnd | SocketEnd, secure?: OutsideOptions['secure']): HostConnection {
    const { owner } = this.running
    const connection = new LiveConnection({
      id: ++this.connectionCount,
      owner,
      node: this.servers.nameAt(host, port),
      cause: this.trace.presentCause,
      where: { host, port, secure, localAddress: this.servers.addressOf(owner) },
      delivery: this.delivery,
      trace: this.trace,
      end,
      over: () => this.connections.delete(connection),
    })
    this.connections.add(connection)
    return connection
  }

  consoleTarget(node?: string): ConsoleTarget {
    const { seeds, consoleTarget } = this.servers
    if (node === undefined) return consoleTarget
    const all = [...seeds.nodes, ...seeds.sentinels]
    const known = new Map(all.map((at) => [this.servers.nameAt(at.host, at.port), at]))
    const found = known.get(node)
    if (!found) throw new EventyardError('node.unknown', { node, known: [...known.keys()].join(', ') })
    return { ...consoleTarget, host: found.host, port: found.port }
  }

  connectConsole({ host, port }: ConsoleTarget, end: SocketEnd): HostConnection {
    return this.connect(host, port, end, this.servers.secure)
  }

  resolve(name: string, options: LookupOptions, done: LookupCallback): void {
    const running = this.running
    lookupOutside(name, options, (...answer) => {
      if (!this.isOver) this.run(running, () => done(...answer))
    })
  }

  /** Ends everything that is still to happen. */
  dispose(): void {
    this.isOver = true
    this.delivery.stop()
    for (const connection of [...this.connections]) connection.close()
    this.clock.stop()
    this.context.stop()
    setVirtualHost(null)
    setVirtualNet(null)
  }

  private get running(): Running {
    return this.context.value ?? { owner: '', cause: this.trace.presentCause }
  }

  /**
   * The cause stays after the code has returned: what it has woken in promises runs right after it, before the machine
   * comes with anything else. Whatever comes then sets its own.
   */
  private run(running: Running, code: () => void): void {
    const waiting = this.held.get(running.owner)
    if (waiting) {
      waiting.push({ running, code })
      return
    }
    const { cause } = this.trace
    this.trace.cause = running.cause
    this.depth++
    try {
      this.context.run(running, code)
    } finally {
      if (--this.depth > 0) this.trace.cause = cause
    }
  }
}
