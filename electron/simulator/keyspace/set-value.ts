import type { Bytes } from '../../../shared/bytes'
import { DenseMap } from './dense-map'
import { IntSet } from './int-set'
import { parseInteger } from './value'

/** Up to how many integers are kept as an intset. */
export interface SetLimits {
  readonly intsetEntriesMax: number
}

/**
 * The members of a set. Changed in place, and never empty under a key. As long as all are integers and few, they are
 * an intset in ascending order; a set that became a hash table stays one.
 */
export class SetValue {
  readonly type = 'set'
  /** How many bytes the members have together. */
  byteLength = 0
  private integers: IntSet | undefined = new IntSet()
  private table = new DenseMap<undefined>()

  get encoding(): 'intset' | 'hashtable' {
    return this.integers ? 'intset' : 'hashtable'
  }

  get size(): number {
    return this.integers?.size ?? this.table.size
  }

  has(member: Bytes): boolean {
    if (!this.integers) return this.table.has(member)
    const integer = parseInteger(member)
    return integer !== undefined && this.integers.has(integer)
  }

  /** The member at an index, in an order that lasts until the set is changed. */
  at(index: number): Bytes {
    return this.integers ? (String(this.integers.at(index)) as Bytes) : this.table.items[index]!.key
  }

  members(): Bytes[] {
    return Array.from({ length: this.size }, (_, index) => this.at(index))
  }

  /** Says whether the member is new. */
  add(member: Bytes, limits: SetLimits): boolean {
    if (this.integers) {
      const integer = parseInteger(member)
      if (integer === undefined) {
        this.becomeTable()
      } else {
        if (!this.integers.add(integer)) return false
        this.byteLength += member.length
        if (this.integers.size > limits.intsetEntriesMax) this.becomeTable()
        return true
      }
    }
    if (this.table.has(member)) return false
    this.table.add(member, undefined)
    this.byteLength += member.length
    return true
  }

  /** Says whether the member was there. */
  delete(member: Bytes): boolean {
    if (this.integers) {
      const integer = parseInteger(member)
      if (integer === undefined || !this.integers.delete(integer)) return false
    } else {
      const item = this.table.get(member)
      if (!item) return false
      this.table.remove(item)
    }
    this.byteLength -= member.length
    return true
  }

  copy(): SetValue {
    const copy = new SetValue()
    copy.byteLength = this.byteLength
    copy.integers = this.integers?.copy()
    copy.table = this.table.copy()
    return copy
  }

  private becomeTable(): void {
    for (const member of this.members()) this.table.add(member, undefined)
    this.integers = undefined
  }
}
