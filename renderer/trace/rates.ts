/**
 * How many a second, over the last two seconds of a run's own clock: counts in eight slots of a quarter second. A rate
 * therefore stands still while the run is paused and is the same at any playback speed.
 */
const SLOT_US = 250_000
const SLOTS = 8

export class RateWindow {
  private readonly counts = new Uint32Array(SLOTS)
  private slot = 0
  private firstUs = -1

  add(timeUs: number, count = 1): void {
    if (this.firstUs < 0) {
      this.firstUs = timeUs
      this.slot = Math.floor(timeUs / SLOT_US)
    }
    this.forward(timeUs)
    this.counts[this.slot % SLOTS]! += count
  }

  /** Events a second at a time; a young window is measured over its own age, half a second at least. */
  perSecond(nowUs: number): number {
    if (this.firstUs < 0) return 0
    this.forward(nowUs)
    let sum = 0
    for (const count of this.counts) sum += count
    // The newest slot is still filling: only the part of it that has passed counts.
    const filledUs = (SLOTS - 1) * SLOT_US + Math.max(0, nowUs - this.slot * SLOT_US)
    const windowUs = Math.min(filledUs, Math.max(nowUs - this.firstUs, SLOT_US * 4))
    return (sum * 1e6) / windowUs
  }

  private forward(timeUs: number): void {
    const slot = Math.floor(timeUs / SLOT_US)
    if (slot - this.slot >= SLOTS) this.counts.fill(0)
    else for (let next = this.slot + 1; next <= slot; next++) this.counts[next % SLOTS] = 0
    if (slot > this.slot) this.slot = slot
  }
}
