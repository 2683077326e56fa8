/** The clock as one process sees it: it may be stopped, and its time of day may jump and drift. */
import type { Cancel, Clock } from '../ports'
import type { Gate } from './gate'

export class ProcessClock implements Clock {
  private offsetUs = 0
  private driftPpm = 0
  private driftSinceUs = 0

  constructor(
    private readonly world: Clock,
    private readonly gate: Gate,
    /** When the machine was switched on. */
    private readonly bootUs = 0,
  ) {}

  nowUs(): number {
    return this.world.nowUs() - this.bootUs
  }

  unixUs(): number {
    return this.world.unixUs() + this.offsetUs + this.driftedUs()
  }

  after(delayUs: number, run: () => void): Cancel {
    let isCancelled = false
    const cancel = this.world.after(delayUs, () => {
      this.gate.pass(() => {
        if (!isCancelled) run()
      })
    })
    return () => {
      isCancelled = true
      cancel()
    }
  }

  /** How far the time of day is from the world's. */
  get errorUs(): number {
    return this.offsetUs + this.driftedUs()
  }

  /** Sets the time of day forward, or back. */
  jump(us: number): void {
    this.offsetUs += us
  }

  /** From now on the time of day gains so many microseconds a second; it loses them where negative. */
  drift(ppm: number): void {
    this.offsetUs += this.driftedUs()
    this.driftPpm = ppm
    this.driftSinceUs = this.world.nowUs()
  }

  private driftedUs(): number {
    return this.driftPpm === 0 ? 0 : Math.round(((this.world.nowUs() - this.driftSinceUs) * this.driftPpm) / 1e6)
  }
}
