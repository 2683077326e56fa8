/**
 * The rows of a table by the names of nodes as they lie in messages, so that gossip is understood without making a text
 * of each name. A hash table with open addressing: the places of a cluster of a thousand fit into 12 KiB.
 */
import type { NodeAddress } from './node-address'

const FIRST_PLACES = 16

export class NameIndex {
  private hashes = new Int32Array(FIRST_PLACES)
  /** 0 is a free place: no row has this number. */
  private rows = new Uint16Array(FIRST_PLACES)
  private count = 0

  constructor(private readonly addresses: readonly NodeAddress[]) {}

  add(row: number): void {
    if (++this.count * 2 > this.rows.length) this.layOut(this.rows.length * 2)
    this.put(this.addresses[row]!.hash, row)
  }

  /** Takes a row out, before its name changes. */
  remove(row: number): void {
    const { rows } = this
    let place = this.addresses[row]!.hash & (rows.length - 1)
    while (rows[place] !== row) {
      if (rows[place] === 0) return
      place = (place + 1) & (rows.length - 1)
    }
    rows[place] = 0
    this.count--
    // What was moved on since this place was taken has to be found again.
    this.layOut(rows.length)
  }

  /** The row of the name at a place of a message; 0 where nobody has it. */
  find(message: DataView, at: number): number {
    const { hashes, rows } = this
    const hash = message.getInt32(at) ^ Math.imul(message.getInt32(at + 4), MIX)
    const mask = rows.length - 1
    for (let place = hash & mask; rows[place] !== 0; place = (place + 1) & mask) {
      if (hashes[place] !== hash) continue
      const row = rows[place]!
      if (this.addresses[row]!.isNamedIn(message, at)) return row
    }
    return 0
  }

  private put(hash: number, row: number): void {
    const { rows } = this
    let place = hash & (rows.length - 1)
    while (rows[place] !== 0) place = (place + 1) & (rows.length - 1)
    rows[place] = row
    this.hashes[place] = hash
  }

  private layOut(places: number): void {
    const { rows } = this
    this.rows = new Uint16Array(places)
    this.hashes = new Int32Array(places)
    for (const row of rows) if (row !== 0) this.put(this.addresses[row]!.hash, row)
  }
}

/** Names are drawn at random, each character one of sixteen: two words together tell them apart. */
const MIX = 0x9e3779b1

/** What `find` looks for first. */
export function hashOfName(entry: DataView): number {
  return entry.getInt32(0) ^ Math.imul(entry.getInt32(4), MIX)
}
