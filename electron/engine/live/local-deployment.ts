/** Local servers as a run has them: their part in the trace, what can be known of them, what can be done to them. */
import { bytesOf } from '../../../shared/bytes'
import type { DeploymentView } from '../../../shared/deployment-view'
import { problemOf } from '../../../shared/errors'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { Crew } from '../deployment/faults'
import { resolveFault, resolveTargets, type Member, type Surroundings } from '../deployment/targets'
import type { LiveDeployment, LocalControls } from './live-deployment'
import { LiveData } from './live-data'
import { LiveFacts } from './live-facts'
import type { LiveYard } from './live-yard'
import { LocalFaults } from './local-faults'
import type { LocalNode, LocalServers } from './local-servers'
import { servesKey, Watch, type ClusterStatus, type Status } from './watch'

export class LocalDeployment implements LiveDeployment, Surroundings {
  readonly kind = 'local'
  readonly facts: LiveFacts
  readonly data: LiveData
  faults!: LocalFaults
  private yard!: LiveYard
  private crew!: Crew
  private readonly watch: Watch
  private isStopping = false

  constructor(readonly servers: LocalServers) {
    const isCluster = servers.topology === 'cluster'
    const watched = () =>
      servers.nodes.map((node) => ({
        name: node.plan.name,
        isRunning: node.process.isRunning && !node.process.isPaused,
        isSentinel: node.plan.role === 'sentinel',
        ask: () => servers.ask(node),
      }))
    this.watch = new Watch(watched, isCluster, (name, now, before) => this.changed(name, now, before))
    this.facts = new LiveFacts(this, this.watch)
    this.data = new LiveData(() =>
      watched()
        .filter(({ isSentinel }) => !isSentinel)
        .map(({ name, isRunning, ask }) => ({ name, isRunning, open: ask })),
    )
    servers.follow((node) => this.processChanged(node))
  }

  get members(): readonly Member[] {
    return this.servers.nodes.map(({ plan, process }) => {
      const status = this.watch.statusOf(plan.name)
      return {
        name: plan.name,
        isRunning: process.isRunning,
        isPaused: process.isPaused,
        isSentinel: plan.role === 'sentinel',
        role: status.role,
        follows: this.primaryOf(status),
        serves: (key) => servesKey(status, key),
      }
    })
  }

  get machines(): readonly string[] {
    return this.faults.machines
  }

  isActor(name: string): boolean {
    return this.crew.has(name)
  }

  get local(): LocalControls {
    return this
  }

  attach(yard: LiveYard, crew: Crew): void {
    this.yard = yard
    this.crew = crew
    this.faults = new LocalFaults(this.servers, yard, crew)
    this.facts.attach(yard.trace)
  }

  tellStarted(): void {
    for (const node of this.servers.nodes) this.tellNode(node)
    this.watch.start()
  }

  applyFault(step: FaultStep): void {
    this.faults.apply(resolveFault(this, step), step.for)
  }

  healAll(): void {
    this.faults.healAll()
  }

  restart(words: readonly string[]): void {
    for (const name of resolveTargets(this, words)) {
      if (this.isActor(name)) {
        this.crew.resume(name)
        this.crew.start(name)
        continue
      }
      const node = this.servers.node(name)
      this.faults.resume(node)
      this.faults.start(node, false).catch((error: unknown) => {
        this.yard.trace.append({ type: 'note', text: `${name} does not start again: ${problemOf(error)}` })
      })
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true
    this.watch.stop()
    this.facts.stop()
    this.data.stop()
    await this.servers.stop()
  }

  /** Asks the primary of a key. Undefined where nobody serves it at present. */
  async ask(key: string, ...words: readonly string[]): Promise<string | undefined> {
    const member = this.members.find(
      ({ isRunning, isSentinel, role, serves }) =>
        isRunning && !isSentinel && role === 'primary' && serves(bytesOf(key)),
    )
    if (!member) return undefined
    const probe = await this.servers.ask(this.servers.node(member.name))
    try {
      const reply = await probe.call(...words)
      if (reply.kind === 'integer') return String(reply.value)
      return reply.kind === 'bulk' ? reply.bytes : reply.kind === 'simple' ? reply.text : undefined
    } finally {
      probe.close()
    }
  }

  /** The deployment as it was seen last, for the Cluster view. */
  view(): DeploymentView {
    const nodes = this.servers.nodes.map(({ plan: { name, port, role }, process }) => {
      const status = this.watch.statusOf(name)
      return {
        name,
        host: '127.0.0.1',
        port,
        state: process.isPaused ? ('paused' as const) : process.isRunning ? ('running' as const) : ('down' as const),
        role: role === 'sentinel' ? role : status.role,
        primary: this.primaryOf(status) ?? null,
        link: status.role === 'primary' ? ('none' as const) : status.isLinkUp ? ('up' as const) : ('connect' as const),
        offset: status.offset,
        // Real servers do not say how far they are behind in the same breath.
        behindBytes: null,
        keys: status.keys,
        clients: status.clients,
        operationsPerSecond: status.operationsPerSecond,
        unixMs: Math.floor(this.yard.clock.unixUs() / 1000),
        clockErrorUs: 0,
        isDiskFull: false,
        cluster: status.cluster ? clusterView(status.cluster) : null,
      }
    })
    const { topology } = this.servers
    return {
      topology,
      nowUs: this.yard.clock.nowUs(),
      nodes,
      named: [],
      faults: [...this.faults.active],
      slotMaps: [],
      jobs: [],
      jobFailure: null,
    }
  }

  private primaryOf({ follows }: Status): string | undefined {
    return follows === undefined
      ? undefined
      : this.servers.nameAt('', Number(follows.slice(follows.lastIndexOf(':') + 1)))
  }

  private tellNode({ plan: { name, role, port } }: LocalNode): void {
    this.yard.trace.append({ type: 'node.started', node: name, role, address: `127.0.0.1:${port}` })
  }

  private processChanged(node: LocalNode): void {
    if (this.isStopping) return
    if (node.process.isRunning) this.tellNode(node)
    else if (!this.faults.ending.has(node.plan.name)) {
      this.yard.trace.append({ type: 'node.killed', node: node.plan.name, why: 'ended by itself' })
    }
  }

  /** What has become of a node since the last look, as far as it can be seen from outside. */
  private changed(node: string, now: Status, before: Status | undefined): void {
    if (!before || !now.isAnswering || this.isStopping) return
    const { trace } = this.yard
    if (before.role === 'replica' && now.role === 'primary') {
      const epoch = now.cluster?.epoch ?? 0
      trace.append({ type: 'node.promoted', cause: 0, node, epoch, inPlaceOf: this.primaryOf(before) ?? '' })
    } else if (before.role === 'primary' && now.role === 'replica') {
      trace.append({ type: 'node.demoted', cause: 0, node, primary: this.primaryOf(now) ?? '' })
    }
    if (now.cluster && before.cluster && now.cluster.isOk !== before.cluster.isOk) {
      trace.append({ type: 'node.state', cause: 0, node, state: now.cluster.isOk ? 'ok' : 'fail', why: '' })
    }
  }
}

/** What a node says of itself; what it believes of the others is not asked. */
function clusterView({ id, isOk, epoch, currentEpoch, slots }: ClusterStatus) {
  return {
    id,
    state: isOk ? ('ok' as const) : ('fail' as const),
    currentEpoch,
    configEpoch: epoch,
    slots: slots.map(([first, last]): [number, number] => [first, last]),
    migrating: [],
    importing: [],
    beliefs: [],
  }
}
