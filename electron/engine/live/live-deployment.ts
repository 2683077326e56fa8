import type { RunState } from '../../../shared/contract'
import type { DeploymentView } from '../../../shared/deployment-view'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { StageFacts } from '../scenario/stage'
import type { Crew } from '../deployment/faults'
import type { LiveData } from './live-data'
import type { LiveYard, Servers } from './live-yard'
import type { LocalFaults } from './local-faults'
import type { LocalServers } from './local-servers'

/** What can be done to servers that the run has started itself. */
export interface LocalControls {
  readonly faults: LocalFaults
  readonly servers: LocalServers
  view(): DeploymentView
}

/** The real servers of a run, as the run sees them: started for it, or somebody's own. */
export interface LiveDeployment {
  readonly kind: Exclude<RunState['on'], 'embedded'>
  readonly servers: Servers
  readonly facts: StageFacts
  /** Once, before the run starts. */
  attach(yard: LiveYard, crew: Crew): void
  /** Tells the trace which servers there are. */
  tellStarted(): void
  /** Throws EventyardError where it cannot be done to these servers. */
  applyFault(step: FaultStep): void
  healAll(): void
  /** What the window may do to them; undefined where nothing can be done. */
  readonly local?: LocalControls
  restart(words: readonly string[]): void
  /** Throws where a person's command must not be sent to these servers. */
  requireAllowed?(argv: readonly string[], isConfirmed: boolean): void
  /** What their data looks like. */
  readonly data: LiveData
  stop(): Promise<void>
}
