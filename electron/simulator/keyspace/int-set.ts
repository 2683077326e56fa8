/** Integers of 64 bits in ascending order: numbers where those are exact, else bigints. JavaScript orders the two. */
export class IntSet {
  constructor(private readonly sorted: (number | bigint)[] = []) {}

  get size(): number {
    return this.sorted.length
  }

  at(index: number): number | bigint {
    return this.sorted[index]!
  }

  has(integer: number | bigint): boolean {
    return this.sorted[this.placeOf(integer)] === integer
  }

  /** Says whether the integer is new. */
  add(integer: number | bigint): boolean {
    const { sorted } = this
    // Ids mostly come in ascending order.
    if (sorted.length === 0 || integer > sorted[sorted.length - 1]!) {
      sorted.push(integer)
      return true
    }
    const place = this.placeOf(integer)
    if (sorted[place] === integer) return false
    sorted.splice(place, 0, integer)
    return true
  }

  /** Says whether the integer was there. */
  delete(integer: number | bigint): boolean {
    const place = this.placeOf(integer)
    if (this.sorted[place] !== integer) return false
    this.sorted.splice(place, 1)
    return true
  }

  copy(): IntSet {
    return new IntSet(this.sorted.slice())
  }

  /** Where the first integer stands that is no smaller. */
  private placeOf(integer: number | bigint): number {
    let [low, high] = [0, this.sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.sorted[middle]! < integer) low = middle + 1
      else high = middle
    }
    return low
  }
}
