/**
 * The simulated network: machines, listeners at addresses, and connections that carry bytes with latency. It knows
 * nothing of sockets; the two ends are interfaces, so a client may be an in-memory stream and a server any node.
 */
import type { Gate } from '../clock/gate'
import type {
  Cancel,
  ClientHandle,
  ClientTransport,
  Clock,
  Mark,
  NodeConnection,
  NodeNetwork,
  Random,
  SocketEnd,
} from '../ports'
import type { Bytes } from '../../../shared/bytes'
import { Connection, NodeEnd, type CloseReason } from './connection'
import { Links, type LinkFault } from './links'
import { Wire, type Latency, type Trick } from './wire'

export interface Listener {
  /** The node's name, which the trace uses. */
  readonly name: string
  readonly host: string
  readonly port: number
  accept(transport: ClientTransport): ClientHandle
}

export interface NetworkObserver {
  /** A whole command was put on the wire. Gives its tag, which the node's reply will carry. */
  commandSent(connection: Connection, argv: readonly Bytes[]): number
  /** A reply or message is in the client's socket, or never will be because that socket is closed. */
  arrived(connection: Connection, mark: Mark): void
  vanished(connection: Connection, mark: Mark, why: 'output-buffer' | 'in-flight'): void
  /** The node's process has taken it, which for one that was paused is long after the client had it. */
  accepted(connection: Connection): void
  opened(connection: Connection): void
  closed(connection: Connection, why: CloseReason): void
  failed(connection: Connection, code: string): void
}

export interface NetworkOptions {
  readonly clock: Clock
  readonly random: Random
  readonly latency: Latency
  /** Hears of the connections that actors open; those between nodes are the nodes' own affair. */
  readonly observer: NetworkObserver
  /** The way out, for nodes and addresses that are not of this network. */
  readonly outside?: NodeNetwork['connect']
}

/** Whoever opens a connection. */
export interface Opener {
  /** The machine's name: an actor's, or a node's. */
  readonly name: string
  readonly address: string
}

const FIRST_EPHEMERAL_PORT = 49_152
const EPHEMERAL_PORTS = 16_384

export class Network {
  readonly links = new Links()
  private readonly listeners = new Map<string, Listener>()
  private readonly names = new Map<string, string>()
  /** Whose each address is, whether it listens there at present or not. */
  private readonly machines = new Map<string, string>()
  private readonly gates = new Map<string, Gate>()
  private readonly wires = new Map<string, Wire>()
  private connections = 0
  private readonly open = new Set<Connection>()

  constructor(private readonly options: NetworkOptions) {}

  /** Gives what ends the listening: from then on connections are refused. */
  listen(listener: Listener): Cancel {
    const address = `${listener.host}:${listener.port}`
    this.listeners.set(address, listener)
    this.names.set(listener.name, listener.host)
    this.machines.set(address, listener.name)
    return () => {
      if (this.listeners.get(address) === listener) this.listeners.delete(address)
    }
  }

  /** Makes the process on a machine one that can be stopped. Said before anybody connects there. */
  addGate(machine: string, gate: Gate): void {
    this.gates.set(machine, gate)
  }

  /** The address behind a host name of this network, or undefined. An address stands for itself. */
  resolve(name: string): string | undefined {
    if (name === 'localhost') return '127.0.0.1'
    return this.names.get(name) ?? (/^\d+\.\d+\.\d+\.\d+$/.test(name) ? name : undefined)
  }

  /** The name of the machine that has an address, whether it listens there at present or not. */
  machineAt(address: string): string | undefined {
    return this.machines.get(address)
  }

  /** Plays a trick on the next flight from one machine to another. */
  play(from: string, to: string, what: Trick, played: (release: () => void) => void): void {
    this.wire(from, to).play(what, played)
  }

  /** How many connections there are on some links. */
  count(on: LinkFault['on']): number {
    return this.on(on).length
  }

  /** Ends connections on some links with a reset that both sides hear of at once. */
  reset(on: LinkFault['on']): void {
    for (const connection of this.on(on)) connection.reset()
  }

  private on(on: LinkFault['on']): Connection[] {
    return [...this.open].filter(({ owner, node }) => on(owner, node))
  }

  /** Opens a connection that the observer hears of. */
  connect(from: string, owner: string, name: string, port: number, end: SocketEnd): Connection {
    return this.create({ name: owner, address: from }, name, port, end, this.options.observer)
  }

  /** Opens a connection of a node's. */
  connectNode(opener: Opener, name: string, port: number, end: SocketEnd): NodeConnection {
    const { outside } = this.options
    if (outside && !this.machines.has(`${this.resolve(name)}:${port}`)) return outside(name, port, end)
    return new NodeEnd(this.create(opener, name, port, end))
  }

  private create(opener: Opener, name: string, port: number, end: SocketEnd, observer?: NetworkObserver): Connection {
    const id = ++this.connections
    const localPort = FIRST_EPHEMERAL_PORT + (id % EPHEMERAL_PORTS)
    const host = this.resolve(name)
    const address = `${host}:${port}`
    const machine = this.machines.get(address) ?? `${name}:${port}`
    const connection = new Connection({
      id,
      opener,
      localPort,
      name,
      host,
      port,
      machine,
      end,
      observer,
      listener: () => this.listeners.get(address),
      there: this.wire(opener.name, machine),
      back: this.wire(machine, opener.name),
      over: () => this.open.delete(connection),
    })
    this.open.add(connection)
    return connection
  }

  private wire(from: string, to: string): Wire {
    const key = `${from}\n${to}`
    let wire = this.wires.get(key)
    if (!wire) {
      const { clock, random, latency } = this.options
      wire = new Wire(clock, random, latency, this.links, from, to, this.gates.get(to))
      this.wires.set(key, wire)
    }
    return wire
  }
}
