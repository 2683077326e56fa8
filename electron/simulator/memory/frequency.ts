import type { Config } from '../config/config'
import type { Entry } from '../keyspace/database'
import type { Random } from '../ports'

/** What a new key counts, so that it is not evicted before it had a chance to be used. */
export const NEW_KEY_FREQUENCY = 5
const FREQUENCY_MAX = 255

/**
 * How often keys are used, for the LFU policies: a counter that grows by chance, more and more rarely the higher it
 * is, and that shrinks with the minutes (https://redis.io/docs/reference/eviction/, "The new LFU mode").
 */
export class Frequency {
  /** Whether `maxmemory-policy` is one of them. */
  isCounted = false
  private logFactor = 0
  private decayMinutes = 0

  constructor(
    private readonly random: Random,
    config: Config,
  ) {
    config.follow('maxmemory-policy', (text) => (this.isCounted = text.endsWith('-lfu')))
    config.follow('lfu-log-factor', (text) => (this.logFactor = Number(text)))
    config.follow('lfu-decay-time', (text) => (this.decayMinutes = Number(text)))
  }

  /** The counter as it stands now. */
  of(entry: Entry, nowSeconds: number): number {
    const minutes = Math.floor(nowSeconds / 60) - entry.countedAtMinutes
    const periods = this.decayMinutes === 0 ? 0 : Math.floor(minutes / this.decayMinutes)
    return Math.max(0, entry.frequency - periods)
  }

  /** A key was used. */
  count(entry: Entry, nowSeconds: number): void {
    const frequency = this.of(entry, nowSeconds)
    entry.countedAtMinutes = Math.floor(nowSeconds / 60)
    entry.frequency = frequency
    if (frequency === FREQUENCY_MAX) return
    const chance = 1 / (Math.max(0, frequency - NEW_KEY_FREQUENCY) * this.logFactor + 1)
    if (this.random.float() < chance) entry.frequency++
  }
}
