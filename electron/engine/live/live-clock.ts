import { VirtualClock } from '../../simulator/clock/virtual-clock'
import type { Cancel, Clock } from '../../simulator/ports'
import { later, soon, unixUs, wallMs } from '../host/machine'

/** Runs so many due events before sockets are looked at again. */
const RUN_AT_ONCE = 256
/** Behind by more than this, a rhythm is not caught up with: the machine was asleep, or cannot keep pace. */
const BEHIND_MAX_US = 1_000_000

/**
 * The machine's clock as a run sees it. What an event schedules counts from when that event was due, not from when the
 * machine got to it, so that a rate of 5,000 a second is one although timers count in milliseconds.
 */
export class LiveClock implements Clock {
  private readonly startMs = wallMs()
  private readonly due = new VirtualClock(0)
  private cancelTimer: Cancel | undefined
  private timerUs = Infinity
  private isRunning = false
  private isOver = false

  /** `begin` is called before each event. */
  constructor(private readonly begin: () => void) {}

  nowUs(): number {
    return Math.round((wallMs() - this.startMs) * 1000)
  }

  unixUs(): number {
    return unixUs()
  }

  after(delayUs: number, run: () => void): Cancel {
    if (this.isOver) return () => undefined
    if (!this.isRunning) this.catchUp()
    const behindUs = this.nowUs() - this.due.nowUs()
    const cancel = this.due.after(behindUs > BEHIND_MAX_US ? delayUs + behindUs : delayUs, run)
    if (!this.isRunning) this.arm()
    return cancel
  }

  /** Counts from the present, also within an event that came late: for what is to happen at a time, not in a rhythm. */
  afterNow(delayUs: number, run: () => void): Cancel {
    const behindUs = this.isRunning ? this.nowUs() - this.due.nowUs() : 0
    return this.after(delayUs + Math.min(behindUs, BEHIND_MAX_US), run)
  }

  /** Nothing that is due happens any more. Time can still be read. */
  stop(): void {
    this.isOver = true
    this.cancelTimer?.()
    this.due.clear()
  }

  /** Brings the schedule's clock to the present, but not past what has not run yet. */
  private catchUp(): void {
    this.due.advanceTo(Math.min(this.nowUs(), this.due.nextUs() ?? Infinity))
  }

  private arm(): void {
    const nextUs = this.due.nextUs()
    if (nextUs === undefined || this.isOver || this.timerUs <= nextUs) return
    this.cancelTimer?.()
    this.timerUs = nextUs
    const delayMs = (nextUs - this.nowUs()) / 1000
    // Below half a millisecond a timer would come late; the other sockets have their turn in between all the same.
    if (delayMs > 0.5) this.cancelTimer = later(delayMs, () => this.run())
    else {
      let isOff = false
      this.cancelTimer = () => {
        isOff = true
      }
      soon(() => {
        if (!isOff) this.run()
      })
    }
  }

  private run(): void {
    this.timerUs = Infinity
    this.cancelTimer = undefined
    this.isRunning = true
    try {
      for (let count = 0; count < RUN_AT_ONCE && !this.isOver; count++) {
        const nextUs = this.due.nextUs()
        if (nextUs === undefined || nextUs > this.nowUs()) break
        this.begin()
        this.due.runNext()
      }
    } finally {
      this.isRunning = false
      this.catchUp()
      this.arm()
    }
  }
}
