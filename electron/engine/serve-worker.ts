import type { MessagePort } from 'node:worker_threads'
import { toErrorData } from '../../shared/errors'
import { ScenarioLibrary } from './host/scenario-library'
import { isLeftBehind } from './host/left-behind'
import { Engine, type EngineOutput } from './run/engine'
import type { FromWorker, ToWorker, WorkerOptions } from './worker-protocol'

/** Answers calls on the port until the thread ends. */
export function serveWorker(port: MessagePort, options: WorkerOptions): void {
  const send = (message: FromWorker) => port.postMessage(message)
  const output: EngineOutput = {
    // Copied, not moved: the run keeps its latest batches for a window that reloads.
    trace: (batch) => send({ kind: 'trace', batch }),
    state: (state) => send({ kind: 'state', state }),
    console: (batch) => send({ kind: 'console', batch }),
  }
  const engine = new Engine(new ScenarioLibrary(options.scenariosFolder), output, options)

  const failed = (error: unknown) => {
    // With no run to blame, the thread is broken: whoever started it hears of its end and starts another.
    if (!engine.fail(error)) throw error
  }
  process.on('uncaughtException', failed)
  process.on('unhandledRejection', (error) => {
    if (!isLeftBehind(error)) failed(error)
  })

  port.on('message', ({ id, name, params }: ToWorker) => {
    engine.call(name, params).then(
      (value) => send({ kind: 'answer', id, outcome: { ok: true, value } }),
      (error: unknown) => send({ kind: 'answer', id, outcome: { ok: false, error: toErrorData(error) } }),
    )
  })
  send({ kind: 'ready' })
}
