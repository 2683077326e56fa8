import type { TraceBatch } from '../../../shared/trace/batch'

const KEPT_EVENTS_MAX = 500_000
const KEPT_BYTES_MAX = 256 * 1024 * 1024

/** What a kept batch is besides its columns, and where these stand. */
interface Entry extends Pick<TraceBatch, 'run' | 'firstSeq' | 'count' | 'nowUs'> {
  readonly long: ReadonlyMap<number, string>
  readonly at: number
  readonly size: number
  /** Bytes of each column, in the order of `columnsOf`. */
  readonly lengths: readonly number[]
  readonly isWide: boolean
}

/**
 * The latest batches, up to a number of events and bytes.
 *
 * Their columns are copied into one store that is used round and round. Were the arrays themselves kept, each would be
 * let go seconds later, and memory outside the heap that comes and goes like that makes V8 mark the whole heap, several
 * times a second when many events are traced.
 */
export class KeptTrace {
  private entries: Entry[] = []
  private events = 0
  private store: Uint8Array
  /** Where the next batch goes, if it fits there. */
  private end = 0

  constructor(
    private readonly eventsMax = KEPT_EVENTS_MAX,
    private readonly bytesMax = KEPT_BYTES_MAX,
  ) {
    this.store = new Uint8Array(Math.min(64 * 1024, bytesMax))
  }

  add(batch: TraceBatch): void {
    const columns = columnsOf(batch)
    const lengths = columns.map(({ byteLength }) => byteLength)
    const size = lengths.reduce((sum, length) => sum + length, 0)
    while (this.entries.length > 0 && this.events + batch.count > this.eventsMax) this.drop()
    const at = this.makeRoom(size)
    // A single batch of more bytes than may be kept.
    if (at === undefined) return
    this.end = at
    for (const { buffer, byteOffset, byteLength } of columns) {
      this.store.set(new Uint8Array(buffer, byteOffset, byteLength), this.end)
      this.end += byteLength
    }
    const { run, firstSeq, count, nowUs, texts } = batch
    const isWide = texts.characters instanceof Uint16Array
    this.entries.push({ run, firstSeq, count, nowUs, long: texts.long, at, size, lengths, isWide })
    this.events += count
  }

  /** Makes each batch anew, the oldest first. */
  *batches(): Generator<TraceBatch> {
    for (const entry of this.entries) {
      let { at } = entry
      const [types, times, causes, values, numbers, characters, ends] = entry.lengths.map(
        (length) => this.store.slice(at, (at += length)).buffer,
      )
      const { run, firstSeq, count, nowUs, long, isWide } = entry
      yield {
        run,
        firstSeq,
        count,
        nowUs,
        types: new Uint8Array(types!),
        times: new Float64Array(times!),
        causes: new Uint32Array(causes!),
        values: new Int32Array(values!),
        numbers: new Float64Array(numbers!),
        texts: {
          characters: isWide ? new Uint16Array(characters!) : new Uint8Array(characters!),
          ends: new Uint32Array(ends!),
          long,
        },
      }
    }
  }

  private drop(): void {
    this.events -= this.entries.shift()!.count
  }

  /** Where so many bytes may be written: the store grows for them as far as it may, then the oldest batches go. */
  private makeRoom(size: number): number | undefined {
    while (size <= this.bytesMax || this.entries.length > 0) {
      const at = this.freePlace(size)
      if (at !== undefined) return at
      if (this.store.length < this.bytesMax && size <= this.bytesMax) this.grow()
      else this.drop()
    }
    return undefined
  }

  private freePlace(size: number): number | undefined {
    const start = this.entries[0]?.at
    if (start === undefined) return size <= this.store.length ? 0 : undefined
    // Once the end has come round to the beginning, what is free lies between it and the oldest batch.
    if (this.end <= start) return this.end + size <= start ? this.end : undefined
    if (this.end + size <= this.store.length) return this.end
    return size <= start ? 0 : undefined
  }

  private grow(): void {
    const grown = new Uint8Array(Math.min(this.bytesMax, this.store.length * 2))
    let end = 0
    this.entries = this.entries.map((entry) => {
      const at = end
      grown.set(this.store.subarray(entry.at, entry.at + entry.size), at)
      end += entry.size
      return { ...entry, at }
    })
    this.store = grown
    this.end = end
  }
}

function columnsOf({ types, times, causes, values, numbers, texts }: TraceBatch) {
  return [types, times, causes, values, numbers, texts.characters, texts.ends]
}
