/** Sets faults on a deployment and takes them away again. Each is an event of the trace, to which what follows leads back. */
import { EventyardError } from '../../../shared/errors'
import type { Fault } from '../../../shared/faults'
import type { Cancel } from '../../simulator/ports'
import type { NodeProcess } from '../../simulator/node/node-process'
import type { World } from '../world/world'
import { apart, between, requireOnce, sidesOf } from './link-faults'
import { StandingFaults } from './standing-faults'

/** Whoever looks after the actors: their processes can be killed and stopped too. */
export interface Crew {
  has(actor: string): boolean
  kill(actor: string): void
  start(actor: string): void
  stop(actor: string): void
  pause(actor: string): void
  resume(actor: string): void
}

type FaultOf<K extends Fault['kind']> = Extract<Fault, { kind: K }>

export class Faults extends StandingFaults {
  /** Nobody, in a world that has no actors. */
  crew: Crew | undefined

  constructor(private readonly world: World) {
    super(world.clock)
  }

  /** A node was started or continued by hand: faults that kept it down are over. */
  forgetDown(node: string): void {
    for (const { id, fault, cancelEnd } of [...this.standing.values()]) {
      if (!isDown(fault) || !fault.nodes.includes(node)) continue
      const isHeldDown = ({ name, isRunning, isPaused }: NodeProcess) =>
        name !== node && fault.nodes.includes(name) && (!isRunning || isPaused)
      if (this.world.processes.some(isHeldDown) || fault.nodes.some((name) => this.crew?.has(name))) continue
      cancelEnd?.()
      this.standing.delete(id)
    }
  }

  /** Throws `node.unknown`, `fault.machine` or `fault.twice`. */
  check(fault: Fault): void {
    if ('nodes' in fault) {
      for (const name of fault.nodes) if (!isDown(fault) || !this.crew?.has(name)) this.world.process(name)
    }
    if ('from' in fault) for (const name of [fault.from, fault.to].flat()) this.requireMachine(name)
    if ('groups' in fault) {
      for (const name of fault.groups.flat()) this.requireMachine(name)
      requireOnce(fault.groups)
    }
  }

  private requireMachine(name: string): void {
    if (this.crew?.has(name)) return
    const { machines } = this.world
    if (machines.includes(name)) return
    throw new EventyardError('fault.machine', { machine: name, known: machines.join(', ') })
  }

  protected carryOut(id: number, fault: Fault): (() => void) | undefined {
    switch (fault.kind) {
      case 'kill':
        return this.end(fault, 'killed', (process) => process.kill())
      case 'power':
        return this.end(fault, 'power cut', (process) => process.cutPower())
      case 'stop':
        return this.end(fault, 'stopped', (process) => process.stop())
      case 'pause':
        return this.pause(fault)
      case 'cut':
        return this.cut(id, fault)
      case 'delay':
        return this.delay(id, fault)
      case 'drop':
        return this.drop(fault)
      case 'flight':
        return this.trick(id, fault)
      case 'partition':
        return this.partition(id, fault)
      case 'fill-disk':
        return this.fillDisk(fault)
      case 'slow-disk':
        return this.slowDisk(fault)
      case 'jump-clock':
        return this.jumpClock(fault)
      case 'drift':
        return this.drift(fault)
    }
  }

  /** Who was removed meanwhile is left out. */
  private each(nodes: readonly string[], run: (process: NodeProcess) => void): void {
    for (const process of this.world.processes) if (nodes.includes(process.name)) run(process)
  }

  /** The actors among those that a fault names. */
  private eachActor(names: readonly string[], run: (crew: Crew, actor: string) => void): void {
    const { crew } = this
    if (crew) for (const name of names) if (crew.has(name)) run(crew, name)
  }

  private end(fault: FaultOf<'kill' | 'power' | 'stop'>, why: string, end: (process: NodeProcess) => void) {
    this.each(fault.nodes, ({ name }) => this.world.endProcess(name, why, end))
    this.eachActor(fault.nodes, (crew, actor) => (fault.kind === 'stop' ? crew.stop(actor) : crew.kill(actor)))
    return () => {
      this.each(fault.nodes, ({ name }) => this.world.startProcess(name))
      this.eachActor(fault.nodes, (crew, actor) => crew.start(actor))
    }
  }

  private pause({ nodes }: FaultOf<'pause'>) {
    const { trace, plot } = this.world
    this.each(nodes, (process) => {
      if (!process.isRunning || process.isPaused) return
      plot.concerns(trace.append({ type: 'node.paused', node: process.name }), process.name)
      process.pause()
    })
    this.eachActor(nodes, (crew, actor) => crew.pause(actor))
    return () => {
      this.each(nodes, ({ name }) => this.world.resumeProcess(name))
      this.eachActor(nodes, (crew, actor) => crew.resume(actor))
    }
  }

  private cut(id: number, { from, to, oneWay }: FaultOf<'cut'>) {
    const heal = this.world.links.add({ isCut: true, on: between(from, to, oneWay) })
    const place = { fault: id, from: from.join(', '), to: to.join(', ') }
    this.tell({ type: 'link.cut', ...place, oneWay: oneWay ? 1 : 0 }, [...from, ...to])
    return this.healingLink(place, [...from, ...to], heal)
  }

  private delay(id: number, fault: FaultOf<'delay'>) {
    const { from, to, delayUs, jitterUs, bytesPerSecond, oneWay } = fault
    const heal = this.world.links.add({
      delayUs,
      jitterUs,
      ...(bytesPerSecond > 0 ? { bytesPerSecond } : {}),
      on: between(from, to, oneWay),
    })
    const place = { fault: id, from: from.join(', '), to: to.join(', ') }
    this.tell({ type: 'link.delayed', ...place, delayUs, jitterUs, bytesPerSecond }, [...from, ...to])
    return this.healingLink(place, [...from, ...to], heal)
  }

  private healingLink(
    place: { readonly fault: number; readonly from: string; readonly to: string },
    machines: readonly string[],
    heal: Cancel,
  ): () => void {
    return () => {
      heal()
      this.tell({ type: 'link.healed', ...place }, machines)
    }
  }

  private drop({ from, to }: FaultOf<'drop'>): undefined {
    const { world } = this
    const on = between(from, to, false)
    const place = { from: from.join(', '), to: to.join(', ') }
    const connections = world.countConnections(on)
    this.tell({ type: 'link.dropped', ...place, connections }, [...from, ...to])
    world.resetConnections(on)
  }

  private trick(id: number, { from, to, what }: FaultOf<'flight'>) {
    let release: () => void = () => undefined
    let isOver = false
    this.world.playTrick(from, to, what, (letGo) => {
      // Healed before there was anything to hold.
      if (isOver) {
        letGo()
        return
      }
      release = letGo
      this.tell({ type: 'link.tricked', fault: id, from, to, what }, [from, to])
      // Only what is held can be let go.
      if (what !== 'hold') this.forget(id)
    })
    return () => {
      isOver = true
      this.tell({ type: 'link.tricked', fault: id, from, to, what: 'release' }, [from, to])
      release()
    }
  }

  private partition(id: number, { groups }: FaultOf<'partition'>) {
    const heal = this.world.links.add({ isCut: true, on: apart(groups) })
    const sides = sidesOf(groups)
    this.tell({ type: 'partition.made', fault: id, sides }, groups.flat())
    return () => {
      heal()
      this.tell({ type: 'partition.healed', fault: id, sides }, groups.flat())
    }
  }

  private fillDisk({ nodes }: FaultOf<'fill-disk'>) {
    this.each(nodes, ({ name, disk }) => {
      this.tell({ type: 'disk.full', node: name }, [name])
      disk.capacityBytes = disk.usedBytes
    })
    return () =>
      this.each(nodes, ({ name, disk }) => {
        disk.capacityBytes = Infinity
        this.tell({ type: 'disk.ok', node: name }, [name])
      })
  }

  private slowDisk({ nodes, syncUs }: FaultOf<'slow-disk'>) {
    this.each(nodes, ({ name, disk }) => {
      this.tell({ type: 'disk.slow', node: name, us: syncUs }, [name])
      disk.syncUs = syncUs
    })
    return () =>
      this.each(nodes, ({ name, disk }) => {
        disk.syncUs = 0
        this.tell({ type: 'disk.ok', node: name }, [name])
      })
  }

  private jumpClock({ nodes, byUs }: FaultOf<'jump-clock'>): undefined {
    this.each(nodes, (process) => {
      this.tell({ type: 'clock.jumped', node: process.name, us: byUs }, [process.name])
      process.clock.jump(byUs)
      if (process.isRunning) process.node.clockJumped()
    })
  }

  private drift({ nodes, ppm }: FaultOf<'drift'>) {
    const set = (to: number) =>
      this.each(nodes, (process) => {
        this.tell({ type: 'clock.drifting', node: process.name, ppm: to }, [process.name])
        process.clock.drift(to)
        if (process.isRunning) process.node.clockJumped()
      })
    set(ppm)
    return () => set(0)
  }

  private tell(event: Parameters<World['trace']['append']>[0], machines: readonly string[]): void {
    const { trace, plot } = this.world
    plot.concerns(trace.append(event), ...machines)
  }
}

function isDown(fault: Fault): fault is FaultOf<'kill' | 'power' | 'stop' | 'pause'> {
  return fault.kind === 'kill' || fault.kind === 'power' || fault.kind === 'stop' || fault.kind === 'pause'
}
