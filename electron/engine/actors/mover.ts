import type { Bytes } from '../../../shared/bytes'
import { promote, promoteStepByStep } from '../queues/due-jobs'
import { unseal } from '../jobs/envelope'
import { nowOf, type NowMs } from '../queues/queue'
import { RoundsActor } from './rounds-actor'
import type { Yard } from './yard'

export interface MoverOptions {
  readonly from: Bytes
  readonly to: Bytes
  readonly everyUs: number
  /** So many a round. */
  readonly batch: number
  /** Whether it moves them in one step, by a script. */
  readonly isAtomic: boolean
  /** How wrong its clock is: above 0 it is early. */
  readonly skewUs: number
}

/** Moves jobs that are due from a delayed queue to a list. */
export class Mover extends RoundsActor {
  private readonly now: NowMs

  constructor(
    yard: Yard,
    name: string,
    private readonly options: MoverOptions,
  ) {
    super(yard, name, 'mover')
    this.now = nowOf(yard.clock, options.skewUs)
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { from, to, everyUs } = this.options
    this.yard.jobs.open(from, 'delayed')
    this.yard.jobs.open(to, 'list')
    this.yard.delivery.usesQueue(this.name, from, 'take')
    this.yard.delivery.usesQueue(this.name, to, 'add')
    this.begin(everyUs)
  }

  protected override async round(): Promise<void> {
    const { from, to, batch, isAtomic } = this.options
    const move = isAtomic ? promote : promoteStepByStep
    const source = { resource: from, group: '' }
    await move(this.call, from, to, this.now(), batch, (element) =>
      this.yard.jobs.move(this.name, source, unseal(element).id, to),
    )
  }
}
