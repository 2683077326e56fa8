/** The faults that lie on a deployment until they are healed, whatever the deployment is made of. */
import { EventyardError } from '../../../shared/errors'
import type { ActiveFault, Fault } from '../../../shared/faults'
import type { Cancel, Clock } from '../../simulator/ports'

interface Standing extends ActiveFault {
  /** Takes it away, and tells so. */
  readonly heal: () => void
  readonly cancelEnd: Cancel | undefined
}

export abstract class StandingFaults {
  protected readonly standing = new Map<number, Standing>()
  private count = 0

  constructor(private readonly clock: Clock) {}

  get active(): readonly ActiveFault[] {
    return [...this.standing.values()].map(({ id, fault, sinceUs, endsUs }) => ({ id, fault, sinceUs, endsUs }))
  }

  /** Throws EventyardError where a fault cannot be done here, or names somebody who is not there. */
  abstract check(fault: Fault): void

  /** Does it. Gives what takes it away, where something stays. */
  protected abstract carryOut(id: number, fault: Fault): (() => void) | undefined

  /**
   * Does it, and ends it by itself after `forUs` where that is given: who was killed is started again, who was paused
   * goes on. Gives the number to heal it by, or 0 where nothing stays. Throws as `check`, and then changes nothing.
   */
  apply(fault: Fault, forUs?: number): number {
    this.check(fault)
    const id = this.count + 1
    const heal = this.carryOut(id, fault)
    if (!heal) return 0
    this.count = id
    const { clock } = this
    const cancelEnd = forUs === undefined ? undefined : clock.after(forUs, () => this.heal(id))
    const sinceUs = clock.nowUs()
    this.standing.set(id, { id, fault, sinceUs, endsUs: forUs === undefined ? null : sinceUs + forUs, heal, cancelEnd })
    return id
  }

  /** Throws `fault.unknown`. */
  require(id: number): void {
    if (!this.standing.has(id)) throw new EventyardError('fault.unknown', { fault: String(id) })
  }

  /** Does nothing where the fault has ended meanwhile. */
  heal(id: number): void {
    const standing = this.standing.get(id)
    if (!standing) return
    this.standing.delete(id)
    standing.cancelEnd?.()
    standing.heal()
  }

  healAll(): void {
    for (const id of [...this.standing.keys()]) this.heal(id)
  }

  protected forget(id: number): void {
    this.standing.get(id)?.cancelEnd?.()
    this.standing.delete(id)
  }
}
