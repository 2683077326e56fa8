import { LoopingActor } from './looping-actor'

/** An actor that does its rounds: it looks at something, waits, and looks again. */
export abstract class RoundsActor extends LoopingActor {
  /** One round. May reject: the next one comes all the same. */
  protected abstract round(): Promise<void>

  /** Begins, after a random part of the period, so that actors of one period do not march in step. */
  protected begin(everyUs: number): void {
    const life = this.beginLife()
    const firstUs = this.yard.random.fork(`${this.role} ${this.name}`).float() * everyUs
    this.yard.takeTurn(this.name, () => void this.live(life, Math.round(firstUs), everyUs))
  }

  private async live(life: number, firstUs: number, everyUs: number): Promise<void> {
    await this.sleep(firstUs)
    while (this.isLiving(life)) {
      this.yard.trace.cause = 0
      // What went wrong is in the trace as an error reply or a connection that closed.
      await this.round().catch(() => undefined)
      await this.sleep(everyUs)
    }
  }
}
