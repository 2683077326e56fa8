import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ConsoleBatch } from '../../shared/console/console-types'
import type { CallParams, CallResult, EngineCallName, Outcome, RunState } from '../../shared/contract'
import { EventyardError } from '../../shared/errors'
import type { TraceBatch } from '../../shared/trace/batch'
import type { FromWorker, ToWorker, WorkerOptions } from '../engine/worker-protocol'

export interface EngineStreams {
  trace(batch: TraceBatch): void
  state(state: RunState): void
  /** Only whoever opens consoles listens to them. */
  console?(batch: ConsoleBatch): void
}

/** The engine in a worker thread, asked by the contract's calls. */
export class EngineClient {
  private readonly open = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  private calls = 0

  private constructor(
    private readonly worker: Worker,
    private readonly streams: EngineStreams,
  ) {
    worker.on('message', (message: FromWorker) => this.receive(message))
    worker.on('error', (error) => this.crashed(error.message))
    worker.on('exit', (code) => this.crashed(`it ended with code ${code}`))
  }

  /** `folder` is where the bundles are; the built-in scenarios lie beside it. */
  static start(folder: string, streams: EngineStreams, options: Partial<WorkerOptions> = {}): EngineClient {
    const scenariosFolder = join(folder, '..', 'scenarios')
    const workerData: WorkerOptions = { scenariosFolder, observed: true, ...options }
    const file = join(folder, 'engine-worker.cjs')
    if (!existsSync(file)) throw new EventyardError('worker.crashed', { problem: `${file} is missing` })
    return new EngineClient(new Worker(file, { workerData }), streams)
  }

  /** Rejects with EventyardError. */
  call<N extends EngineCallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    const id = ++this.calls
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject })
      this.worker.postMessage({ kind: 'call', id, name, params } satisfies ToWorker)
    })
  }

  async close(): Promise<void> {
    this.worker.removeAllListeners('exit')
    await this.worker.terminate()
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        return
      case 'trace':
        this.streams.trace(message.batch)
        return
      case 'state':
        this.streams.state(message.state)
        return
      case 'console':
        this.streams.console?.(message.batch)
        return
      case 'answer':
        this.answer(message.id, message.outcome)
    }
  }

  private answer(id: number, outcome: Outcome<unknown>): void {
    const call = this.open.get(id)
    this.open.delete(id)
    if (outcome.ok) call?.resolve(outcome.value as never)
    else call?.reject(new EventyardError(outcome.error.code, outcome.error.values))
  }

  private crashed(problem: string): void {
    for (const { reject } of this.open.values()) reject(new EventyardError('worker.crashed', { problem }))
    this.open.clear()
  }
}
