/**
 * The packed form in which a trace travels from the worker to the window: one typed array per common column, one for
 * the fields of all events in their type's order, and the texts of this batch. A batch needs no other batch to be
 * read, so a window that opens late, or drops some, reads on.
 */
import { fieldLayouts, typeCodes, typeNames, type EventInput, type TraceEvent } from './event-types'
import { grown, TextReader, TextWriter, type PackedTexts } from './texts'

export interface TraceBatch extends PackedEvents {
  readonly texts: PackedTexts
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
  /** A number field's value, `numberOf` tells how, or the index of the text of a text or bytes field. */
  readonly values: Int32Array
  /** The numbers that are no whole ones of 31 bits. */
  readonly numbers: Float64Array
}

const FIELDS_MAX = 8

/** Texts made for the one event: seldom the same again, and to compare them would put them in one piece first. */
const FRESH = ['command', 'reply', 'payload']

/** Which fields of which types may be what they were in the event before, and which of them are names. */
const mayRecur = new Uint8Array(typeNames.length * FIELDS_MAX)
const isName = new Uint8Array(typeNames.length * FIELDS_MAX)
fieldLayouts.forEach((layout, code) => {
  layout.forEach(({ name, kind }, at) => {
    mayRecur[code * FIELDS_MAX + at] = FRESH.includes(name) ? 0 : 1
    isName[code * FIELDS_MAX + at] = kind === 'text' ? 1 : 0
  })
})

/** Gathers events until they are taken as one batch. Columns grow by doubling and are reused between batches. */
export class BatchWriter implements PackedEvents {
  firstSeq = 0
  count = 0
  types = new Uint8Array(256)
  times = new Float64Array(256)
  causes = new Uint32Array(256)
  values = new Int32Array(1024)
  numbers = new Float64Array(64)
  readonly texts = new TextWriter()
  /** The last text in each field of each type, and its index: events in a row are often of the same actor and key. */
  private readonly lastTexts = new Array<string | undefined>(typeNames.length * FIELDS_MAX).fill(undefined)
  private readonly lastIndexes = new Int32Array(typeNames.length * FIELDS_MAX)
  private used = 0
  private numbersUsed = 0

  constructor(private readonly run: number) {}

  add(seq: number, t: number, event: EventInput): void {
    this.addValues(seq, t, typeCodes[event.type], event.cause ?? 0, valuesOf(event))
  }

  /** Adds an event by its type's code and the values of its fields, in the order of its type. */
  addValues(seq: number, t: number, code: number, cause: number, values: readonly (number | string)[]): void {
    if (this.count === 0) this.firstSeq = seq
    this.reserve(values.length)
    this.types[this.count] = code
    this.times[this.count] = t
    this.causes[this.count] = cause
    this.count++
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!
      this.values[this.used++] =
        typeof value === 'number' ? this.packed(value) : this.indexOf(value, code * FIELDS_MAX + at)
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
      numbers: this.numbers.slice(0, this.numbersUsed),
      texts: this.texts.take(),
    }
    this.count = 0
    this.used = 0
    this.numbersUsed = 0
    this.lastTexts.fill(undefined)
    return batch
  }

  /** Most numbers are small and whole; the others stand in a column of their own. */
  private packed(value: number): number {
    if ((value & 0x7fffffff) === value) return value
    const { numbers, numbersUsed } = this
    if (numbersUsed === numbers.length) this.numbers = grown(numbers, new Float64Array(numbersUsed * 2))
    this.numbers[this.numbersUsed] = value
    return ~this.numbersUsed++
  }

  private indexOf(text: string, field: number): number {
    if (!mayRecur[field]) return this.texts.add(text)
    if (text !== this.lastTexts[field]) {
      this.lastTexts[field] = text
      this.lastIndexes[field] = isName[field] ? this.texts.addName(text) : this.texts.add(text)
    }
    return this.lastIndexes[field]!
  }

  private reserve(fields: number): void {
    if (this.count === this.types.length) {
      this.types = grown(this.types, new Uint8Array(this.count * 2))
      this.times = grown(this.times, new Float64Array(this.count * 2))
      this.causes = grown(this.causes, new Uint32Array(this.count * 2))
    }
    if (this.used + fields > this.values.length) {
      this.values = grown(this.values, new Int32Array(this.values.length * 2))
    }
  }
}

/** The number that a value stands for: itself, or by its complement one of the column `numbers`. */
export function numberOf({ numbers }: PackedEvents, value: number): number {
  return value >= 0 ? value : numbers[~value]!
}

/** The values of an event's fields, in the order of its type. */
export function valuesOf(event: EventInput): (number | string)[] {
  const fields = event as unknown as Readonly<Record<string, number | string>>
  return fieldLayouts[typeCodes[event.type]]!.map(({ name }) => fields[name]!)
}

/** The events of a batch as objects, in order. */
export function unpackBatch(batch: TraceBatch): TraceEvent[] {
  const events: TraceEvent[] = []
  const texts = new TextReader(batch.texts)
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
      event[name] = kind === 'number' ? numberOf(batch, value) : texts.at(value)
    }
    events.push(event as unknown as TraceEvent)
  }
  return events
}
