import type { Bytes } from '../../../shared/bytes'
import { Reclaim } from '../queues/reclaim'
import { RoundsActor } from './rounds-actor'
import type { Yard } from './yard'

export interface ReclaimerOptions {
  readonly list: Bytes
  readonly everyUs: number
}

/** Puts jobs back whose consumers have said nothing for longer than their lease. */
export class Reclaimer extends RoundsActor {
  private reclaim: Reclaim

  constructor(
    yard: Yard,
    name: string,
    private readonly options: ReclaimerOptions,
  ) {
    super(yard, name, 'reclaimer')
    this.reclaim = new Reclaim(options.list)
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { list, everyUs } = this.options
    this.reclaim = new Reclaim(list)
    this.yard.jobs.open(list, 'list')
    this.yard.delivery.usesQueue(this.name, list, 'move')
    this.begin(everyUs)
  }

  protected override async round(): Promise<void> {
    const source = { resource: this.options.list, group: '' }
    for (const { job, from } of await this.reclaim.run(this.call)) {
      this.yard.jobs.expire(this.name, source, job, from)
      this.yard.jobs.claim(this.name, source, job, from, 0)
    }
  }
}
