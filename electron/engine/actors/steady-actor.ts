import type { SeededRandom } from '../../simulator/clock/seeded-random'
import type { Cancel } from '../../simulator/ports'
import { Actor } from './actor'
import { fillTemplate } from './template'

/** What an actor does by itself. */
export interface Steadiness {
  /** Times a second; undefined or 0 only by hand. */
  readonly rate?: number | undefined
  /** So often at most. */
  readonly times?: number | undefined
  /** So often at once, each time. */
  readonly burst?: number | undefined
}

/** An actor that does something by itself at a steady rate. */
export abstract class SteadyActor extends Actor {
  /** How often it has done it; whoever does it counts. */
  protected done = 0
  private cancel: Cancel | null = null
  private chance: SeededRandom | undefined

  /** Does it once more. */
  protected abstract act(): void

  override quit(): void {
    this.cancel?.()
    this.cancel = null
    super.quit()
  }

  /** Begins, after a random part of the period, so that actors of one rate do not march in step. */
  protected begin(steadiness: Steadiness): void {
    const { rate = 0 } = steadiness
    if (rate <= 0) return
    const periodUs = 1_000_000 / rate
    this.schedule(this.yard.random.fork(`${this.role} ${this.name}`).float() * periodUs, periodUs, steadiness)
  }

  /** Puts what they stand for now in the place of a template's words. */
  protected fill<T extends string>(template: T): T {
    const { clock, random } = this.yard
    this.chance ??= random.fork(`templates of ${this.name}`)
    const values = { n: this.done, actor: this.name, time: clock.nowUs(), unix: clock.unixUs() }
    return fillTemplate(template, values, this.chance)
  }

  private schedule(delayUs: number, periodUs: number, steadiness: Steadiness): void {
    const { times = Infinity, burst = 1 } = steadiness
    this.cancel = this.yard.clock.after(delayUs, () => {
      if (this.done >= times) return
      this.schedule(periodUs, periodUs, steadiness)
      for (let count = 0; count < burst && this.done < times; count++) this.act()
    })
  }
}
