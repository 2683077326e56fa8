const SAMPLES = 16
const SAMPLE_US = 100_000

/**
 * A rate as Redis shows it: the mean of its last sixteen samples of 100 ms. Counted by arithmetic when something
 * happens or somebody asks, so that an idle node needs no timer for it.
 */
export class Rate {
  private readonly samples = new Array<number>(SAMPLES).fill(0)
  private slot = 0

  add(nowUs: number, amount: number): void {
    this.advance(nowUs)
    this.samples[this.slot % SAMPLES]! += amount
  }

  perSecond(nowUs: number): number {
    this.advance(nowUs)
    // The sample being filled is not a sample yet.
    const current = this.samples[this.slot % SAMPLES]!
    const sum = this.samples.reduce((total, sample) => total + sample, 0) - current
    return (sum * 1_000_000) / SAMPLE_US / (SAMPLES - 1)
  }

  private advance(nowUs: number): void {
    const slot = Math.floor(nowUs / SAMPLE_US)
    if (slot - this.slot >= SAMPLES) this.samples.fill(0)
    else for (let next = this.slot + 1; next <= slot; next++) this.samples[next % SAMPLES] = 0
    this.slot = slot
  }
}

const CODE_MAX = 30

/** The counters behind INFO and CONFIG RESETSTAT. */
export class Stats {
  connectionsReceived = 0
  connectionsRejected = 0
  commandsProcessed = 0
  netInputBytes = 0
  netOutputBytes = 0
  readsProcessed = 0
  writesProcessed = 0
  expiredKeys = 0
  evictedKeys = 0
  evictedClients = 0
  fullSyncs = 0
  partialSyncs = 0
  /** Replicas that wanted to go on where they were and could not. */
  failedPartialSyncs = 0
  keyspaceHits = 0
  keyspaceMisses = 0
  errorReplies = 0
  readonly commandRate = new Rate()
  readonly inputRate = new Rate()
  readonly outputRate = new Rate()
  /** Error replies by their first word. */
  readonly errors = new Map<string, number>()

  countError(text: string): void {
    this.errorReplies++
    // Where nothing like a code begins the text, it counts as ERR.
    const blank = text.indexOf(' ')
    const code = blank === -1 || blank > CODE_MAX ? 'ERR' : text.slice(0, blank)
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1)
  }
}
