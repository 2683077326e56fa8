import type { Speech } from '../world/roster'
import type { Yard } from './yard'
import { splitCommand } from '../scenario/split-command'
import { SteadyActor } from './steady-actor'
import { fillTemplate } from './template'

export interface CommanderOptions {
  /** What it sends by itself; `{{n}}` counts. Undefined sends by hand only. */
  readonly command?: string | undefined
  /** Commands a second. */
  readonly rate?: number | undefined
  readonly times?: number | undefined
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
    const { command, rate = 0, times } = this.options
    if (command !== undefined && rate > 0) this.begin(rate, times)
  }

  protected override act(): void {
    this.done++
    // Words are cut before they are filled, so that a value with blanks stays one.
    const argv = splitCommand(this.options.command!).map((word) => fillTemplate(word, this.values))
    this.send(argv).catch(() => {
      // The trace has the error reply, or the connection that closed under it.
    })
  }
}
