/** One run: a world with its scenario, its actors and its clock's pace, from its start to its end. */
import { toErrorData, type ErrorData } from '../../../shared/errors'
import type { ConsoleBatch } from '../../../shared/console/console-types'
import type { RunState, Speed } from '../../../shared/contract'
import type { TraceBatch } from '../../../shared/trace/batch'
import { Consoles } from '../console/consoles'
import type { AofCut } from '../../simulator/persistence/aof-load'
import { FolderDisk } from '../host/folder-disk'
import { unixUs } from '../host/machine'
import { outsideConnect } from '../host/outside'
import type { LoadedScenario } from '../host/scenario-library'
import { idsIn, JobAudit } from '../jobs/job-audit'
import { Script } from '../scenario/script'
import type { Trace } from '../trace/trace'
import { WorldStage } from '../scenario/world-stage'
import { MainLoop } from '../world/main-loop'
import { World, type Keeper } from '../world/world'
import { Cast } from './cast'
import { Guests } from './guests'
import { KeptTrace } from './kept-trace'

export interface RunOptions {
  /** Counts the runs of this thread. */
  readonly run: number
  readonly loaded: LoadedScenario
  readonly seed: number
  readonly observed: boolean
  /** Where the node keeps its AOF on the machine's disk; the run then has the machine's time of day. */
  readonly aofFolder?: string
  /** Whether nodes may connect to servers outside the world. */
  readonly reachesOut?: boolean
  /** Where the nodes of a deployment that has more than one begin to listen. */
  readonly firstPort?: number
  /** Hears of the trace and of the state, at most once a frame each. */
  readonly send: { trace(batch: TraceBatch): void; state(state: RunState): void; console(batch: ConsoleBatch): void }
}

/** What a link costs where the scenario does not say: a quiet data centre. */
const LATENCY = { minUs: 300, maxUs: 900 }

export class Run {
  readonly world: World
  readonly cast: Cast
  readonly guests: Guests
  readonly consoles: Consoles
  readonly loop: MainLoop
  private readonly audit: JobAudit
  private readonly script: Script
  private readonly kept = new KeptTrace()
  private finished: Promise<void> | null = null
  private error: ErrorData | null = null
  private scriptEnd: { hash: string | null; events: number; endedUs: number } = { hash: null, events: 0, endedUs: 0 }
  private sentState = ''
  private revision = 0
  private isEnded = false

  constructor(private readonly options: RunOptions) {
    const { seed, loaded, run, observed, aofFolder, reachesOut, firstPort } = options
    const { scenario } = loaded
    this.world = new World({
      run,
      seed,
      latency: scenario.deployment.latency ?? LATENCY,
      observed,
      deployment: scenario.deployment,
      ...(firstPort === undefined ? {} : { firstPort }),
      ...(aofFolder === undefined ? {} : { keeper: this.keeper(aofFolder) }),
      // Times to live outlast a world that keeps its data, and mean something to others.
      ...(reachesOut || aofFolder !== undefined ? { unixUs: unixUs() } : {}),
      ...(reachesOut ? { outside: outsideConnect((run) => this.loop.external(run)) } : {}),
    })
    this.loop = new MainLoop(this.world, {
      pulse: () => this.flush(),
      failed: (error) => this.fail(error),
    })
    this.cast = new Cast(this.world)
    this.world.faults.crew = this.cast
    this.world.delivery.replyVanished = (reply) => this.world.jobs.replyLost(idsIn(reply))
    this.audit = new JobAudit(this.world)
    this.guests = new Guests(this.world, this.loop, () => this.flush())
    this.consoles = new Consoles(this.world)
    this.script = new Script(scenario, new WorldStage(this.world), this.cast, () => this.scriptEnded())
  }

  start(paused: boolean): void {
    const { world, options } = this
    world.enterThread()
    world.trace.append({ type: 'run.started', scenario: options.loaded.scenario.name, seed: options.seed })
    for (const process of world.processes) {
      world.tellStarted(process)
      const { cut } = process.node.aof
      if (cut) world.trace.append({ type: 'note', text: cutNote(process.name, cut) })
    }
    this.script.start()
    if (!paused) this.loop.resume()
    this.finished = this.loop.run()
  }

  /** Ends the run for good: closes what is open and lets go of the thread. The trace stays readable. */
  async stop(): Promise<void> {
    if (this.isEnded) return
    this.isEnded = true
    this.guests.dispose()
    this.audit.stop()
    this.loop.stop()
    await this.finished
    for (const name of this.cast.names()) this.cast.get(name).disconnect()
    this.consoles.closeAll()
    // Clients may have promises pending that would otherwise come to life in the next world.
    await this.world.settle()
    this.world.trace.append({ type: 'run.ended', why: this.error ? this.error.message : 'stopped' })
    this.world.dispose()
    this.flush()
  }

  /** An error that nobody caught, from code inside this world. */
  fail(error: unknown): void {
    if (this.error) return
    this.error = toErrorData(error)
    this.loop.stop()
    this.flush()
  }

  /** The user's own doing: applied between two events. */
  input<T>(apply: () => T | Promise<T>): Promise<T> {
    return this.loop.input(apply)
  }

  get trace(): Trace {
    return this.world.trace
  }

  get isOver(): boolean {
    return this.isEnded || this.error !== null
  }

  state(): RunState {
    const { run, loaded, seed } = this.options
    const { name, about } = loaded.scenario
    const { results } = this.script
    const passed = results.filter(({ ok }) => ok).length
    return {
      run,
      revision: ++this.revision,
      status: this.error ? 'failed' : this.isEnded ? 'ended' : this.loop.status === 'running' ? 'running' : 'paused',
      on: 'embedded',
      scenario: { id: loaded.id, name, about },
      seed,
      speed: this.loop.speed,
      nowUs: this.world.clock.nowUs(),
      events: this.world.trace.length,
      script: {
        ended: this.script.hasEnded,
        passed,
        failed: results.length - passed,
        expectations: [...results],
        ...this.scriptEnd,
      },
      guest: this.guests.state,
      error: this.error,
    }
  }

  /** Sends what is kept of the trace from its start, for a window that has lost it. */
  resend(): number {
    this.flush()
    for (const batch of this.kept.batches()) this.options.send.trace(batch)
    return this.world.trace.length
  }

  private keeper(folder: string): Keeper {
    return {
      disk: FolderDisk.open(folder, (run) => this.loop.external(run)),
      died: (why) => this.fail(why),
    }
  }

  private scriptEnded(): void {
    const { trace, clock } = this.world
    this.scriptEnd = { hash: trace.hash(), events: trace.length, endedUs: clock.nowUs() }
    // As fast as possible leads to the end of the script; nobody wants to be shot past it.
    if (this.loop.speed === 'max') this.loop.speed = 1
  }

  private flush(): void {
    const batch = this.world.trace.take()
    if (batch) {
      this.kept.add(batch)
      this.options.send.trace(batch)
    }
    for (const batch of this.consoles.takeBatches(this.options.run)) this.options.send.console(batch)
    const state = this.state()
    // Nobody watches the clock of a run that nobody looks into.
    const text = JSON.stringify({ ...state, revision: 0, nowUs: this.options.observed ? state.nowUs : 0 })
    if (text === this.sentState) return
    this.sentState = text
    this.options.send.state(state)
  }
}

function cutNote(node: string, { file, offset, lost }: AofCut): string {
  return `${node}: ${file} ended in the middle of a command or transaction; ${lost} bytes were cut off at byte ${offset}.`
}

export function restingState(): RunState {
  return {
    run: 0,
    revision: 0,
    status: 'none',
    on: 'embedded',
    scenario: null,
    seed: 0,
    speed: 1 satisfies Speed,
    nowUs: 0,
    events: 0,
    script: { ended: false, passed: 0, failed: 0, expectations: [], hash: null, events: 0, endedUs: 0 },
    guest: { address: null, clients: 0, ever: false },
    error: null,
  }
}
