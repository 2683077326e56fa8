import { bytesOf } from '../../../shared/bytes'
import type { Cancel } from '../../simulator/ports'
import type { Speech } from '../world/delivery'
import type { World } from '../world/world'
import { Actor } from './actor'
import { fillTemplate } from './template'

export interface PublisherOptions {
  readonly channel: string
  /** Messages a second; undefined publishes by hand only. */
  readonly rate?: number | undefined
  readonly message: string
  /** How many it sends by itself. */
  readonly times?: number | undefined
}

/** Publishes at a steady rate. Its first message comes after a random part of its period, so publishers do not march in step. */
export class Publisher extends Actor {
  private sent = 0
  private cancel: Cancel | null = null

  constructor(
    world: World,
    name: string,
    private readonly options: PublisherOptions,
  ) {
    super(world, name, 'publisher')
  }

  protected override get speech(): Speech {
    const { rate = 0, message: template } = this.options
    return { rate, template }
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { channel, rate } = this.options
    if (channel !== '') this.world.delivery.publishesTo(this.name, bytesOf(channel))
    if (rate !== undefined && rate > 0) {
      const periodUs = 1_000_000 / rate
      this.schedule(this.world.random.fork(`publisher ${this.name}`).float() * periodUs, periodUs)
    }
  }

  override stop(): void {
    this.cancel?.()
    this.cancel = null
    super.stop()
  }

  private schedule(delayUs: number, periodUs: number): void {
    if (this.options.times !== undefined && this.sent >= this.options.times) return
    this.cancel = this.world.clock.after(delayUs, () => {
      this.schedule(periodUs, periodUs)
      this.publishNext()
    })
  }

  private publishNext(): void {
    // Whoever is disconnected on purpose says nothing; ioredis would only answer "Connection is closed".
    if (!this.world.delivery.isConnected(this.name)) return
    this.sent++
    this.publish(this.options.channel, this.message()).catch(() => {
      // The trace has the error reply, or the connection that closed under it.
    })
  }

  private message(): string {
    return fillTemplate(this.options.message, { n: this.sent, actor: this.name, time: this.world.clock.nowUs() })
  }
}
