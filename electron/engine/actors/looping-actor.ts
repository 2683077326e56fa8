import { Actor } from './actor'

/** What an actor waits before it asks again after an error. */
const AFTER_ERROR_US = 500_000

/** An actor with a program of its own, which goes on until the actor leaves and begins anew when it comes again. */
export abstract class LoopingActor extends Actor {
  /** Counts its lives: a loop of an earlier one has nothing to do any more. */
  private lives = 0

  override quit(): void {
    this.lives++
    super.quit()
  }

  /** Begins a life, and gives its number. */
  protected beginLife(): number {
    return ++this.lives
  }

  /** The number of the life it lives. */
  protected get life(): number {
    return this.lives
  }

  /** Whether a life, as `beginLife` gave it, is still the one it lives. */
  protected isLiving(life: number): boolean {
    return life === this.lives
  }

  /** Lets time pass after an error, which may be over by then. */
  protected restAfterError(): Promise<void> {
    return this.sleep(AFTER_ERROR_US)
  }
}
