/** What became of one job in one queue, for one consumer group. */
export interface JobRecord {
  readonly job: string
  readonly addedUs: number
  /** Its entry id in a stream or its id in BullMQ, once known. */
  readonly place: string
  /** Whoever has it in hand. Two of them are what duplicates are made of. */
  readonly holders: Map<string, { readonly takenUs: number; readonly isKept: boolean }>
  /** Whoever took it last; empty while nobody has. */
  lastHolder: string
  /** Whether it is still to be handled. */
  isOpen: boolean
  isLost: boolean
  /** False while it was only taken, and whoever added it has not heard back yet. */
  isAnnounced: boolean
  isAcknowledged: boolean
  /** It had been, before it was taken once more. */
  wasAcknowledged: boolean
  isClaimed: boolean
  /** It was claimed from somebody who had not done its work yet. */
  isClaimedAtWork: boolean
  isRetried: boolean
  isMovedTwice: boolean
  moves: number
  takings: number
  handled: number
  /** When it was first not to be found anywhere, undefined while nobody misses it. */
  missedUs: number | undefined
  /** Counts up with each job that is put there. */
  index: number
}

export function newRecord(job: string, addedUs: number, place: string): JobRecord {
  return {
    job,
    addedUs,
    place,
    holders: new Map(),
    lastHolder: '',
    isOpen: true,
    isLost: false,
    isAnnounced: true,
    isAcknowledged: false,
    wasAcknowledged: false,
    isClaimed: false,
    isClaimedAtWork: false,
    isRetried: false,
    isMovedTwice: false,
    moves: 0,
    takings: 0,
    handled: 0,
    missedUs: undefined,
    index: 0,
  }
}

/** So many jobs that are done are remembered, so that one which comes again is known. */
const DONE_KEPT = 50_000

/** The jobs of a queue, those that are open apart from those that are done. */
export class Shelf {
  private readonly opened = new Map<string, JobRecord>()
  private readonly done = new Map<string, JobRecord>()
  private count = 0
  private lastTaken = 0

  get openCount(): number {
    return this.opened.size
  }

  get(job: string): JobRecord | undefined {
    return this.opened.get(job) ?? this.done.get(job)
  }

  /** The job at a place, where that is known. */
  at(place: string): { readonly job: string; readonly holder: string } | undefined {
    for (const records of [this.opened, this.done]) {
      for (const { job, place: its, lastHolder: holder } of records.values()) if (its === place) return { job, holder }
    }
    return undefined
  }

  put(record: JobRecord): void {
    record.index = ++this.count
    this.opened.set(record.job, record)
  }

  /** Gives whether one that came later was taken before. */
  takes({ index }: JobRecord): boolean {
    const isOvertaken = index < this.lastTaken
    this.lastTaken = Math.max(this.lastTaken, index)
    return isOvertaken
  }

  /** Those that are still to be handled, the oldest first. The list may change while it is walked. */
  open(): readonly JobRecord[] {
    return [...this.opened.values()]
  }

  close(record: JobRecord): void {
    if (!record.isOpen) return
    record.isOpen = false
    this.opened.delete(record.job)
    this.done.set(record.job, record)
    if (this.done.size > DONE_KEPT) this.done.delete(this.done.keys().next().value!)
  }

  reopen(record: JobRecord): void {
    if (record.isOpen) return
    record.isOpen = true
    this.done.delete(record.job)
    this.opened.set(record.job, record)
  }
}
