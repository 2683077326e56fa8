/**
 * The rows that pass a filter, as a list of `seq`s that grows with the log. A new filter is applied to what is there in
 * slices, so that typing into it never holds up a frame; what arrives is added at the end.
 */
import { eventTypes, typeNames, type EventFamily, type EventType } from '../../shared/trace/event-types'
import { rowOf } from './describe'
import type { TraceLog } from './trace-log'

export interface EventFilter {
  readonly text: string
  readonly families: ReadonlySet<EventFamily>
  readonly type: EventType | null
  readonly actor: string | null
  readonly resource: string | null
}

export const everything: EventFilter = { text: '', families: new Set(), type: null, actor: null, resource: null }

export function isEverything(filter: EventFilter): boolean {
  return !filter.text && filter.families.size === 0 && !filter.type && filter.actor === null && filter.resource === null
}

const familyByCode = typeNames.map((name) => eventTypes[name].family)

export class EventView {
  private filter: EventFilter = everything
  private seqs = new Uint32Array(1024)
  private head = 0
  private end = 0
  private nextSeq = 0

  constructor(private readonly log: TraceLog) {}

  get count(): number {
    return isEverything(this.filter) ? this.log.size : this.end - this.head
  }

  /** Whether events are left that the filter has not seen. */
  get isBehind(): boolean {
    return !isEverything(this.filter) && this.nextSeq <= this.log.lastSeq
  }

  seqAt(row: number): number {
    return isEverything(this.filter) ? this.log.firstSeq + row : this.seqs[this.head + row]!
  }

  /** The row of an event, or of the next one that passes the filter. */
  rowOf(seq: number): number {
    if (isEverything(this.filter)) return seq - this.log.firstSeq
    let low = this.head
    let high = this.end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.seqs[middle]! < seq) low = middle + 1
      else high = middle
    }
    return low - this.head
  }

  setFilter(filter: EventFilter): void {
    this.filter = filter
    this.reset()
  }

  reset(): void {
    this.head = this.end = 0
    this.nextSeq = this.log.firstSeq
  }

  /** Takes in up to `max` events that the filter has not seen, and lets go of rows that the log has dropped. */
  catchUp(max = 20_000): void {
    if (isEverything(this.filter)) return
    const { log } = this
    while (this.head < this.end && this.seqs[this.head]! < log.firstSeq) this.head++
    if (this.nextSeq < log.firstSeq) this.nextSeq = log.firstSeq
    const actorId = this.filter.actor === null ? -2 : log.actors.find(this.filter.actor)
    const resourceId = this.filter.resource === null ? -2 : log.resources.find(this.filter.resource)
    const { type, families } = this.filter
    const words = this.filter.text.toLowerCase().split(/\s+/).filter(Boolean)
    const until = Math.min(log.lastSeq, this.nextSeq + max - 1)
    log.walk(this.nextSeq, until, (segment, index, seq) => {
      const code = segment.types[index]!
      if (type !== null && typeNames[code] !== type) return
      if (families.size > 0 && !families.has(familyByCode[code]!)) return
      if (actorId !== -2 && segment.who[index] !== actorId) return
      if (resourceId !== -2 && segment.where[index] !== resourceId) return
      if (words.length > 0 && !this.hasWords(seq, words)) return
      this.push(seq)
    })
    this.nextSeq = until + 1
  }

  private hasWords(seq: number, words: readonly string[]): boolean {
    const row = rowOf(this.log.at(seq)!, this.log)
    const text = `${row.type} ${row.actor} ${row.resource} ${row.text} ${row.code} #${row.seq}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }

  private push(seq: number): void {
    if (this.end === this.seqs.length) {
      const kept = this.seqs.subarray(this.head, this.end)
      const larger = new Uint32Array(Math.max(1024, kept.length * 2))
      larger.set(kept)
      this.seqs = larger
      this.end = kept.length
      this.head = 0
    }
    this.seqs[this.end++] = seq
  }
}
