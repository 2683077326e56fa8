import { describe, expect, it, vi } from 'vitest'
import type { RunState } from '../../shared/contract'
import type { TraceBatch } from '../../shared/trace/batch'
import type { FromWorker, ToWorker } from '../engine/worker-protocol'
import { EngineSupervisor, type WorkerPort } from './engine-supervisor'

class FakeWorker implements WorkerPort {
  readonly got: ToWorker[] = []
  terminated = false
  private readonly listeners = new Map<string, (value: never) => void>()
  postMessage(message: ToWorker): void {
    this.got.push(message)
  }
  on(event: string, listener: (value: never) => void): void {
    this.listeners.set(event, listener)
  }
  terminate(): Promise<unknown> {
    this.terminated = true
    return Promise.resolve()
  }
  emit(event: 'message' | 'error' | 'exit', value: FromWorker | Error | number): void {
    this.listeners.get(event)?.(value as never)
  }
  answer(value: unknown, call = this.got.at(-1)!): void {
    this.emit('message', { kind: 'answer', id: call.id, outcome: { ok: true, value } })
  }
}

const state = (run: number): RunState => ({ run, status: 'running', error: null }) as unknown as RunState
const batch = (run: number): TraceBatch => ({ run, firstSeq: 1, count: 0 }) as unknown as TraceBatch

function supervise() {
  const workers: FakeWorker[] = []
  const sent: [string, unknown][] = []
  const engine = new EngineSupervisor({
    startWorker: () => workers[workers.push(new FakeWorker()) - 1]!,
    send: (stream, data) => sent.push([stream, data]),
    log: { info: vi.fn(), error: vi.fn() },
  })
  return { engine, workers, sent }
}

const start = { source: { kind: 'builtin', id: 'chat-room' }, seed: 7, paused: false } as const

describe('the supervisor', () => {
  it('starts one worker, and answers each call by its id', async () => {
    const { engine, workers } = supervise()
    engine.warmUp()
    const list = engine.call('scenarios.list', {})
    const hash = engine.call('run.hash', {})
    const [worker] = workers
    worker!.answer({ hash: 'x', events: 1 }, worker!.got[1])
    worker!.answer([], worker!.got[0])
    expect(await list).toEqual([])
    expect(await hash).toEqual({ hash: 'x', events: 1 })
    expect(workers).toHaveLength(1)
  })

  it("throws the worker's error with its own code and words", async () => {
    const { engine, workers } = supervise()
    const call = engine.call('actor.remove', { actor: 'ana' })
    const error = { code: 'actor.unknown', message: '', hint: '', values: { actor: 'ana', known: 'ben' } } as const
    workers[0]!.emit('message', { kind: 'answer', id: 1, outcome: { ok: false, error } })
    await expect(call).rejects.toMatchObject({ code: 'actor.unknown', message: 'There is no actor named "ana".' })
  })

  it('passes trace and state on', () => {
    const { engine, workers, sent } = supervise()
    engine.warmUp()
    workers[0]!.emit('message', { kind: 'trace', batch: batch(1) })
    workers[0]!.emit('message', { kind: 'state', state: state(1) })
    expect(sent).toEqual([
      ['trace', batch(1)],
      ['state', state(1)],
    ])
  })

  it('answers open calls and shows a failed run when the worker dies', async () => {
    const { engine, workers, sent } = supervise()
    const call = engine.call('time.pause', {})
    workers[0]!.emit('message', { kind: 'state', state: state(3) })
    workers[0]!.emit('error', new Error('out of memory'))
    workers[0]!.emit('exit', 1)
    await expect(call).rejects.toMatchObject({ code: 'worker.crashed', values: { problem: 'out of memory' } })
    expect(sent.at(-1)).toMatchObject(['state', { run: 3, status: 'failed', error: { code: 'worker.crashed' } }])
  })

  it('restarts the last scenario in a new worker, whose runs go on counting', async () => {
    const { engine, workers, sent } = supervise()
    const first = engine.call('run.start', start)
    workers[0]!.answer(state(1))
    expect(await first).toMatchObject({ run: 1 })
    workers[0]!.emit('message', { kind: 'state', state: state(1) })
    workers[0]!.emit('exit', 1)
    // What the window asks meanwhile starts the new worker; the run is still the one that was lost.
    void engine.call('trace.resend', {})

    const again = engine.call('run.restart', { seed: 9 })
    expect(workers[1]!.got[1]).toMatchObject({ name: 'run.start', params: { source: start.source, seed: 9 } })
    workers[1]!.answer(state(1))
    expect(await again).toMatchObject({ run: 2 })
    workers[1]!.emit('message', { kind: 'trace', batch: batch(1) })
    expect(sent.at(-1)).toMatchObject(['trace', { run: 2 }])

    void engine.call('run.restart', {})
    expect(workers[1]!.got.at(-1)).toMatchObject({ name: 'run.restart' })
  })

  it('leaves the run number 0 of a new worker alone: it means that there is none', async () => {
    const { engine, workers } = supervise()
    engine.warmUp()
    workers[0]!.emit('message', { kind: 'state', state: state(4) })
    workers[0]!.emit('exit', 1)
    const call = engine.call('run.state', {})
    workers[1]!.answer(state(0))
    expect(await call).toMatchObject({ run: 0 })
  })

  it('says nothing of a crash when it closes the worker itself', async () => {
    const { engine, workers, sent } = supervise()
    engine.warmUp()
    workers[0]!.emit('message', { kind: 'state', state: state(1) })
    await engine.close()
    workers[0]!.emit('exit', 1)
    expect(workers[0]!.terminated).toBe(true)
    expect(sent).toHaveLength(1)
  })
})
