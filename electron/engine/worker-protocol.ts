/**
 * What main (or the command line) and the engine worker say to each other. Calls are answered once each, by `id`;
 * trace batches, the run's state and what consoles hear come unasked. The engine checks
 * parameters by the contract's schemas, whoever sent them.
 */
import type { CallParams, EngineCallName, Outcome, RunState } from '../../shared/contract'
import type { ConsoleBatch } from '../../shared/console/console-types'
import type { TraceBatch } from '../../shared/trace/batch'

export interface WorkerOptions {
  /** The folder of the built-in scenarios. */
  readonly scenariosFolder: string
  /** False runs worlds that nobody looks into: no trace of commands and messages, for serving at full speed. */
  readonly observed: boolean
  /** Where the node keeps its AOF on the machine's disk; else it keeps nothing. */
  readonly aofFolder?: string
  /** Whether nodes may connect to servers outside the world, to replicate from them: nothing of that is reproducible. */
  readonly reachesOut?: boolean
  /** Where the nodes of a deployment that has more than one begin to listen. */
  readonly firstPort?: number
}

export type ToWorker = {
  readonly kind: 'call'
  readonly id: number
  readonly name: EngineCallName
  readonly params: CallParams<EngineCallName>
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Outcome<unknown> }
  | { readonly kind: 'trace'; readonly batch: TraceBatch }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'console'; readonly batch: ConsoleBatch }
