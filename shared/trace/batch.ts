/**
 * The packed form in which a trace travels from the worker to the window: one typed array per common column, one for
 * the fields of all events in their type's order, and the strings of this batch. A batch needs no other batch to be
 * read, so a window that opens late, or drops some, reads on.
 */
import { fieldLayouts, typeCodes, typeNames, type EventInput, type EventType, type TraceEvent } from './event-types'

export interface TraceBatch extends PackedEvents {
  /** Which run of this worker the events belong to; a restart begins a new one. */
  readonly run: number
  /** The run's clock when the batch was made, in microseconds. */
  readonly nowUs: number
}

/** Events in columns, which may be longer than the events they hold. */
export interface PackedEvents {
  /** `seq` of the first event; the rest follow without gaps. */
  readonly firstSeq: number
  readonly count: number
  readonly types: Uint8Array
  readonly times: Float64Array
  readonly causes: Uint32Array
  /** A number field's value, or the index of a text or bytes field in `strings`. */
  readonly values: Float64Array
  readonly strings: readonly string[]
}

/** Gathers events until they are taken as one batch. Columns grow by doubling and are reused between batches. */
export class BatchWriter implements PackedEvents {
  firstSeq = 0
  count = 0
  types = new Uint8Array(256)
  times = new Float64Array(256)
  causes = new Uint32Array(256)
  values = new Float64Array(1024)
  strings: string[] = []
  private indexes = new Map<string, number>()
  /** The last text of each field's place, and its index. */
  private lastTexts: string[] = []
  private readonly lastIndexes: number[] = []
  private used = 0

  constructor(private readonly run: number) {}

  add(seq: number, t: number, event: EventInput): void {
    this.addValues(seq, t, event.type, event.cause ?? 0, valuesOf(event))
  }

  /** Adds an event by the values of its fields, in the order of its type. */
  addValues(seq: number, t: number, type: EventType, cause: number, values: readonly (number | string)[]): void {
    if (this.count === 0) this.firstSeq = seq
    this.reserve(values.length)
    this.types[this.count] = typeCodes[type]
    this.times[this.count] = t
    this.causes[this.count] = cause
    this.count++
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!
      this.values[this.used++] = typeof value === 'number' ? value : this.indexOf(value, at)
    }
  }

  take(nowUs: number): TraceBatch {
    const batch: TraceBatch = {
      run: this.run,
      firstSeq: this.firstSeq,
      count: this.count,
      nowUs,
      types: this.types.slice(0, this.count),
      times: this.times.slice(0, this.count),
      causes: this.causes.slice(0, this.count),
      values: this.values.slice(0, this.used),
      strings: this.strings,
    }
    this.count = 0
    this.used = 0
    this.strings = []
    this.indexes = new Map()
    this.lastTexts = []
    return batch
  }

  private indexOf(text: string, field: number): number {
    // Events in a row are often of the same actor and node.
    if (text === this.lastTexts[field]) return this.lastIndexes[field]!
    let index = this.indexes.get(text)
    if (index === undefined) {
      index = this.strings.push(text) - 1
      this.indexes.set(text, index)
    }
    this.lastTexts[field] = text
    this.lastIndexes[field] = index
    return index
  }

  private reserve(fields: number): void {
    if (this.count === this.types.length) {
      this.types = grown(this.types, new Uint8Array(this.count * 2))
      this.times = grown(this.times, new Float64Array(this.count * 2))
      this.causes = grown(this.causes, new Uint32Array(this.count * 2))
    }
    if (this.used + fields > this.values.length) {
      this.values = grown(this.values, new Float64Array(this.values.length * 2))
    }
  }
}

/** The values of an event's fields, in the order of its type. */
export function valuesOf(event: EventInput): (number | string)[] {
  const fields = event as unknown as Readonly<Record<string, number | string>>
  return fieldLayouts[typeCodes[event.type]]!.map(({ name }) => fields[name]!)
}

/** The events of a batch as objects, in order. */
export function unpackBatch(batch: TraceBatch): TraceEvent[] {
  const events: TraceEvent[] = []
  let used = 0
  for (let index = 0; index < batch.count; index++) {
    const code = batch.types[index]!
    const event: Record<string, number | string> = {
      seq: batch.firstSeq + index,
      t: batch.times[index]!,
      type: typeNames[code]!,
      cause: batch.causes[index]!,
    }
    for (const { name, kind } of fieldLayouts[code]!) {
      const value = batch.values[used++]!
      event[name] = kind === 'number' ? value : batch.strings[value]!
    }
    events.push(event as unknown as TraceEvent)
  }
  return events
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}
