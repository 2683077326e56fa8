/**
 * A process that can be stopped and continued, as SIGSTOP and SIGCONT do: what is to happen in it meanwhile waits, and
 * happens in its order when the process goes on.
 */
import type { Clock } from '../ports'

export class Gate {
  private shut = false
  private waiting: (() => void)[] = []

  constructor(private readonly clock: Clock) {}

  get isShut(): boolean {
    return this.shut
  }

  /** Runs it now, or when its turn has come. */
  pass(run: () => void): void {
    if (this.shut || this.waiting.length > 0) this.waiting.push(run)
    else run()
  }

  close(): void {
    this.shut = true
  }

  /** The process goes on with what has waited, each thing in an event of the clock's. */
  open(): void {
    if (!this.shut) return
    this.shut = false
    this.goOn()
  }

  /** The process is gone, and what has waited for it with it. */
  clear(): void {
    this.shut = false
    this.waiting = []
  }

  private goOn(): void {
    this.clock.after(0, () => {
      if (this.shut) return
      this.waiting.shift()?.()
      if (this.waiting.length > 0) this.goOn()
    })
  }
}
