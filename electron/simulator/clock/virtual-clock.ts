/**
 * Virtual time: a binary heap of due events. Nothing happens between two of them, so the clock jumps from one to the
 * next, and its speed is the caller's affair. Events due at one instant run in the order they were scheduled.
 */
import type { Cancel, Clock } from '../ports'

interface Due {
  readonly atUs: number
  readonly order: number
  run: (() => void) | null
}

export class VirtualClock implements Clock {
  private heap: Due[] = []
  private now: number
  private scheduled = 0
  private cancelled = 0

  /**
   * `epochUs` is what the system clock of the world shows at time 0, in microseconds since 1970. A world may begin
   * earlier, at `startUs`, to come to rest before anybody looks.
   */
  constructor(
    private readonly epochUs: number,
    startUs = 0,
  ) {
    this.now = startUs
  }

  nowUs(): number {
    return this.now
  }

  unixUs(): number {
    return this.epochUs + this.now
  }

  after(delayUs: number, run: () => void): Cancel {
    const due: Due = { atUs: this.now + Math.max(0, Math.round(delayUs)), order: this.scheduled++, run }
    this.push(due)
    return () => {
      if (!due.run) return
      due.run = null
      this.cancelled++
      this.dropCancelled()
    }
  }

  /** When the next event is due, or undefined while nothing is scheduled. */
  nextUs(): number | undefined {
    while (this.heap.length > 0 && !this.heap[0]!.run) {
      this.pop()
      this.cancelled--
    }
    return this.heap[0]?.atUs
  }

  /** Takes the next event off the heap, sets the clock to its time and runs it. False when there is none. */
  runNext(): boolean {
    if (this.nextUs() === undefined) return false
    const due = this.pop()!
    const run = due.run!
    due.run = null
    this.now = due.atUs
    run()
    return true
  }

  /** Lets time pass without an event. Going past a due event would lose its place, so that throws. */
  advanceTo(atUs: number): void {
    const next = this.nextUs()
    if (next !== undefined && atUs > next) throw new RangeError(`the clock cannot pass the event due at ${next} us`)
    if (atUs > this.now) this.now = Math.floor(atUs)
  }

  /** Forgets everything that is due. */
  clear(): void {
    for (const due of this.heap) due.run = null
    this.heap = []
    this.cancelled = 0
  }

  /** Clients reset their time-outs at every byte: without this, the heap would fill with what never runs. */
  private dropCancelled(): void {
    if (this.cancelled < 256 || this.cancelled * 2 < this.heap.length) return
    const live = this.heap.filter((due) => due.run)
    this.heap = []
    this.cancelled = 0
    for (const due of live) this.push(due)
  }

  private push(due: Due): void {
    const { heap } = this
    let index = heap.push(due) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(due, heap[parent]!)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = due
  }

  private pop(): Due | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (!last || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
}
