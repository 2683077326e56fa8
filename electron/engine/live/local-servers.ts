/** Real redis-server processes that a run starts for itself, with a relay in front of each. They end with the run. */
import { EventyardError, problemOf } from '../../../shared/errors'
import type { Deployment } from '../../../shared/scenario/schema'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { Links, type LinkFault } from '../../simulator/network/links'
import type { Cancel } from '../../simulator/ports'
import type { Seeds } from '../actors/redis-client'
import type { ConsoleTarget } from '../console/console-session'
import { makeNodeFolder, newLocalFolder, removeStaleFolders, wipeNodeFolder } from '../host/local-folders'
import { freePorts } from '../host/local-ports'
import { canHaveAddresses } from '../host/loopback'
import { sleep, wallMs } from '../host/machine'
import { Relay } from '../host/relay'
import { findServer, Guard, ServerProcess } from '../host/server-process'
import type { Servers } from './live-yard'
import { isReady } from './local-ready'
import { countNodes, HOST, planLocal, type LocalPlan } from './local-plan'
import { Probe } from './probe'

export interface LocalNode {
  readonly plan: LocalPlan
  readonly folder: string
  readonly process: ServerProcess
  readonly relays: readonly Relay[]
}

const READY_MS = 30_000
const LOOK_MS = 25
/** How often it looks for other ports, where somebody took those that were free. */
const ATTEMPTS = 3

export class LocalServers implements Servers {
  readonly isAlone = true
  readonly topology: Deployment['topology']
  readonly nodes: readonly LocalNode[]
  private readonly links = new Links()
  private readonly byPort = new Map<number, string>()
  private readonly byAddress = new Map<string, string>()
  private readonly actorAddresses = new Map<string, string>()
  private readonly guard: Guard
  private readonly listeners = new Set<(node: LocalNode) => void>()
  private isOver = false

  private constructor(
    readonly version: string,
    program: string,
    private readonly deployment: Deployment,
    plans: readonly LocalPlan[],
    folder: string,
    private readonly hasAddresses: boolean,
  ) {
    this.topology = deployment.topology
    this.guard = new Guard(folder)
    this.nodes = plans.map((plan) => {
      const own = makeNodeFolder(folder, plan.name, plan.files)
      const args = plan.role === 'sentinel' ? ['redis.conf', '--sentinel'] : ['redis.conf']
      const node: LocalNode = {
        plan,
        folder: own,
        process: new ServerProcess({
          program,
          args,
          folder: own,
          guard: this.guard,
          ended: () => this.changed(node),
        }),
        relays: [this.relay(plan.port, plan.ownPort, plan.name), this.relay(plan.busPort, plan.ownBusPort, plan.name)],
      }
      this.byPort.set(plan.port, plan.name)
      if (hasAddresses) this.byAddress.set(plan.address, plan.name)
      return node
    })
  }

  /** Starts them and waits until all agree. Throws `local.missing` or `local.failed`; then nothing is left of them. */
  static async start(deployment: Deployment, random: SeededRandom, server?: string): Promise<LocalServers> {
    const program = findServer(server)
    if (!program) throw new EventyardError('local.missing', { path: server ?? 'redis-server' })
    removeStaleFolders()
    for (let attempt = 1; ; attempt++) {
      try {
        return await LocalServers.startOnce(deployment, random, program)
      } catch (error) {
        if (attempt === ATTEMPTS || !isPortTaken(error)) throw error
      }
    }
  }

  private static async startOnce(
    deployment: Deployment,
    random: SeededRandom,
    program: NonNullable<ReturnType<typeof findServer>>,
  ): Promise<LocalServers> {
    const count = countNodes(deployment)
    const ports = await freePorts(count * 4)
    const hasAddresses = canHaveAddresses()
    const plans = planLocal(
      deployment,
      random,
      (index) => ports.slice(index * 4, index * 4 + 4) as [number, number, number, number],
      (index) => (hasAddresses ? `127.1.${index >> 8}.${(index & 255) + 1}` : HOST),
    )
    const servers = new LocalServers(program.version, program.path, deployment, plans, newLocalFolder(), hasAddresses)
    try {
      for (const node of servers.nodes) await servers.accept(node)
      for (const node of servers.nodes) node.process.start()
      await servers.untilReady()
      return servers
    } catch (error) {
      await servers.stop()
      throw error
    }
  }

  get seeds(): Seeds {
    const addresses = (isSentinel: boolean) =>
      this.nodes
        .filter(({ plan }) => (plan.role === 'sentinel') === isSentinel)
        .map(({ plan }) => ({ host: HOST, port: plan.port }))
    return { topology: this.topology, nodes: addresses(false), sentinels: addresses(true) }
  }

  get consoleTarget(): ConsoleTarget {
    return { host: HOST, port: this.nodes[0]!.plan.port, greeting: [] }
  }

  nameAt(_host: string, port: number): string {
    return this.byPort.get(port) ?? `${HOST}:${port}`
  }

  addressOf(actor: string): string | undefined {
    if (!this.hasAddresses) return undefined
    let address = this.actorAddresses.get(actor)
    if (address === undefined) {
      const number = this.actorAddresses.size
      address = `127.2.${(number >> 8) & 255}.${(number & 255) + 1}`
      this.actorAddresses.set(actor, address)
      this.byAddress.set(address, actor)
    }
    return address
  }

  /** Whether relays can tell who comes: else nothing can lie on the link between two machines. */
  get knowsSenders(): boolean {
    return this.hasAddresses
  }

  /** Throws `node.unknown`. */
  node(name: string): LocalNode {
    const node = this.nodes.find(({ plan }) => plan.name === name)
    if (!node) {
      throw new EventyardError('node.unknown', {
        node: name,
        known: this.nodes.map(({ plan }) => plan.name).join(', '),
      })
    }
    return node
  }

  /** A connection to a node itself, not through its relay. */
  ask({ plan }: LocalNode): Promise<Probe> {
    return Probe.open({ host: HOST, port: plan.ownPort })
  }

  /** Calls back whenever a process has started or ended. */
  follow(listener: (node: LocalNode) => void): Cancel {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async startNode(node: LocalNode, wipe: boolean): Promise<void> {
    if (node.process.isRunning) return
    if (wipe) wipeNodeFolder(node.folder, this.firstFiles(node))
    await this.accept(node)
    node.process.start()
    this.tell(node)
  }

  /** Puts a fault on the links that it names; what this gives takes it away again. */
  addLinkFault(fault: LinkFault): Cancel {
    const heal = this.links.add(fault)
    this.review()
    return () => {
      heal()
      this.review()
    }
  }

  /** Resets the connections between two machines, whoever opened them. Gives how many there were. */
  resetLink(from: string, to: string): number {
    let count = 0
    for (const { plan, relays } of this.nodes) {
      for (const relay of relays) {
        if (plan.name === to) count += relay.reset(from)
        if (plan.name === from) count += relay.reset(to)
      }
    }
    return count
  }

  /** Ends them all, at once. Nothing of them is left. */
  async stop(): Promise<void> {
    if (this.isOver) return
    this.isOver = true
    for (const { relays } of this.nodes) for (const relay of relays) relay.close()
    await Promise.all(this.nodes.map(({ process }) => process.end('SIGKILL')))
    await this.guard.close()
  }

  private async accept({ relays }: LocalNode): Promise<void> {
    for (const [index, relay] of relays.entries()) {
      if (index === 0 || this.topology === 'cluster') await relay.accept()
    }
  }

  private review(): void {
    for (const { relays } of this.nodes) for (const relay of relays) relay.review()
  }

  private relay(port: number, ownPort: number, to: string): Relay {
    return new Relay({
      port,
      ownPort,
      to,
      machineAt: (address) => this.byAddress.get(address) ?? '',
      stateOf: (from, target) => this.links.state(from, target),
    })
  }

  /** A node without its data comes back under the name that others know, but with nothing in it. */
  private firstFiles({ plan }: LocalNode): Readonly<Record<string, string>> {
    return { 'redis.conf': plan.files['redis.conf']! }
  }

  private changed(node: LocalNode): void {
    if (!node.process.isRunning) for (const relay of node.relays) relay.refuse()
    if (!this.isOver) this.tell(node)
  }

  private tell(node: LocalNode): void {
    for (const listener of this.listeners) listener(node)
  }

  private async untilReady(): Promise<void> {
    const endMs = wallMs() + READY_MS
    for (const node of this.nodes) {
      while (!(await isReady(this, node, this.deployment))) {
        if (!node.process.isRunning || wallMs() > endMs) {
          throw new EventyardError('local.failed', {
            node: node.plan.name,
            problem: node.process.log.slice(-3).join(' / ') || 'it has said nothing',
          })
        }
        await sleep(LOOK_MS)
      }
    }
  }
}

/** Somebody else was quicker, between the look for free ports and their use. */
function isPortTaken(error: unknown): boolean {
  return /EADDRINUSE|Address already in use/.test(problemOf(error))
}
