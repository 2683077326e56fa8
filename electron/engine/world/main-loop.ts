/**
 * Runs a world: one due event after the other, throttled to wall time x speed. Whoever steers it (the user's calls, the
 * bytes of a guest) comes in between two events, never inside one.
 */
import type { Speed } from '../../../shared/contract'
import { EventyardError } from '../../../shared/errors'
import { Alarm, turn, wallMs } from '../host/machine'
import type { World } from './world'

export interface LoopListener {
  /** Something may have changed; called at most once for each frame, and whenever the loop goes to rest. */
  pulse(): void
  /** Foreign code or our own threw inside an event. The world cannot go on. */
  failed(error: unknown): void
}

/** How long the loop works before it looks up: a frame at 60 a second. */
const FRAME_MS = 16
/** How often a running loop that waits tells what time it is. */
const TICK_MS = 100

type Status = 'running' | 'paused' | 'stopped'

interface Input {
  readonly apply: () => void
  /** Called instead when the loop has ended before it was its turn. */
  readonly refuse: () => void
  /** A guest's bytes wait while time stands still; the user's own doing does not. */
  readonly waitsForTime: boolean
}

export class MainLoop {
  private state: Status = 'paused'
  private pace: Speed = 1
  private readonly alarm = new Alarm()
  private inputs: Input[] = []
  /** A moment at which both clocks were read: the target is counted from there. */
  private anchorMs = 0
  private anchorUs = 0
  private stepFrom: number | undefined
  private stepsLeft = 0
  private atStandstill: (() => void)[] = []
  private lastPulseMs = 0
  private hasEnded = false

  constructor(
    private readonly world: World,
    private readonly listener: LoopListener,
  ) {}

  get status(): Status {
    return this.state
  }

  get speed(): Speed {
    return this.pace
  }

  set speed(speed: Speed) {
    this.driftAtRest()
    this.pace = speed
    this.anchor()
    this.alarm.ring()
  }

  resume(): void {
    // While it still steps it is running too, and is to go on beyond the step.
    if (this.state === 'stopped' || (this.state === 'running' && this.stepFrom === undefined)) return
    this.stepFrom = undefined
    this.state = 'running'
    this.anchor()
    this.alarm.ring()
  }

  pause(): void {
    if (this.state !== 'running') return
    this.driftAtRest()
    this.state = 'paused'
    this.stepFrom = undefined
    this.standStill()
  }

  /** Runs on until the next trace event, whenever that is, and pauses. Steps asked for meanwhile follow one by one. */
  step(): void {
    if (this.state === 'stopped') return
    if (this.stepFrom !== undefined) {
      this.stepsLeft++
      return
    }
    this.pause()
    this.stepsLeft = 1
    this.stepFrom = this.world.trace.length
    this.state = 'running'
    this.alarm.ring()
  }

  stop(): void {
    this.state = 'stopped'
    this.standStill()
  }

  /** Comes back as soon as time stands still: whoever waits for an answer from inside the world would wait in vain. */
  standstill(): Promise<void> {
    if (this.state !== 'running') return Promise.resolve()
    return new Promise((resolve) => this.atStandstill.push(resolve))
  }

  private standStill(): void {
    for (const tell of this.atStandstill.splice(0)) tell()
    this.alarm.ring()
  }

  /** Applies something in between two events, at the world's present time; the clock is brought up to date first. */
  input<T>(apply: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.enqueue({
        waitsForTime: false,
        apply: () => {
          try {
            resolve(apply())
          } catch (error) {
            reject(error)
          }
        },
        refuse: () => reject(new EventyardError('run.over')),
      })
    })
  }

  /** Bytes from outside the world. While the loop waits they are taken in at once: a guest should not pay for a turn. */
  external(apply: () => void): void {
    if (this.state === 'running' && this.alarm.isWaiting && this.inputs.length === 0 && this.stepFrom === undefined) {
      const now = wallMs()
      const target = this.targetUs(now)
      const before = this.world.clock.nextUs()
      if (before === undefined || before > target) {
        this.world.clock.advanceTo(target)
        apply()
        const isStirred = this.world.clock.nextUs() !== before || this.world.needsSettling
        if (isStirred || now - this.lastPulseMs >= FRAME_MS) this.alarm.ring()
        return
      }
    }
    this.enqueue({ apply, waitsForTime: true, refuse: () => undefined })
  }

  /** Comes back when the loop has been stopped or has failed. */
  async run(): Promise<void> {
    try {
      while (this.state !== 'stopped') {
        await this.applyInputs()
        if (this.state === 'paused') await this.rest(Infinity)
        else if (this.state === 'running') await this.advance()
      }
    } catch (error) {
      this.stop()
      this.listener.failed(error)
    }
    this.hasEnded = true
    for (const { refuse } of this.inputs.splice(0)) refuse()
    this.listener.pulse()
  }

  private async advance(): Promise<void> {
    const { clock, trace } = this.world
    const nextUs = clock.nextUs()
    const targetUs = this.stepFrom === undefined ? this.targetUs() : Infinity
    if (nextUs !== undefined && nextUs <= targetUs) {
      this.world.runNext()
      await this.settle()
      if (this.stepFrom !== undefined && trace.length > this.stepFrom) this.stepped()
      if (wallMs() - this.lastPulseMs >= FRAME_MS) {
        this.pulse()
        await turn()
      }
      return
    }
    if (this.stepFrom !== undefined) {
      this.pause()
    } // nothing is left to happen
    else if (targetUs !== Infinity) clock.advanceTo(targetUs)
    const waitMs = nextUs === undefined ? Infinity : (nextUs - targetUs) / 1000 / (this.pace === 'max' ? 1 : this.pace)
    await this.rest(Math.min(waitMs, TICK_MS))
  }

  private stepped(): void {
    if (--this.stepsLeft === 0) this.pause()
    else this.stepFrom = this.world.trace.length
  }

  private async applyInputs(): Promise<void> {
    while (this.inputs.length > 0) {
      const ready = this.inputs.filter((input) => this.state === 'running' || !input.waitsForTime)
      if (ready.length === 0) return
      this.inputs = this.inputs.filter((input) => !ready.includes(input))
      for (const { apply } of ready) {
        this.drift()
        apply()
        this.world.trace.cause = 0
        await this.settle()
      }
    }
  }

  private async settle(): Promise<void> {
    if (this.world.needsSettling) await this.world.settle()
  }

  private async rest(ms: number): Promise<void> {
    this.pulse()
    // The pulse may have brought a call in; anything that came since is looked at before going to sleep.
    if (this.state === 'stopped' || this.inputs.some((input) => this.state === 'running' || !input.waitsForTime)) return
    await this.alarm.sleep(ms)
  }

  private pulse(): void {
    this.lastPulseMs = wallMs()
    this.listener.pulse()
  }

  private enqueue(input: Input): void {
    if (this.hasEnded) {
      input.refuse()
      return
    }
    this.inputs.push(input)
    this.alarm.ring()
  }

  private anchor(): void {
    this.anchorMs = wallMs()
    this.anchorUs = this.world.clock.nowUs()
  }

  /**
   * A call may come in while foreign code is still at work on an event: for that code, time must not move on, or the
   * trace would depend on when the call came.
   */
  private driftAtRest(): void {
    if (this.alarm.isWaiting) this.drift()
  }

  /** Brings the clock to where real time has taken it, though not past an event that has not run yet. */
  private drift(): void {
    if (this.state !== 'running' || this.pace === 'max' || this.stepFrom !== undefined) return
    const nextUs = this.world.clock.nextUs() ?? Infinity
    this.world.clock.advanceTo(Math.min(this.targetUs(), nextUs))
  }

  private targetUs(nowMs = wallMs()): number {
    if (this.pace === 'max') return Infinity
    return this.anchorUs + (nowMs - this.anchorMs) * 1000 * this.pace
  }
}
