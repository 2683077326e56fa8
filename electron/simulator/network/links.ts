/**
 * The state of the ways between machines. Each direction of each pair is a link of its own; faults lie on links and
 * add up: a link is cut while any fault cuts it, delays are summed, the narrowest bandwidth counts.
 */
import type { Cancel } from '../ports'

export interface LinkState {
  /** Nothing gets through. */
  readonly isCut: boolean
  /** On top of the network's own latency. */
  readonly delayUs: number
  /** Up to so much more, drawn for each flight. */
  readonly jitterUs: number
  readonly bytesPerSecond: number
}

export interface LinkFault extends Partial<LinkState> {
  /** Whether it lies on the way from one machine to another. */
  on(from: string, to: string): boolean
}

/** Hears of each flight as it leaves: its first part, and when it will arrive; Infinity where it is kept or lost. */
export type FlightWatcher = (from: string, to: string, part: unknown, sentUs: number, arrivesUs: number) => void

const healthy: LinkState = { isCut: false, delayUs: 0, jitterUs: 0, bytesPerSecond: Infinity }

export class Links {
  /** Only told, and only while somebody looks: what it does changes nothing here. */
  watcher: FlightWatcher | undefined
  private readonly faults = new Set<LinkFault>()
  private readonly known = new Map<string, LinkState>()

  /** Puts a fault on the links that it names; what this gives takes it away again. */
  add(fault: LinkFault): Cancel {
    this.faults.add(fault)
    this.known.clear()
    return () => {
      if (this.faults.delete(fault)) this.known.clear()
    }
  }

  state(from: string, to: string): LinkState {
    if (this.faults.size === 0) return healthy
    const key = `${from}\n${to}`
    let state = this.known.get(key)
    if (!state) {
      state = this.sum(from, to)
      this.known.set(key, state)
    }
    return state
  }

  private sum(from: string, to: string): LinkState {
    let state = healthy
    for (const fault of this.faults) {
      if (!fault.on(from, to)) continue
      state = {
        isCut: state.isCut || fault.isCut === true,
        delayUs: state.delayUs + (fault.delayUs ?? 0),
        jitterUs: state.jitterUs + (fault.jitterUs ?? 0),
        bytesPerSecond: Math.min(state.bytesPerSecond, fault.bytesPerSecond ?? Infinity),
      }
    }
    return state
  }
}
