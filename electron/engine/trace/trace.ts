/**
 * The trace of one run: gives every event its number and time, packs it for whoever draws or records it, and hashes it.
 */
import { createHash } from 'node:crypto'
import { BatchWriter, valuesOf, type TraceBatch } from '../../../shared/trace/batch'
import type { EventInput, EventType, TraceEvent } from '../../../shared/trace/event-types'
import { fieldLayouts, typeCodes, typeNames } from '../../../shared/trace/event-types'
import { linesOf, type PackedPlace } from '../../../shared/trace/line'
import type { TextWriter } from '../../../shared/trace/texts'
import type { Cancel, Clock } from '../../simulator/ports'

/** Must not append while it hears of an event. */
export type TraceListener = (event: TraceEvent) => void

// One call into the hash for many lines: a call for each would cost more than the hashing.
const HASHED_TOGETHER = 1000

/** What a chain of causes has been through: the triggers that fired, in their order. */
export interface Chain {
  readonly triggers: readonly string[]
}

/** So many events are remembered to have followed from a trigger. */
const CHAINED_MAX = 50_000

export class Trace {
  /** What an event is put down to when it does not say: what the world is reacting to at present. */
  cause = 0
  /** Nothing is noted: the world has not begun for anybody yet. */
  isMuted = false
  private seq = 0
  /** By the code of the type that they listen to. */
  private readonly listeners: (readonly TraceListener[] | undefined)[] = []
  private readonly writer: BatchWriter
  private readonly sha256 = createHash('sha256')
  private hashed: PackedPlace = { index: 0, value: 0 }
  private isHashed = true
  /** Events that followed from a trigger, by their numbers, the oldest first. */
  private readonly chains = new Map<number, Chain>()

  constructor(
    private readonly clock: Clock,
    run: number,
  ) {
    this.writer = new BatchWriter(run)
  }

  /** How many events there are; also the `seq` of the last one. */
  get length(): number {
    return this.seq
  }

  /** Gives the event's `seq`, to be the `cause` of what follows from it. */
  append(input: EventInput): number {
    return this.note(typeCodes[input.type], input.cause ?? this.cause, valuesOf(input))
  }

  /**
   * The same by the type's code (`typeCodes`) and the values of its fields, in the order of `eventTypes`: for what
   * happens hundreds of thousands of times a second. A text that `textsOf` has written is given by its index.
   */
  note(code: number, cause: number, values: readonly (number | string)[]): number {
    if (this.isMuted) return 0
    const seq = ++this.seq
    const t = this.clock.nowUs()
    this.writer.addValues(seq, t, code, cause, values)
    if (this.chains.size > 0) {
      const chain = this.chains.get(cause)
      if (chain) this.keepChain(seq, chain)
    }
    const listeners = this.listeners[code]
    if (listeners) tell(listeners, { seq, t, code, cause, values })
    if (this.isHashed && this.writer.count - this.hashed.index >= HASHED_TOGETHER) this.catchUp()
    return seq
  }

  /**
   * Where texts of such an event can be written by their parts; undefined while somebody wants to see them: the hash, or
   * a listener.
   */
  textsOf(code: number): TextWriter | undefined {
    return this.isHashed || this.isMuted || this.listeners[code] ? undefined : this.writer.texts
  }

  /** Which triggers an event leads back to; none, for most. */
  chainOf(seq: number): Chain | undefined {
    return this.chains.get(seq)
  }

  /** What follows from an event has been through these triggers. */
  keepChain(seq: number, chain: Chain): void {
    this.chains.set(seq, chain)
    if (this.chains.size > CHAINED_MAX) this.chains.delete(this.chains.keys().next().value!)
  }

  /** Hears of every later event of some types. */
  listen(types: readonly EventType[], listener: TraceListener): Cancel {
    const codes = types.map((type) => typeCodes[type])
    for (const code of codes) this.listeners[code] = [...(this.listeners[code] ?? []), listener]
    return () => {
      for (const code of codes) {
        // Whoever has stopped listening may say so again, when nobody else is left either.
        const left = (this.listeners[code] ?? []).filter((one) => one !== listener)
        this.listeners[code] = left.length > 0 ? left : undefined
      }
    }
  }

  /** What was appended since it was taken last, or undefined. */
  take(): TraceBatch | undefined {
    if (this.writer.count === 0) return undefined
    if (this.isHashed) this.catchUp()
    this.hashed = { index: 0, value: 0 }
    return this.writer.take(this.clock.nowUs())
  }

  /** SHA-256 over the NDJSON lines of all events so far, in hexadecimal; null when they are not hashed any more. */
  hash(): string | null {
    if (!this.isHashed) return null
    this.catchUp()
    return this.sha256.copy().digest('hex')
  }

  /** From now on there is no hash: what happens is not reproducible, so that nothing could be compared by it. */
  stopHashing(): void {
    if (!this.isHashed) return
    this.isHashed = false
    this.writer.texts.forget()
  }

  private catchUp(): void {
    this.sha256.update(linesOf(this.writer, this.writer.texts, this.hashed))
  }
}

interface Noted {
  readonly seq: number
  readonly t: number
  readonly code: number
  readonly cause: number
  readonly values: readonly (number | string)[]
}

function tell(listeners: readonly TraceListener[], { seq, t, code, cause, values }: Noted): void {
  for (const listener of listeners) {
    const event: Record<string, number | string> = { seq, t, type: typeNames[code]!, cause }
    fieldLayouts[code]!.forEach(({ name }, index) => (event[name] = values[index]!))
    listener(event as unknown as TraceEvent)
  }
}
