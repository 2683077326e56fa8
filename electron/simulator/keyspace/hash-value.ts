import type { Bytes } from '../../../shared/bytes'
import { DenseMap, type DenseItem } from './dense-map'

/** Up to where a hash is a listpack. */
export interface HashLimits {
  readonly hashEntriesMax: number
  readonly hashBytesMax: number
}

/**
 * The fields of a hash. Changed in place, and never empty: a hash that loses its last field goes with its key. A
 * listpack keeps the order in which the fields came, and a hash table, which a hash never leaves again, keeps none.
 */
export class HashValue {
  readonly type = 'hash'
  encoding: 'listpack' | 'hashtable' = 'listpack'
  /** How many bytes fields and values have together. */
  byteLength = 0

  constructor(private readonly fields = new DenseMap<Bytes>()) {}

  get size(): number {
    return this.fields.size
  }

  get items(): readonly DenseItem<Bytes>[] {
    return this.fields.items
  }

  get(field: Bytes): Bytes | undefined {
    return this.fields.get(field)?.value
  }

  has(field: Bytes): boolean {
    return this.fields.has(field)
  }

  /** Says whether the field is new. */
  set(field: Bytes, value: Bytes, limits: HashLimits): boolean {
    const item = this.fields.get(field)
    if (item) {
      this.byteLength += value.length - item.value.length
      item.value = value
    } else {
      this.byteLength += field.length + value.length
      this.fields.add(field, value)
    }
    if (
      this.encoding === 'listpack' &&
      (this.fields.size > limits.hashEntriesMax ||
        field.length > limits.hashBytesMax ||
        value.length > limits.hashBytesMax)
    ) {
      this.encoding = 'hashtable'
    }
    return item === undefined
  }

  /** Says whether the field was there. */
  delete(field: Bytes): boolean {
    const item = this.fields.get(field)
    if (!item) return false
    this.byteLength -= field.length + item.value.length
    if (this.encoding === 'listpack') this.fields.removeInOrder(item)
    else this.fields.remove(item)
    return true
  }

  copy(): HashValue {
    const copy = new HashValue(this.fields.copy())
    copy.encoding = this.encoding
    copy.byteLength = this.byteLength
    return copy
  }
}
