import type { Cancel } from '../../simulator/ports'
import type { Speech } from '../world/delivery'
import type { World } from '../world/world'
import { splitCommand } from '../scenario/split-command'
import { Actor } from './actor'
import { fillTemplate } from './template'

export interface CommanderOptions {
  /** What it sends by itself; `{{n}}` counts. Undefined sends by hand only. */
  readonly command?: string | undefined
  /** Commands a second. */
  readonly rate?: number | undefined
  readonly times?: number | undefined
}

/** A client that sends a command again and again, at a steady rate, whether the one before was answered or not. */
export class Commander extends Actor {
  private sent = 0
  private cancel: Cancel | null = null

  constructor(
    world: World,
    name: string,
    private readonly options: CommanderOptions,
  ) {
    super(world, name, 'client')
  }

  protected override get speech(): Speech {
    const { rate = 0, command = '' } = this.options
    return { rate, template: command }
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { command, rate = 0 } = this.options
    if (command === undefined || rate === 0) return
    const periodUs = 1_000_000 / rate
    this.schedule(this.world.random.fork(`client ${this.name}`).float() * periodUs, periodUs, command)
  }

  override stop(): void {
    this.cancel?.()
    this.cancel = null
    super.stop()
  }

  private schedule(delayUs: number, periodUs: number, command: string): void {
    if (this.options.times !== undefined && this.sent >= this.options.times) return
    this.cancel = this.world.clock.after(delayUs, () => {
      this.schedule(periodUs, periodUs, command)
      this.sent++
      const values = { n: this.sent, actor: this.name, time: this.world.clock.nowUs() }
      // Words are cut before they are filled, so that a value with blanks stays one.
      const argv = splitCommand(command).map((word) => fillTemplate(word, values))
      this.send(argv).catch(() => {
        // The trace has the error reply, or the connection that closed under it.
      })
    })
  }
}
