import type { Value } from '../../../shared/expression'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { Step } from '../../../shared/scenario/schema'
import type { Yard } from '../actors/yard'

/** What a script needs of the run that it plays in: a world, or real servers. */
export interface Stage extends Pick<Yard, 'clock' | 'trace' | 'delivery'> {
  readonly facts: StageFacts
  /** Throws EventyardError where it cannot be done here, or a word means nobody. */
  applyFault(step: FaultStep): void
  healAll(): void
  /** Has an operator do what a step asks for, if it does. Throws as `applyFault`. */
  change(step: Step): void
  /** Starts machines that have ended, and lets paused ones go on. Throws as `applyFault`. */
  restart(words: readonly string[]): void
}

/** What expressions may ask of a run besides the ledger of messages. */
export interface StageFacts {
  /** Undefined for a name that is none of these. */
  valueOf(name: string, argument: string | undefined): Value | undefined
  /** Looks up what `valueOf` will be asked, where that takes time. A world knows everything at once. */
  prepare?(names: readonly AskedName[], then: () => void): void
  /** Whether only simulated nodes could tell: then no expectation can hold, and the report says so. */
  isUnknowable?(name: string): boolean
  stop(): void
}

export interface AskedName {
  readonly name: string
  readonly argument?: string | undefined
}
