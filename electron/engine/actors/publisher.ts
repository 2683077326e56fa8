import { bytesOf } from '../../../shared/bytes'
import type { Speech } from '../world/roster'
import type { Yard } from './yard'
import { payloadOf, type Payloads } from './payloads'
import { SteadyActor, type Steadiness } from './steady-actor'

export interface PublisherOptions extends Steadiness, Payloads {
  readonly channel: string
  /** With SPUBLISH, to those who listen to the channel's shard. */
  readonly sharded: boolean
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

  protected override get isSharded(): boolean {
    return this.options.sharded
  }

  protected override get speech(): Speech {
    const { rate = 0, message: template } = this.options
    return { rate, template }
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { channel } = this.options
    if (channel !== '') this.yard.delivery.publishesTo(this.name, bytesOf(channel))
    this.begin(this.options)
  }

  protected override act(): void {
    // Whoever is disconnected on purpose says nothing; ioredis would only answer "Connection is closed".
    if (!this.yard.delivery.isConnected(this.name)) return
    this.done++
    const payload = payloadOf(this.options, this.done, (template) => this.fill(template))
    this.publish(this.options.channel, payload).catch(() => {
      // The trace has the error reply, or the connection that closed under it.
    })
  }
}
