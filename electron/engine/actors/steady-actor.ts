import type { Cancel } from '../../simulator/ports'
import { Actor } from './actor'
import type { TemplateValues } from './template'

/** An actor that does something by itself at a steady rate, `times` times at most. */
export abstract class SteadyActor extends Actor {
  /** How often it has done it; whoever does it counts. */
  protected done = 0
  private cancel: Cancel | null = null

  /** Does it once more. */
  protected abstract act(): void

  override quit(): void {
    this.cancel?.()
    this.cancel = null
    super.quit()
  }

  /**
   * Begins, after a random part of the period, so that actors of one rate do not march in step. `perSecond` is above 0.
   */
  protected begin(perSecond: number, times: number | undefined): void {
    const periodUs = 1_000_000 / perSecond
    this.schedule(this.yard.random.fork(`${this.role} ${this.name}`).float() * periodUs, periodUs, times)
  }

  /** What the words of its template stand for now. */
  protected get values(): TemplateValues {
    return { n: this.done, actor: this.name, time: this.yard.clock.nowUs() }
  }

  private schedule(delayUs: number, periodUs: number, times: number | undefined): void {
    this.cancel = this.yard.clock.after(delayUs, () => {
      if (times !== undefined && this.done >= times) return
      this.schedule(periodUs, periodUs, times)
      this.act()
    })
  }
}
