/** One run on real servers: a scenario, its actors and the machine's clock, from its start to its end. */
import { toErrorData, type ErrorData } from '../../../shared/errors'
import type { RunState } from '../../../shared/contract'
import { Consoles } from '../console/consoles'
import { later, turn, wallMs } from '../host/machine'
import { Cast } from '../run/cast'
import { KeptTrace } from '../run/kept-trace'
import type { RunOptions } from '../run/run'
import { Script } from '../scenario/script'
import type { LiveDeployment } from './live-deployment'
import { LiveStage } from './live-stage'
import { LiveYard } from './live-yard'

/** A frame at 60 a second; and how often the time is told while nothing happens. */
const FRAME_MS = 16
const TICK_MS = 100

export class LiveRun {
  readonly yard: LiveYard
  readonly cast: Cast
  readonly consoles: Consoles
  private readonly script: Script
  private readonly kept = new KeptTrace()
  private error: ErrorData | null = null
  private endedUs = 0
  private endEvents = 0
  private revision = 0
  private sentState = ''
  private sentMs = 0
  private isEnded = false
  private cancelFrame: (() => void) | undefined
  private failing: Promise<void> | undefined

  constructor(
    private readonly options: Pick<RunOptions, 'run' | 'loaded' | 'seed' | 'send'>,
    readonly deployment: LiveDeployment,
  ) {
    const { run, seed, loaded } = options
    this.yard = new LiveYard({ run, seed, servers: deployment.servers })
    this.cast = new Cast(this.yard)
    this.consoles = new Consoles(this.yard)
    deployment.attach(this.yard, this.cast)
    this.script = new Script(loaded.scenario, new LiveStage(this.yard, deployment), this.cast, () => {
      this.endEvents = this.trace.length
      this.endedUs = this.yard.clock.nowUs()
    })
  }

  start(): void {
    const { yard, options } = this
    yard.enterThread()
    yard.trace.append({ type: 'run.started', scenario: options.loaded.scenario.name, seed: options.seed })
    this.deployment.tellStarted()
    this.script.start()
    this.frame()
  }

  /** Ends the run for good: closes what is open, ends what was started for it. The trace stays readable. */
  async stop(): Promise<void> {
    if (this.isEnded) return this.failing
    this.isEnded = true
    this.cancelFrame?.()
    for (const name of this.cast.names()) this.cast.get(name).disconnect()
    this.consoles.closeAll()
    await this.yard.settle()
    this.trace.append({ type: 'run.ended', why: this.error ? this.error.message : 'stopped' })
    this.yard.dispose()
    // Clients may have promises pending that would otherwise come to life in the next run.
    await turn()
    await this.deployment.stop()
    this.flush()
  }

  /** An error that nobody caught, from code inside this run. Its servers end with it. */
  fail(error: unknown): void {
    if (this.error || this.isEnded) return
    this.error = toErrorData(error)
    this.failing = this.stop()
  }

  get trace(): LiveYard['trace'] {
    return this.yard.trace
  }

  get isOver(): boolean {
    return this.isEnded || this.error !== null
  }

  /** The user's own doing. Time does not wait for it. */
  input<T>(apply: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      try {
        resolve(apply())
      } catch (error) {
        reject(error as Error)
      } finally {
        this.trace.cause = 0
      }
    })
  }

  state(): RunState {
    const { run, loaded, seed } = this.options
    const { name, about } = loaded.scenario
    const { results } = this.script
    const passed = results.filter(({ ok }) => ok).length
    return {
      run,
      revision: ++this.revision,
      status: this.error ? 'failed' : this.isEnded ? 'ended' : 'running',
      on: this.deployment.kind,
      scenario: { id: loaded.id, name, about },
      seed,
      speed: 1,
      nowUs: this.yard.clock.nowUs(),
      events: this.trace.length,
      script: {
        ended: this.script.hasEnded,
        passed,
        failed: results.length - passed,
        expectations: [...results],
        hash: null,
        events: this.endEvents,
        endedUs: this.endedUs,
      },
      guest: { address: null, clients: 0, ever: false },
      error: this.error,
    }
  }

  /** Sends what is kept of the trace from its start, for a window that has lost it. */
  resend(): number {
    this.flush()
    for (const batch of this.kept.batches()) this.options.send.trace(batch)
    return this.trace.length
  }

  private frame(): void {
    this.flush()
    if (!this.isOver) this.cancelFrame = later(FRAME_MS, () => this.frame())
  }

  private flush(): void {
    const { send, run } = this.options
    const batch = this.trace.take()
    if (batch) {
      this.kept.add(batch)
      send.trace(batch)
    }
    for (const one of this.consoles.takeBatches(run)) send.console(one)
    const state = this.state()
    const text = JSON.stringify({ ...state, revision: 0, nowUs: 0 })
    const now = wallMs()
    if (text === this.sentState && now - this.sentMs < TICK_MS) return
    this.sentState = text
    this.sentMs = now
    send.state(state)
  }
}
