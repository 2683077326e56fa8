import type { RunState } from '../../../shared/contract'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { StageFacts } from '../scenario/stage'
import type { LiveYard, Servers } from './live-yard'

/** The real servers of a run, as the run sees them: started for it, or somebody's own. */
export interface LiveDeployment {
  readonly kind: Exclude<RunState['on'], 'embedded'>
  readonly servers: Servers
  readonly facts: StageFacts
  /** Once, before the run starts. */
  attach(yard: LiveYard): void
  /** Tells the trace which servers there are. */
  tellStarted(): void
  /** Throws EventyardError where it cannot be done to these servers. */
  applyFault(step: FaultStep): void
  healAll(): void
  restart(words: readonly string[]): void
  stop(): Promise<void>
}
