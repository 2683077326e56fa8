/**
 * How busy a whole run was, in at most `slots` columns: when a run grows past the last column, pairs of columns are
 * merged and each stands for twice the time. Bounded, whatever the length of the run.
 */
export class Density {
  slotUs = 50_000
  readonly counts: Uint32Array
  readonly losses: Uint32Array
  used = 0

  constructor(readonly slots = 240) {
    this.counts = new Uint32Array(slots)
    this.losses = new Uint32Array(slots)
  }

  add(timeUs: number, isLoss: boolean): void {
    let slot = Math.floor(timeUs / this.slotUs)
    while (slot >= this.slots) {
      this.merge()
      slot = Math.floor(timeUs / this.slotUs)
    }
    this.counts[slot]!++
    if (isLoss) this.losses[slot]!++
    if (slot + 1 > this.used) this.used = slot + 1
  }

  private merge(): void {
    for (const column of [this.counts, this.losses]) {
      for (let slot = 0; slot < this.slots / 2; slot++) column[slot] = column[slot * 2]! + column[slot * 2 + 1]!
      column.fill(0, this.slots / 2)
    }
    this.slotUs *= 2
    this.used = Math.ceil(this.used / 2)
  }
}
