import type { Cancel, Clock } from '../ports'

interface Due {
  readonly atUs: number
  readonly order: number
  readonly run: () => void
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  private us = 0
  private order = 0
  private readonly due = new Set<Due>()

  constructor(private epochUs: number) {}

  nowUs(): number {
    return this.us
  }

  unixUs(): number {
    return this.epochUs + this.us
  }

  after(delayUs: number, run: () => void): Cancel {
    const event = { atUs: this.us + Math.max(0, delayUs), order: this.order++, run }
    this.due.add(event)
    return () => this.due.delete(event)
  }

  get waiting(): number {
    return this.due.size
  }

  /** Runs everything that falls due in the next `ms`. */
  advance(ms: number): void {
    const endUs = this.us + Math.round(ms * 1000)
    for (let next = this.next(endUs); next; next = this.next(endUs)) {
      this.due.delete(next)
      this.us = next.atUs
      next.run()
    }
    this.us = endUs
  }

  /** Goes on to a time of day, never back. */
  advanceTo(unixUs: number): void {
    if (unixUs > this.unixUs()) this.advance((unixUs - this.unixUs()) / 1000)
  }

  /** Makes the system clock jump, without time going by. */
  jump(ms: number): void {
    this.epochUs += ms * 1000
  }

  private next(endUs: number): Due | undefined {
    let first: Due | undefined
    for (const event of this.due) {
      if (event.atUs > endUs) continue
      if (!first || event.atUs < first.atUs || (event.atUs === first.atUs && event.order < first.order)) first = event
    }
    return first
  }
}
