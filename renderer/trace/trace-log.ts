/**
 * What the window keeps of a trace: the newest events, in columns, without an object per event. Events lie in segments
 * of fixed size, each with its own strings; when the log is full the oldest segment goes as a whole, so a string lives
 * exactly as long as the events that use it. `who`, `where` and `message` are taken out of an event's fields into
 * columns of their own, since lanes, filters and selections ask for little else.
 */
import { numberOf, type TraceBatch } from '../../shared/trace/batch'
import {
  fieldLayouts,
  typeNames,
  type EventType,
  type TraceEvent,
  type TraceEventOf,
} from '../../shared/trace/event-types'
import { TextReader } from '../../shared/trace/texts'
import { NameTable } from './name-table'

const SEGMENT_EVENTS = 4096
const VALUES_PER_EVENT = 8
const PUBLISHED_SLOTS = 1 << 18

export interface Segment {
  readonly firstSeq: number
  count: number
  readonly types: Uint8Array
  readonly times: Float64Array
  readonly causes: Uint32Array
  readonly who: Uint16Array
  readonly where: Uint16Array
  readonly messages: Uint32Array
  readonly offsets: Uint32Array
  readonly values: Float64Array
  used: number
  readonly strings: string[]
  indexes: Map<string, number> | null
}

/** Which field of a type is its actor, its resource and its message: positions in the packed order, -1 for none. */
const whoField = fieldLayouts.map((layout) => layout.findIndex((field) => field.name === 'actor'))
const whereField = fieldLayouts.map((layout) =>
  layout.findIndex((field) => ['channel', 'resource', 'key'].includes(field.name)),
)
const nodeField = fieldLayouts.map((layout) => layout.findIndex((field) => field.name === 'node'))
const messageField = fieldLayouts.map((layout) => layout.findIndex((field) => field.name === 'message'))
const publishedCode = typeNames.indexOf('message.published')

/** Looks at an event's columns; giving back `false` ends the walk. */
type Visit = (segment: Segment, index: number, seq: number) => unknown

export class TraceLog {
  readonly actors = new NameTable()
  readonly resources = new NameTable()
  /** Events that are no longer, or never were, in the log. */
  dropped = 0
  private readonly segments: Segment[] = []
  private readonly published = new Uint32Array(PUBLISHED_SLOTS)

  constructor(private readonly eventsMax = 200_000) {}

  get firstSeq(): number {
    return this.segments[0]?.firstSeq ?? 1
  }

  /** `seq` of the newest event, `firstSeq - 1` when there is none. */
  get lastSeq(): number {
    const last = this.segments[this.segments.length - 1]
    return last ? last.firstSeq + last.count - 1 : this.firstSeq - 1
  }

  get size(): number {
    return this.segments.length === 0 ? 0 : this.lastSeq - this.firstSeq + 1
  }

  /** Appends a batch that begins right after the newest event; whoever calls has seen to that. */
  append(batch: TraceBatch): void {
    let used = 0
    let segment = this.segments[this.segments.length - 1]
    const texts = new TextReader(batch.texts)
    let stringMap = new Int32Array(batch.texts.ends.length).fill(-1)
    for (let index = 0; index < batch.count; index++) {
      if (!segment || segment.count === SEGMENT_EVENTS) {
        if (segment) segment.indexes = null
        segment = newSegment(batch.firstSeq + index)
        this.segments.push(segment)
        this.trim()
        stringMap = new Int32Array(batch.texts.ends.length).fill(-1)
      }
      used = this.copy(batch, index, used, segment, texts, stringMap)
    }
  }

  /** Forgets everything; the events that were there count as dropped, with `missing` others. */
  clear(missing = 0): void {
    this.dropped += this.size + missing
    this.segments.length = 0
  }

  has(seq: number): boolean {
    return this.segments.length > 0 && seq >= this.firstSeq && seq <= this.lastSeq
  }

  segmentOf(seq: number): Segment | undefined {
    if (!this.has(seq)) return undefined
    return this.segments[Math.floor((seq - this.firstSeq) / SEGMENT_EVENTS)]
  }

  typeAt(seq: number): EventType | undefined {
    const segment = this.segmentOf(seq)
    return segment && typeNames[segment.types[seq - segment.firstSeq]!]
  }

  timeAt(seq: number): number {
    const segment = this.segmentOf(seq)
    return segment ? segment.times[seq - segment.firstSeq]! : 0
  }

  /** The event as an object, made now; undefined when the log no longer has it. */
  at(seq: number): TraceEvent | undefined {
    const segment = this.segmentOf(seq)
    if (!segment) return undefined
    const index = seq - segment.firstSeq
    const code = segment.types[index]!
    const event: Record<string, number | string> = {
      seq,
      t: segment.times[index]!,
      type: typeNames[code]!,
      cause: segment.causes[index]!,
    }
    let at = segment.offsets[index]!
    for (const { name, kind } of fieldLayouts[code]!) {
      const value = segment.values[at++]!
      event[name] = kind === 'number' ? value : segment.strings[value]!
    }
    return event as unknown as TraceEvent
  }

  /** The publishing of a message, when the log still has it. */
  publishedOf(message: number): TraceEventOf<'message.published'> | undefined {
    const event = this.at(this.published[message % PUBLISHED_SLOTS]!)
    return event?.type === 'message.published' && event.message === message ? event : undefined
  }

  /** The `seq` of the first event at or after a time; one past the newest when there is none. */
  seqAt(timeUs: number): number {
    let low = this.firstSeq
    let high = this.lastSeq + 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.timeAt(middle) < timeUs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Visits the columns of a range of events in order; the visitor may end the walk by giving back `false`. */
  walk(fromSeq: number, toSeq: number, visit: Visit): void {
    const from = Math.max(fromSeq, this.firstSeq)
    const to = Math.min(toSeq, this.lastSeq)
    for (let seq = from; seq <= to;) {
      const segment = this.segmentOf(seq)!
      const end = Math.min(to, segment.firstSeq + segment.count - 1)
      for (; seq <= end; seq++) if (visit(segment, seq - segment.firstSeq, seq) === false) return
    }
  }

  /** As `walk`, from the newest to the oldest. */
  walkBack(fromSeq: number, toSeq: number, visit: Visit) {
    for (let seq = Math.min(fromSeq, this.lastSeq); seq >= Math.max(toSeq, this.firstSeq); seq--) {
      const segment = this.segmentOf(seq)!
      if (visit(segment, seq - segment.firstSeq, seq) === false) return
    }
  }

  private copy(
    batch: TraceBatch,
    index: number,
    used: number,
    segment: Segment,
    texts: TextReader,
    stringMap: Int32Array,
  ): number {
    const code = batch.types[index]!
    const layout = fieldLayouts[code]!
    const at = segment.count++
    const seq = segment.firstSeq + at
    segment.types[at] = code
    segment.times[at] = batch.times[index]!
    segment.causes[at] = batch.causes[index]!
    segment.offsets[at] = segment.used
    for (const { kind } of layout) {
      const value = batch.values[used++]!
      segment.values[segment.used++] =
        kind === 'number' ? numberOf(batch, value) : intern(segment, texts, value, stringMap)
    }
    const first = used - layout.length
    const text = (field: number) => (field < 0 ? '' : texts.at(batch.values[first + field]!))
    // What a node does by itself has no actor: it stands in the node's lane.
    const who = whoField[code]! >= 0 ? text(whoField[code]!) : text(nodeField[code]!)
    segment.who[at] = this.actors.idOf(who)
    segment.where[at] = this.resources.idOf(text(whereField[code]!))
    const message = messageField[code]!
    segment.messages[at] = message < 0 ? 0 : numberOf(batch, batch.values[first + message]!)
    if (code === publishedCode) this.published[segment.messages[at]! % PUBLISHED_SLOTS] = seq
    return used
  }

  private trim(): void {
    while (this.size - this.segments[0]!.count >= this.eventsMax) this.dropped += this.segments.shift()!.count
  }
}

function newSegment(firstSeq: number): Segment {
  return {
    firstSeq,
    count: 0,
    types: new Uint8Array(SEGMENT_EVENTS),
    times: new Float64Array(SEGMENT_EVENTS),
    causes: new Uint32Array(SEGMENT_EVENTS),
    who: new Uint16Array(SEGMENT_EVENTS),
    where: new Uint16Array(SEGMENT_EVENTS),
    messages: new Uint32Array(SEGMENT_EVENTS),
    offsets: new Uint32Array(SEGMENT_EVENTS),
    values: new Float64Array(SEGMENT_EVENTS * VALUES_PER_EVENT),
    used: 0,
    strings: [],
    indexes: new Map(),
  }
}

function intern(segment: Segment, texts: TextReader, value: number, stringMap: Int32Array): number {
  const mapped = stringMap[value]!
  if (mapped >= 0) return mapped
  const text = texts.at(value)
  let index = segment.indexes!.get(text)
  if (index === undefined) {
    index = segment.strings.push(text) - 1
    segment.indexes!.set(text, index)
  }
  stringMap[value] = index
  return index
}
