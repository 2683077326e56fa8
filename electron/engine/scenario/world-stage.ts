import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { Step } from '../../../shared/scenario/schema'
import { resolveChange, resolveFault, resolveTargets } from '../deployment/targets'
import type { World } from '../world/world'
import { Facts } from './facts'
import type { Stage } from './stage'

/** A world, as a script sees it. */
export class WorldStage implements Stage {
  readonly clock
  readonly trace
  readonly delivery
  readonly facts: Facts

  constructor(private readonly world: World) {
    this.clock = world.clock
    this.trace = world.trace
    this.delivery = world.delivery
    this.facts = new Facts(world)
  }

  applyFault(step: FaultStep): void {
    this.world.faults.apply(resolveFault(this.world, step), step.for)
  }

  healAll(): void {
    this.world.faults.healAll()
  }

  change(step: Step): void {
    const { operator } = this.world
    const change = resolveChange(this.world, step)
    if (change) operator.check(change)
    // What goes wrong is in the trace.
    if (change) operator.carryOut(change).catch(() => undefined)
  }

  restart(words: readonly string[]): void {
    for (const node of resolveTargets(this.world, words)) {
      this.world.resumeProcess(node)
      this.world.startProcess(node)
    }
  }
}
