import type { Redis } from 'ioredis'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { Actor } from './actor'
import { drawTime, type TimeRange } from './time-range'
import type { Yard } from './yard'

export interface SubscriberOptions {
  /** What it listens to as soon as it is started. */
  readonly channels: readonly string[]
  readonly patterns: readonly string[]
  readonly sharded: readonly string[]
  /** How long it has to do with each message; while it has, it reads nothing. */
  readonly work?: TimeRange | undefined
}

/** Listens. A slow one does not read while it works, so that what is sent to it piles up: first here, then at the node. */
export class Subscriber extends Actor {
  private readonly chance: SeededRandom
  private busyUntilUs = 0

  constructor(
    yard: Yard,
    name: string,
    private readonly options: SubscriberOptions,
  ) {
    super(yard, name, 'subscriber')
    this.chance = yard.random.fork(`subscriber ${name}`)
    if (options.work) for (const event of ['message', 'pmessage']) this.onClient(event, () => this.work())
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { channels, patterns, sharded } = this.options
    this.listen('channel', channels)
    this.listen('pattern', patterns)
    this.listen('sharded', sharded)
  }

  private work(): void {
    const { clock } = this.yard
    const wasBusy = this.busyUntilUs > clock.nowUs()
    // A chunk may hold many messages: they are dealt with one after the other.
    const us = drawTime(this.options.work!, this.chance)
    this.busyUntilUs = Math.max(this.busyUntilUs, clock.nowUs()) + us
    if (!wasBusy) void this.readAgain()
  }

  private async readAgain(): Promise<void> {
    const { stream } = this.client as Redis
    stream.pause()
    while (this.busyUntilUs > this.yard.clock.nowUs()) await this.sleep(this.busyUntilUs - this.yard.clock.nowUs())
    stream.resume()
  }
}
