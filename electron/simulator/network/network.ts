/**
 * The simulated network: listeners at addresses, and connections that carry bytes with latency. It knows nothing of
 * sockets; the two ends are interfaces, so a client may be an in-memory stream and a server any node.
 */
import { Buffer } from 'node:buffer'
import type { ClientHandle, ClientTransport, Clock, Mark, Random } from '../ports'
import type { Bytes } from '../../../shared/bytes'
import { RequestDecoder } from '../resp/request-decoder'
import { Channel, type Latency } from './channel'
import { Downstream, type Segment } from './downstream'

export interface Listener {
  /** The node's name, which the trace uses. */
  readonly name: string
  readonly host: string
  readonly port: number
  accept(transport: ClientTransport): ClientHandle
}

/** The client's end of a connection, as the network calls it. */
export interface ClientEnd {
  /** The connection is there. */
  opened(): void
  /** It will never be: the error code that a socket would give. */
  refused(code: 'ECONNREFUSED' | 'ENOTFOUND'): void
  /** False when it takes no more until it calls the connection's `ready`. */
  data(chunk: Uint8Array): boolean
  /** The server has closed it. */
  ended(): void
}

export interface NetworkObserver {
  /** A whole command was put on the wire. Gives its tag, which the node's reply will carry. */
  commandSent(connection: Connection, argv: readonly Bytes[]): number
  /** A reply or message is in the client's socket, or never will be because that socket is closed. */
  arrived(connection: Connection, mark: Mark): void
  vanished(connection: Connection, mark: Mark, why: 'output-buffer' | 'in-flight'): void
  opened(connection: Connection): void
  closed(connection: Connection, why: CloseReason): void
  failed(connection: Connection, code: string): void
}

export type CloseReason = 'client closed' | 'server closed'

interface Request {
  readonly chunk: Uint8Array
  readonly tags: readonly number[]
}

export interface NetworkOptions {
  readonly clock: Clock
  readonly random: Random
  readonly latency: Latency
  readonly observer: NetworkObserver
}

const FIRST_EPHEMERAL_PORT = 49_152
const EPHEMERAL_PORTS = 16_384

export class Network {
  private readonly listeners = new Map<string, Listener>()
  private readonly names = new Map<string, string>()
  private connections = 0

  constructor(private readonly options: NetworkOptions) {}

  listen(listener: Listener): void {
    this.listeners.set(`${listener.host}:${listener.port}`, listener)
    this.names.set(listener.name, listener.host)
  }

  /** The address behind a host name of this network, or undefined. An address stands for itself. */
  resolve(name: string): string | undefined {
    return this.names.get(name) ?? (/^\d+\.\d+\.\d+\.\d+$/.test(name) ? name : undefined)
  }

  /** `from` is the address of the client's machine, `owner` whoever opens the connection: the network only carries it. */
  connect(from: string, owner: string, name: string, port: number, end: ClientEnd): Connection {
    const id = ++this.connections
    const localPort = FIRST_EPHEMERAL_PORT + (id % EPHEMERAL_PORTS)
    const host = this.resolve(name)
    const listener = host === undefined ? undefined : this.listeners.get(`${host}:${port}`)
    return new Connection(this.options, { id, owner, from, localPort, name, host, port, listener }, end)
  }
}

interface Route {
  readonly id: number
  readonly owner: string
  readonly from: string
  readonly localPort: number
  readonly name: string
  readonly host: string | undefined
  readonly port: number
  readonly listener: Listener | undefined
}

type ConnectionState = 'connecting' | 'open' | 'closed'

export class Connection {
  private state: ConnectionState = 'connecting'
  private handle: ClientHandle | null = null
  private readonly toServer: Channel<Request>
  private readonly toClient: Downstream
  private decoder: RequestDecoder | null = new RequestDecoder()

  constructor(
    private readonly options: NetworkOptions,
    private readonly route: Route,
    private readonly end: ClientEnd,
  ) {
    const { clock, random, latency } = options
    this.toServer = new Channel(clock, random, latency, (requests) => this.receiveAtServer(requests))
    this.toClient = new Downstream(clock, random, latency, {
      take: (segment) => this.receiveAtClient(segment),
      ended: () => this.endAtClient(),
      lost: ({ marks }, why) => marks.forEach((mark) => options.observer.vanished(this, mark, why)),
    })
    // The handshake takes a full round trip, answered or refused.
    const handshakeUs = random.integer(latency.minUs, latency.maxUs)
    if (route.host === undefined) clock.after(0, () => this.fail('ENOTFOUND'))
    else clock.after(handshakeUs, () => this.reachServer())
  }

  get id(): number {
    return this.route.id
  }

  get owner(): string {
    return this.route.owner
  }

  /** The node's name; what was asked for when no node is there. */
  get node(): string {
    return this.route.listener?.name ?? `${this.route.name}:${this.route.port}`
  }

  /** The node's number for this client, 0 before it was accepted. */
  get client(): number {
    return this.handle?.id ?? 0
  }

  get localAddress(): { readonly address: string; readonly port: number } {
    return { address: this.route.from, port: this.route.localPort }
  }

  get remoteAddress(): { readonly address: string; readonly port: number } {
    return { address: this.route.host ?? this.route.name, port: this.route.port }
  }

  send(chunk: Uint8Array): void {
    if (this.state !== 'open') return
    this.toServer.send({ chunk, tags: this.tagCommands(chunk) })
  }

  /** The client closes: the node hears of it once all that was sent before has arrived. */
  close(): void {
    if (this.state === 'closed') return
    const wasOpen = this.state === 'open'
    this.state = 'closed'
    this.toServer.close(() => this.handle?.closed())
    this.toClient.abandon()
    if (wasOpen) this.options.observer.closed(this, 'client closed')
  }

  /** The client takes bytes again, after its `data` said that it would not. */
  ready(): void {
    this.toClient.ready()
  }

  private reachServer(): void {
    const { listener } = this.route
    if (this.state === 'closed') return
    if (listener) this.handle = listener.accept(this.transport(listener))
    this.toClient.send({ chunk: new Uint8Array(0), marks: [] }) // SYN-ACK, or RST
  }

  private receiveAtServer(requests: readonly Request[]): void {
    for (const { chunk, tags } of requests) this.handle?.receive(chunk, tags)
  }

  private receiveAtClient({ chunk, marks }: Segment): boolean {
    const { observer } = this.options
    if (this.state === 'connecting') {
      if (!this.handle) {
        this.fail('ECONNREFUSED')
        return true
      }
      this.state = 'open'
      observer.opened(this)
      this.end.opened()
    }
    for (const mark of marks) {
      if (this.state === 'open') observer.arrived(this, mark)
      else observer.vanished(this, mark, 'in-flight')
    }
    return this.state !== 'open' || chunk.length === 0 || this.end.data(chunk)
  }

  private endAtClient(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.options.observer.closed(this, 'server closed')
    this.end.ended()
  }

  private fail(code: 'ECONNREFUSED' | 'ENOTFOUND'): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.options.observer.failed(this, code)
    this.end.refused(code)
  }

  private transport(listener: Listener): ClientTransport {
    const { toClient } = this
    return {
      remoteAddress: `${this.route.from}:${this.route.localPort}`,
      localAddress: `${listener.host}:${listener.port}`,
      write: (bytes, marks) => toClient.send({ chunk: Buffer.from(bytes, 'latin1'), marks }),
      get unsentLength() {
        return toClient.unsentLength
      },
      end: () => toClient.end(),
      destroy: () => toClient.destroy(),
    }
  }

  /** The tags of the commands that end in this chunk. A client that breaks the protocol gets no more. */
  private tagCommands(chunk: Uint8Array): readonly number[] {
    if (!this.decoder) return []
    const tags = this.decoder.decode(chunk).map((argv) => this.options.observer.commandSent(this, argv))
    if (this.decoder.error !== undefined) this.decoder = null // the node answers such bytes with a protocol error
    return tags
  }
}
