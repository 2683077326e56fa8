/**
 * A relay in front of a port of a real server: everybody who wants to speak to it speaks to the relay. So links between
 * machines can be slow, narrow or cut, as those of a simulated network are, although all is one machine.
 */
import net from 'node:net'
import type { LinkState } from '../../simulator/network/links'
import { later, freshFloat, wallMs } from './machine'

export interface RelayOptions {
  readonly port: number
  readonly ownPort: number
  /** The machine behind it. */
  readonly to: string
  /** Who comes from an address. */
  readonly machineAt: (address: string) => string
  readonly stateOf: (from: string, to: string) => LinkState
}

export class Relay {
  private server: net.Server | null = null
  private readonly flows = new Set<Flow>()

  constructor(private readonly options: RelayOptions) {}

  /** Takes connections, until `refuse`. Rejects when somebody else has the port. */
  accept(): Promise<void> {
    if (this.server) return Promise.resolve()
    const { port, ownPort, to, machineAt, stateOf } = this.options
    // Nothing is read before it is known whether it may pass; half-closed connections stay so, as between the two ends.
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      const from = machineAt(socket.remoteAddress ?? '')
      const flow = new Flow(socket, ownPort, from, to, stateOf, () => this.flows.delete(flow))
      this.flows.add(flow)
    })
    this.server = server
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        this.server = null
        reject(error)
      })
      server.listen(port, '127.0.0.1', resolve)
    })
  }

  /** Nobody listens there any more: connections are refused, as where a process is gone. */
  refuse(): void {
    this.server?.close()
    this.server = null
  }

  /** The state of a link has changed. */
  review(): void {
    for (const flow of this.flows) flow.review()
  }

  /** Resets the connections that come from a machine. Gives how many there were. */
  reset(from: string): number {
    const flows = [...this.flows].filter((flow) => flow.from === from)
    for (const flow of flows) flow.reset()
    return flows.length
  }

  close(): void {
    this.refuse()
    for (const flow of [...this.flows]) flow.reset()
  }
}

/** One connection through a relay. */
class Flow {
  private readonly server: net.Socket
  private readonly there: Direction
  private readonly back: Direction
  private isOver = false

  constructor(
    private readonly client: net.Socket,
    ownPort: number,
    readonly from: string,
    to: string,
    stateOf: RelayOptions['stateOf'],
    private readonly over: () => void,
  ) {
    client.setNoDelay(true)
    this.server = new net.Socket({ allowHalfOpen: true })
    this.server.setNoDelay(true)
    this.there = new Direction(client, this.server, () => stateOf(from, to))
    this.back = new Direction(this.server, client, () => stateOf(to, from))
    for (const [socket, other] of [
      [client, this.server],
      [this.server, client],
    ] as const) {
      socket.on('error', () => this.broken(socket, other))
      socket.on('close', () => this.closed())
    }
    this.server.connect(ownPort, '127.0.0.1')
    this.review()
  }

  review(): void {
    this.there.review()
    this.back.review()
  }

  reset(): void {
    resetSocket(this.client)
    resetSocket(this.server)
  }

  /** A connection that broke at one end breaks at the other, but not through a link that is cut. */
  private broken(socket: net.Socket, other: net.Socket): void {
    const way = socket === this.client ? this.there : this.back
    way.break(() => resetSocket(other))
  }

  private closed(): void {
    if (this.isOver || !this.client.destroyed || !this.server.destroyed) return
    this.isOver = true
    this.there.stop()
    this.back.stop()
    this.over()
  }
}

/** More than this on its way, and the sender has to wait. */
const HELD_BYTES_MAX = 1_000_000

/** One way of a connection. What is held keeps its order; the end comes behind the last byte. */
class Direction {
  private readonly held: { readonly dueMs: number; readonly chunk: Buffer }[] = []
  private heldBytes = 0
  private lastDueMs = 0
  private cancelTimer: (() => void) | undefined
  private hasEnded = false
  private broken: (() => void) | undefined
  private isFull = false

  constructor(
    private readonly source: net.Socket,
    private readonly target: net.Socket,
    private readonly state: () => LinkState,
  ) {
    source.on('data', (chunk: Buffer) => this.take(chunk))
    source.on('end', () => {
      this.hasEnded = true
      this.pump()
    })
    target.on('drain', () => {
      this.isFull = false
      this.pump()
    })
    source.pause()
  }

  review(): void {
    this.pump()
  }

  /** Carries on the breaking of the connection, as soon as something gets through again. */
  break(carryOn: () => void): void {
    this.broken = carryOn
    this.pump()
  }

  stop(): void {
    this.cancelTimer?.()
  }

  private take(chunk: Buffer): void {
    const { delayUs, jitterUs, bytesPerSecond } = this.state()
    const carryMs = (chunk.length / bytesPerSecond) * 1000
    const flightMs = (delayUs + (jitterUs > 0 ? freshFloat() * jitterUs : 0)) / 1000
    const now = wallMs()
    this.lastDueMs = Math.max(this.lastDueMs + carryMs, now + flightMs + carryMs)
    this.held.push({ dueMs: this.lastDueMs, chunk })
    this.heldBytes += chunk.length
    this.pump()
  }

  private pump(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    if (this.state().isCut) {
      this.source.pause()
      return
    }
    while (this.held.length > 0 && !this.isFull) {
      const waitMs = this.held[0]!.dueMs - wallMs()
      if (waitMs > 0.3) {
        this.cancelTimer = later(waitMs, () => this.pump())
        break
      }
      const { chunk } = this.held.shift()!
      this.heldBytes -= chunk.length
      if (!this.target.destroyed) this.isFull = !this.target.write(chunk) && !this.target.connecting
    }
    if (this.heldBytes > HELD_BYTES_MAX || this.isFull) this.source.pause()
    else if (this.source.isPaused()) this.source.resume()
    if (this.held.length > 0) return
    if (this.broken) this.broken()
    else if (this.hasEnded && !this.target.destroyed) this.target.end()
  }
}

function resetSocket(socket: net.Socket): void {
  if (socket.destroyed) return
  // A socket that is connecting cannot be reset, only given up.
  if (socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}
