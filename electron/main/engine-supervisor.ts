import type {
  CallName,
  CallParams,
  CallResult,
  EngineCallName,
  Outcome,
  RunState,
  Streams,
} from '../../shared/contract'
import { EventyardError, problemOf, toErrorData, type ErrorData } from '../../shared/errors'
import type { FromWorker, ToWorker } from '../engine/worker-protocol'
import type { Log } from './log'

/** What the supervisor needs of a worker thread. */
export interface WorkerPort {
  postMessage(message: ToWorker): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  terminate(): Promise<unknown>
}

export interface Supervised {
  startWorker(): WorkerPort
  send<S extends 'trace' | 'state' | 'console'>(stream: S, data: Streams[S]): void
  readonly log: Log
}

type Answer = (outcome: Outcome<unknown>) => void

/**
 * Keeps one engine worker, passes calls to it and its streams on. When it dies, every open call is answered, the window
 * sees a failed run, and the next call gets a new worker: nothing else in the app is lost.
 */
export class EngineSupervisor {
  private worker: WorkerPort | undefined
  private readonly open = new Map<number, Answer>()
  private lastId = 0
  private lastState: RunState | undefined
  /** How the last run was started, so that a restart works even when its worker is gone. */
  private lastStart: CallParams<'run.start'> | undefined
  /** The same, from the death of the worker that had the run until it is restarted. */
  private lostStart: CallParams<'run.start'> | undefined
  /** Runs of workers that died: a new worker counts from 1, and the window must not take its run for an old one. */
  private runsBefore = 0
  private isClosed = false

  constructor(private readonly parts: Supervised) {}

  /** Starts the worker ahead of the first call. */
  warmUp(): void {
    this.worker ??= this.start()
  }

  async call<N extends EngineCallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    this.warmUp()
    if (name === 'run.start') {
      this.lastStart = params as CallParams<'run.start'>
      this.lostStart = undefined
    }
    const lost = this.lostStart
    const outcome =
      name === 'run.restart' && lost
        ? await this.ask('run.start', { ...lost, ...(params as CallParams<'run.restart'>) })
        : await this.ask(name, params)
    if (name === 'run.restart' && outcome.ok) this.lostStart = undefined
    if (!outcome.ok) throw asError(outcome.error)
    return this.renumbered(name, outcome.value) as CallResult<N>
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.worker?.terminate()
  }

  private ask(name: EngineCallName, params: CallParams<EngineCallName>): Promise<Outcome<unknown>> {
    const id = ++this.lastId
    return new Promise((answer) => {
      this.open.set(id, answer)
      this.worker!.postMessage({ kind: 'call', id, name, params })
    })
  }

  private start(): WorkerPort {
    const worker = this.parts.startWorker()
    let problem = ''
    worker.on('message', (message) => this.receive(message))
    worker.on('error', (error) => {
      problem = problemOf(error)
      this.parts.log.error('the engine worker', error)
    })
    worker.on('exit', (code) => this.ended(worker, problem || `it ended with code ${code}`))
    return worker
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        return
      case 'answer': {
        const answer = this.open.get(message.id)
        this.open.delete(message.id)
        answer?.(message.outcome)
        return
      }
      case 'trace':
        this.parts.send('trace', { ...message.batch, run: message.batch.run + this.runsBefore })
        return
      case 'state':
        this.lastState = this.renumberedState(message.state)
        this.parts.send('state', this.lastState)
        return
      case 'console':
        this.parts.send('console', { ...message.batch, run: message.batch.run + this.runsBefore })
        return
    }
  }

  private ended(worker: WorkerPort, problem: string): void {
    if (this.isClosed || worker !== this.worker) return
    this.worker = undefined
    const error = toErrorData(new EventyardError('worker.crashed', { problem }))
    for (const answer of this.open.values()) answer({ ok: false, error })
    this.open.clear()
    if (!this.lastState) return
    this.lostStart = this.lastStart
    this.runsBefore = this.lastState.run
    this.lastState = { ...this.lastState, status: 'failed', error }
    this.parts.send('state', this.lastState)
  }

  private renumbered(name: CallName, value: unknown): unknown {
    const answersState = name === 'run.start' || name === 'run.restart' || name === 'run.stop' || name === 'run.state'
    const isState = answersState || name.startsWith('time.')
    return isState ? this.renumberedState(value as RunState) : value
  }

  private renumberedState(state: RunState): RunState {
    return state.run === 0 ? state : { ...state, run: state.run + this.runsBefore }
  }
}

/** The worker's error as it was: same code, same words. */
function asError({ code, values }: ErrorData): EventyardError {
  return new EventyardError(code, values)
}
