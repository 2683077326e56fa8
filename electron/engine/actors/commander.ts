import type { Speech } from '../world/roster'
import type { Yard } from './yard'
import { SteadyActor, type Steadiness } from './steady-actor'
import { splitTemplate } from './template'

export interface CommanderOptions extends Steadiness {
  /** What it sends by itself; `{{n}}` counts. Undefined sends by hand only. */
  readonly command?: string | undefined
}

/** A client that sends a command again and again, at a steady rate, whether the one before was answered or not. */
export class Commander extends SteadyActor {
  constructor(
    yard: Yard,
    name: string,
    private readonly options: CommanderOptions,
  ) {
    super(yard, name, 'client')
  }

  protected override get speech(): Speech {
    const { rate = 0, command = '' } = this.options
    return { rate, template: command }
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    if (this.options.command !== undefined) this.begin(this.options)
  }

  protected override act(): void {
    this.done++
    const argv = splitTemplate(this.options.command!).map((word) => this.fill(word))
    this.send(argv).catch(() => {
      // The trace has the error reply, or the connection that closed under it.
    })
  }
}
