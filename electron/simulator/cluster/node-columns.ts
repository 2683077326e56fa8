/**
 * What a node knows of all the others, a column for each thing. In a cluster of a thousand every node looks at every
 * other one ten times a second, and learns of a hundred more with each message: what lies side by side is read at once,
 * where objects all over the memory would be waited for one by one.
 */
import type { NodeAddress } from './node-address'

/** Bits of `states`. */
export const NodeState = {
  /** There is a connection to it, perhaps not open yet. */
  linked: 1,
  /** Somebody has reported that it does not answer. */
  reported: 2,
} as const

const FIRST_ROWS = 8

export class NodeColumns {
  /** `NodeFlag` */
  flags: Uint16Array
  states: Uint8Array
  /** By the clock; 0 while no answer is awaited. */
  pingSentMs: Float64Array
  pongReceivedMs: Float64Array
  dataReceivedMs: Float64Array
  /** The gossip section that told of it last, by this node's own count. */
  toldIn: Uint32Array
  readonly addresses: NodeAddress[] = []

  constructor(rows = FIRST_ROWS) {
    this.flags = new Uint16Array(rows)
    this.states = new Uint8Array(rows)
    this.pingSentMs = new Float64Array(rows)
    this.pongReceivedMs = new Float64Array(rows)
    this.dataReceivedMs = new Float64Array(rows)
    this.toldIn = new Uint32Array(rows)
  }

  /** Begins a row, which is empty whatever was there. */
  begin(row: number, address: NodeAddress, flags: number): void {
    if (row >= this.flags.length) this.grow(row + 1)
    this.addresses[row] = address
    this.flags[row] = flags
    this.states[row] = 0
    this.pingSentMs[row] = 0
    this.pongReceivedMs[row] = 0
    this.dataReceivedMs[row] = 0
    this.toldIn[row] = 0
  }

  /** One row by itself. */
  copyOf(row: number): NodeColumns {
    const copy = new NodeColumns(1)
    copy.begin(0, this.addresses[row]!, this.flags[row]!)
    copy.states[0] = this.states[row]!
    copy.pingSentMs[0] = this.pingSentMs[row]!
    copy.pongReceivedMs[0] = this.pongReceivedMs[row]!
    copy.dataReceivedMs[0] = this.dataReceivedMs[row]!
    return copy
  }

  private grow(needed: number): void {
    const larger = new NodeColumns(Math.max(needed, this.flags.length * 2))
    larger.flags.set(this.flags)
    larger.states.set(this.states)
    larger.pingSentMs.set(this.pingSentMs)
    larger.pongReceivedMs.set(this.pongReceivedMs)
    larger.dataReceivedMs.set(this.dataReceivedMs)
    larger.toldIn.set(this.toldIn)
    this.flags = larger.flags
    this.states = larger.states
    this.pingSentMs = larger.pingSentMs
    this.pongReceivedMs = larger.pongReceivedMs
    this.dataReceivedMs = larger.dataReceivedMs
    this.toldIn = larger.toldIn
  }
}
