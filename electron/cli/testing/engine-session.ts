import type { ConsoleBatch, ConsoleItem } from '../../../shared/console/console-types'
import type { RunState } from '../../../shared/contract'
import { unpackBatch } from '../../../shared/trace/batch'
import type { EventType, TraceEvent, TraceEventOf } from '../../../shared/trace/event-types'
import { EngineClient } from '../engine-client'
import { bundleFolder, ensureBuilt } from './command-line'

/** The engine in its worker thread, asked as the window and the command line ask it. */
export class EngineSession {
  readonly events: TraceEvent[] = []
  readonly heard: ConsoleItem[] = []
  console: ConsoleBatch | undefined
  state: RunState | undefined
  private waiting: (() => void)[] = []
  readonly engine: EngineClient

  constructor() {
    ensureBuilt()
    this.engine = EngineClient.start(bundleFolder, {
      trace: (batch) => {
        if (batch.firstSeq === 1) this.events.length = 0
        this.events.push(...unpackBatch(batch))
        this.wake()
      },
      state: (state) => {
        this.state = state
        this.wake()
      },
      console: (batch) => {
        this.heard.push(...batch.items)
        this.console = batch
        this.wake()
      },
    })
  }

  of<T extends EventType>(type: T): TraceEventOf<T>[] {
    return this.events.filter((event): event is TraceEventOf<T> & TraceEvent => event.type === type)
  }

  /** Comes back as soon as it holds; the test's own limit ends a wait for what never comes. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  start(seed?: number): Promise<RunState> {
    const source = { kind: 'builtin', id: 'chat-room' } as const
    return this.fresh(this.engine.call('run.start', { source, paused: true, ...(seed === undefined ? {} : { seed }) }))
  }

  /** Starts a scenario from its text, at its beginning and paused. */
  startText(text: string): Promise<RunState> {
    const source = { kind: 'text', name: 'test', text } as const
    return this.fresh(this.engine.call('run.start', { source, paused: true }))
  }

  restart(seed?: number): Promise<RunState> {
    return this.fresh(this.engine.call('run.restart', seed === undefined ? {} : { seed }))
  }

  /** A new run makes what came of the one before it old news. */
  private async fresh(started: Promise<RunState>): Promise<RunState> {
    const state = await started
    if (this.state?.run !== state.run) this.state = state
    return state
  }

  async toTheEnd(): Promise<RunState> {
    await this.engine.call('time.speed', { speed: 'max' })
    await this.engine.call('time.resume', {})
    const hasEnded = () => this.state?.script.ended === true && this.of('script.ended').length > 0
    await this.until(() => hasEnded() || this.state?.status === 'failed')
    return this.state!
  }

  /** Comes back when all steps are done. The states on the stream may still be those from before them. */
  async standstill(): Promise<RunState> {
    for (;;) {
      const state = await this.engine.call('run.state', {})
      if (state.status === 'paused') return state
    }
  }

  /** Long enough for the node to hear of what a client has done. */
  async sometime(): Promise<void> {
    const { nowUs } = await this.engine.call('run.state', {})
    await this.until(() => (this.state?.nowUs ?? 0) > nowUs + 10_000)
  }

  private wake(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
