import type { Bytes } from '../../../shared/bytes'

const CAPACITY_MIN = 16

/**
 * The elements of a list in a ring whose size is a power of two: quick at both ends and at any index, while an
 * insertion or a removal in between moves the elements behind it. It grows when it is full and shrinks when three
 * quarters of it are empty, so that a queue that was long once does not stay big.
 */
export class Deque {
  /** How many bytes the elements have together. */
  byteLength = 0
  private ring: (Bytes | undefined)[] = new Array<Bytes | undefined>(CAPACITY_MIN)
  private start = 0
  private count = 0

  static from(elements: readonly Bytes[]): Deque {
    const deque = new Deque()
    for (const element of elements) deque.pushRight(element)
    return deque
  }

  get length(): number {
    return this.count
  }

  get(index: number): Bytes {
    return this.ring[(this.start + index) & (this.ring.length - 1)]!
  }

  set(index: number, element: Bytes): void {
    const place = (this.start + index) & (this.ring.length - 1)
    this.byteLength += element.length - this.ring[place]!.length
    this.ring[place] = element
  }

  pushLeft(element: Bytes): void {
    if (this.count === this.ring.length) this.resize(this.count * 2)
    this.start = (this.start - 1) & (this.ring.length - 1)
    this.ring[this.start] = element
    this.count++
    this.byteLength += element.length
  }

  pushRight(element: Bytes): void {
    if (this.count === this.ring.length) this.resize(this.count * 2)
    this.ring[(this.start + this.count) & (this.ring.length - 1)] = element
    this.count++
    this.byteLength += element.length
  }

  popLeft(): Bytes {
    const element = this.ring[this.start]!
    this.ring[this.start] = undefined
    this.start = (this.start + 1) & (this.ring.length - 1)
    this.hasLost(element)
    return element
  }

  popRight(): Bytes {
    const place = (this.start + this.count - 1) & (this.ring.length - 1)
    const element = this.ring[place]!
    this.ring[place] = undefined
    this.hasLost(element)
    return element
  }

  /** Puts an element where `index` is now. */
  insert(index: number, element: Bytes): void {
    this.pushRight(element)
    for (let at = this.count - 1; at > index; at--) this.move(at - 1, at)
    this.ring[(this.start + index) & (this.ring.length - 1)] = element
  }

  /** The elements from `start` up to, not including, `end`. */
  slice(start: number, end: number): Bytes[] {
    const elements: Bytes[] = []
    for (let index = start; index < end; index++) elements.push(this.get(index))
    return elements
  }

  /** Keeps the elements from `start` up to, not including, `end`. */
  keep(start: number, end: number): void {
    for (let dropped = 0; dropped < start; dropped++) this.popLeft()
    while (this.count > end - start) this.popRight()
  }

  /** Takes out the elements whose index is in the list, which goes up. */
  removeAll(indexes: readonly number[]): void {
    if (indexes.length === 0) return
    let next = 0
    let to = indexes[0]!
    for (let from = to; from < this.count; from++) {
      if (from === indexes[next]) {
        next++
        this.byteLength -= this.get(from).length
      } else {
        this.move(from, to++)
      }
    }
    // What is left at the end was moved or counted already.
    const { byteLength } = this
    while (this.count > to) this.popRight()
    this.byteLength = byteLength
  }

  copy(): Deque {
    const copy = new Deque()
    copy.ring = this.ring.slice()
    copy.start = this.start
    copy.count = this.count
    copy.byteLength = this.byteLength
    return copy
  }

  private move(from: number, to: number): void {
    const mask = this.ring.length - 1
    this.ring[(this.start + to) & mask] = this.ring[(this.start + from) & mask]
  }

  private hasLost(element: Bytes): void {
    this.count--
    this.byteLength -= element.length
    if (this.count * 4 < this.ring.length && this.ring.length > CAPACITY_MIN) this.resize(this.ring.length / 2)
  }

  private resize(capacity: number): void {
    const ring = new Array<Bytes | undefined>(capacity)
    for (let index = 0; index < this.count; index++) ring[index] = this.get(index)
    this.ring = ring
    this.start = 0
  }
}
