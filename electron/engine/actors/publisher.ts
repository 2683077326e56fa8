import { bytesOf } from '../../../shared/bytes'
import type { Speech } from '../world/roster'
import type { Yard } from './yard'
import { SteadyActor } from './steady-actor'
import { fillTemplate } from './template'

export interface PublisherOptions {
  readonly channel: string
  /** Messages a second; undefined publishes by hand only. */
  readonly rate?: number | undefined
  readonly message: string
  /** How many it sends by itself. */
  readonly times?: number | undefined
}

/** Publishes at a steady rate, or by hand only. */
export class Publisher extends SteadyActor {
  constructor(
    yard: Yard,
    name: string,
    private readonly options: PublisherOptions,
  ) {
    super(yard, name, 'publisher')
  }

  protected override get speech(): Speech {
    const { rate = 0, message: template } = this.options
    return { rate, template }
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { channel, rate, times } = this.options
    if (channel !== '') this.yard.delivery.publishesTo(this.name, bytesOf(channel))
    if (rate !== undefined && rate > 0) this.begin(rate, times)
  }

  protected override act(): void {
    // Whoever is disconnected on purpose says nothing; ioredis would only answer "Connection is closed".
    if (!this.yard.delivery.isConnected(this.name)) return
    this.done++
    this.publish(this.options.channel, fillTemplate(this.options.message, this.values)).catch(() => {
      // The trace has the error reply, or the connection that closed under it.
    })
  }
}
