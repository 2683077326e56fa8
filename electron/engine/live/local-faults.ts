/** Breaks local servers: their processes by signals, the links between machines in the relays. */
import { EventyardError } from '../../../shared/errors'
import type { Fault } from '../../../shared/faults'
import { apart, between, requireOnce, sidesOf } from '../deployment/link-faults'
import { StandingFaults } from '../deployment/standing-faults'
import type { Crew } from '../deployment/faults'
import type { LinkFault } from '../../simulator/network/links'
import type { LiveYard } from './live-yard'
import type { LocalNode, LocalServers } from './local-servers'

type FaultOf<K extends Fault['kind']> = Extract<Fault, { kind: K }>

export class LocalFaults extends StandingFaults {
  /** Ended on purpose, and told so already. */
  readonly ending = new Map<string, Promise<void>>()

  constructor(
    private readonly servers: LocalServers,
    private readonly yard: LiveYard,
    private readonly crew: Crew,
  ) {
    super(yard.clock)
  }

  get machines(): readonly string[] {
    return [...new Set([...this.servers.nodes.map(({ plan }) => plan.name), ...this.yard.delivery.participants])]
  }

  check(fault: Fault): void {
    switch (fault.kind) {
      case 'kill':
      case 'stop':
      case 'pause':
        for (const name of fault.nodes) if (!this.crew.has(name)) this.servers.node(name)
        return
      case 'cut':
      case 'delay':
      case 'drop':
        this.checkLinks([...fault.from, ...fault.to])
        return
      case 'partition':
        this.checkLinks(fault.groups.flat())
        requireOnce(fault.groups)
        return
      default:
        throw new EventyardError('live.embedded', { what: `The fault ${fault.kind}` })
    }
  }

  async start(node: LocalNode, wipe: boolean): Promise<void> {
    this.forgetDown(node.plan.name)
    await this.ending.get(node.plan.name)
    await this.servers.startNode(node, wipe)
  }

  resume({ plan: { name }, process }: LocalNode): void {
    if (!process.isPaused) return
    this.forgetDown(name)
    this.yard.trace.append({ type: 'node.resumed', node: name })
    process.resume()
  }

  protected carryOut(id: number, fault: Fault): (() => void) | undefined {
    switch (fault.kind) {
      case 'kill':
        return this.end(fault.nodes, 'killed', 'SIGKILL')
      case 'stop':
        return this.end(fault.nodes, 'stopped', 'SIGTERM')
      case 'pause':
        return this.pause(fault.nodes)
      case 'cut':
        return this.cut(id, fault)
      case 'delay':
        return this.delay(id, fault)
      case 'drop':
        return this.drop(fault)
      case 'partition':
        return this.partition(id, fault)
      default:
        throw new EventyardError('live.embedded', { what: `The fault ${fault.kind}` })
    }
  }

  private checkLinks(names: readonly string[]): void {
    if (!this.servers.knowsSenders) throw new EventyardError('local.links')
    const { machines } = this
    for (const name of names) {
      if (machines.includes(name) || this.crew.has(name)) continue
      throw new EventyardError('fault.machine', { machine: name, known: machines.join(', ') })
    }
  }

  private nodes(names: readonly string[]): readonly LocalNode[] {
    return this.servers.nodes.filter(({ plan }) => names.includes(plan.name))
  }

  private actors(names: readonly string[]): readonly string[] {
    return names.filter((name) => this.crew.has(name))
  }

  private end(names: readonly string[], why: string, signal: 'SIGKILL' | 'SIGTERM'): () => void {
    for (const { plan, process } of this.nodes(names)) {
      if (!process.isRunning) continue
      this.yard.trace.append({ type: 'node.killed', node: plan.name, why })
      const end = process.end(signal).then(() => void this.ending.delete(plan.name))
      this.ending.set(plan.name, end)
    }
    for (const actor of this.actors(names)) {
      if (signal === 'SIGTERM') this.crew.stop(actor)
      else this.crew.kill(actor)
    }
    return () => {
      for (const node of this.nodes(names)) this.startAgain(node)
      for (const actor of this.actors(names)) this.crew.start(actor)
    }
  }

  private startAgain(node: LocalNode): void {
    this.start(node, false).catch((error: unknown) => {
      const text = `${node.plan.name} does not start again: ${(error as Error).message}`
      this.yard.trace.append({ type: 'note', text })
    })
  }

  private pause(names: readonly string[]): () => void {
    for (const { plan, process } of this.nodes(names)) {
      if (!process.isRunning || process.isPaused) continue
      this.yard.trace.append({ type: 'node.paused', node: plan.name })
      process.pause()
    }
    for (const actor of this.actors(names)) this.crew.pause(actor)
    return () => {
      for (const node of this.nodes(names)) this.resume(node)
      for (const actor of this.actors(names)) this.crew.resume(actor)
    }
  }

  private cut(id: number, { from, to, oneWay }: FaultOf<'cut'>): () => void {
    const place = { fault: id, from: from.join(', '), to: to.join(', ') }
    this.yard.trace.append({ type: 'link.cut', ...place, oneWay: oneWay ? 1 : 0 })
    return this.lay({ isCut: true, on: between(from, to, oneWay) }, place)
  }

  private delay(id: number, { from, to, delayUs, jitterUs, bytesPerSecond, oneWay }: FaultOf<'delay'>): () => void {
    const place = { fault: id, from: from.join(', '), to: to.join(', ') }
    this.yard.trace.append({ type: 'link.delayed', ...place, delayUs, jitterUs, bytesPerSecond })
    const narrow = bytesPerSecond > 0 ? { bytesPerSecond } : {}
    return this.lay({ delayUs, jitterUs, ...narrow, on: between(from, to, oneWay) }, place)
  }

  private lay(fault: LinkFault, place: { fault: number; from: string; to: string }): () => void {
    const heal = this.servers.addLinkFault(fault)
    return () => {
      heal()
      this.yard.trace.append({ type: 'link.healed', ...place })
    }
  }

  private drop({ from, to }: FaultOf<'drop'>): undefined {
    let connections = 0
    for (const a of from) for (const b of to) connections += this.servers.resetLink(a, b)
    this.yard.trace.append({ type: 'link.dropped', from: from.join(', '), to: to.join(', '), connections })
  }

  private partition(id: number, { groups }: FaultOf<'partition'>): () => void {
    const heal = this.servers.addLinkFault({ isCut: true, on: apart(groups) })
    const sides = sidesOf(groups)
    this.yard.trace.append({ type: 'partition.made', fault: id, sides })
    return () => {
      heal()
      this.yard.trace.append({ type: 'partition.healed', fault: id, sides })
    }
  }

  /** Started or continued by hand: faults that kept it down, and nobody else, are over. */
  private forgetDown(node: string): void {
    for (const { id, fault } of this.active) {
      if (fault.kind !== 'kill' && fault.kind !== 'stop' && fault.kind !== 'pause') continue
      if (fault.nodes.length === 1 && fault.nodes[0] === node) this.forget(id)
    }
  }
}
