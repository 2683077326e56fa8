import type { TraceBatch } from '../../../shared/trace/batch'

const KEPT_EVENTS_MAX = 500_000

/** The latest batches, up to a number of events. */
export class KeptTrace {
  readonly batches: TraceBatch[] = []
  private events = 0

  add(batch: TraceBatch): void {
    this.batches.push(batch)
    this.events += batch.count
    while (this.events > KEPT_EVENTS_MAX && this.batches.length > 1) this.events -= this.batches.shift()!.count
  }
}
