import { EventyardError } from '../../../shared/errors'
import { actionNames, type Step } from '../../../shared/scenario/schema'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { Clock } from '../../simulator/ports'
import type { Stage, StageFacts } from '../scenario/stage'
import type { LiveDeployment } from './live-deployment'
import type { LiveYard } from './live-yard'

const CHANGES = ['add-node', 'remove-node', 'move-slots', 'rebalance', 'failover', 'rolling-restart']

/** Real servers, as a script sees them. */
export class LiveStage implements Stage {
  readonly clock: Clock
  readonly trace
  readonly delivery
  readonly facts: StageFacts

  constructor(
    yard: LiveYard,
    private readonly deployment: LiveDeployment,
  ) {
    const { clock } = yard
    this.clock = {
      nowUs: () => clock.nowUs(),
      unixUs: () => clock.unixUs(),
      after: (delayUs, run) => clock.afterNow(delayUs, run),
    }
    this.trace = yard.trace
    this.delivery = yard.delivery
    this.facts = deployment.facts
  }

  applyFault(step: FaultStep): void {
    this.deployment.applyFault(step)
  }

  healAll(): void {
    this.deployment.healAll()
  }

  change(step: Step): void {
    const asked = actionNames.find((name) => CHANGES.includes(name) && step[name] !== undefined)
    if (asked) throw new EventyardError('live.embedded', { what: `The step ${asked}` })
  }

  restart(words: readonly string[]): void {
    this.deployment.restart(words)
  }
}
