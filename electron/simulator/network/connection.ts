/** One connection of the simulated network, from its handshake to its end, as both kernels see it. */
import type { ClientHandle, ClientTransport, ConnectError, Mark, NodeConnection, SocketEnd } from '../ports'
import { RequestDecoder } from '../resp/request-decoder'
import { Channel } from './channel'
import { flightBytes, reusedBytes, type FlightBlock } from './flight-bytes'
import { Downstream, type Receiver, type Segment } from './downstream'
import type { Listener, NetworkObserver, Opener } from './network'
import type { Wire } from './wire'

export type CloseReason = 'client closed' | 'server closed' | 'connection reset' | 'timed out'

interface Request {
  readonly chunk: Uint8Array
  readonly block: FlightBlock | undefined
  readonly tags: readonly number[]
}

export interface ConnectionOptions {
  readonly id: number
  readonly opener: Opener
  readonly localPort: number
  /** The host as it was asked for, and its address; undefined where no such host is. */
  readonly name: string
  readonly host: string | undefined
  readonly port: number
  /** The machine at that address, or the address where there is none. */
  readonly machine: string
  readonly end: SocketEnd
  /** Nobody hears of connections between nodes. */
  readonly observer: NetworkObserver | undefined
  /** Whoever listens there now. */
  readonly listener: () => Listener | undefined
  readonly there: Wire
  readonly back: Wire
  /** Nothing more will happen to it at its opener's end. */
  readonly over: () => void
}

/** Linux tries to connect once and six times more, each time waiting twice as long (`tcp_syn_retries`). */
const SYN_RETRY_US = 1_000_000
const SYN_RETRIES = 6

const nothing = new Uint8Array(0)
const noTags: readonly number[] = []

export class Connection implements Receiver, ClientTransport {
  private state: 'connecting' | 'open' | 'closed' = 'connecting'
  private handle: ClientHandle | null = null
  /** The kernel on the other side has taken the connection; its process may not have accepted it yet. */
  private isTaken = false
  private isServerGone = false
  private accepted: Listener | undefined
  private readonly toServer: Channel<Request>
  private readonly toClient: Downstream
  private decoder: RequestDecoder | null

  constructor(private readonly options: ConnectionOptions) {
    const { there, back, host, observer } = options
    this.decoder = observer ? new RequestDecoder() : null
    this.toServer = new Channel(
      there,
      (requests) => this.receiveAtServer(requests),
      () => this.break('timed out'),
    )
    this.toClient = new Downstream(back, this)
    if (host === undefined) there.clock.after(0, () => this.fail('ENOTFOUND'))
    // The handshake takes a full round trip, answered or refused.
    else this.knock(there.flightUs(0), 0)
  }

  get id(): number {
    return this.options.id
  }

  get owner(): string {
    return this.options.opener.name
  }

  /** The node's name; what was asked for when no node is there. */
  get node(): string {
    return this.options.machine
  }

  /** The node's number for this client, 0 before it was accepted. */
  get client(): number {
    return this.handle?.id ?? 0
  }

  get clientAddress(): { readonly address: string; readonly port: number } {
    return { address: this.options.opener.address, port: this.options.localPort }
  }

  get serverAddress(): { readonly address: string; readonly port: number } {
    return { address: this.options.host ?? this.options.name, port: this.options.port }
  }

  /** The client sends. */
  send(chunk: Uint8Array): void {
    if (this.state !== 'open') return
    this.toServer.send({ chunk, block: undefined, tags: this.tagCommands(chunk) }, chunk.length)
  }

  /** A node sends, which has opened the connection. */
  sendText(text: string): void {
    if (this.state !== 'open') return
    const { chunk, block } = reusedBytes(text)
    this.toServer.send({ chunk, block, tags: noTags }, chunk.length)
  }

  /** The client closes: the node hears of it once all that was sent before has arrived. */
  close(): void {
    if (this.state === 'closed') return
    const wasOpen = this.state === 'open'
    this.state = 'closed'
    this.options.over()
    this.toServer.close(() => this.hangUpAtServer())
    this.toClient.abandon()
    if (wasOpen) this.options.observer?.closed(this, 'client closed')
  }

  /** Both ends hear that it is gone, and nothing that was on its way arrives. */
  reset(): void {
    const { there, back } = this.options
    this.toClient.abandon()
    there.clock.after(0, () => {
      if (there.gate) there.gate.pass(() => this.hangUpAtServer())
      else this.hangUpAtServer()
      if (back.gate) back.gate.pass(() => this.endAtClient('connection reset'))
      else this.endAtClient('connection reset')
    })
  }

  /** The client takes bytes again, after its `data` said that it would not. */
  ready(): void {
    this.toClient.ready()
  }

  // What follows up to `destroy` is the node's end.

  get remoteAddress(): string {
    return `${this.options.opener.address}:${this.options.localPort}`
  }

  get localAddress(): string {
    return `${this.options.host}:${this.options.port}`
  }

  get unsentLength(): number {
    return this.toClient.unsentLength
  }

  write(bytes: string, marks: readonly Mark[]): void {
    const { chunk, block } = this.options.observer ? flightBytes(bytes) : reusedBytes(bytes)
    this.toClient.send({ chunk, block, marks })
  }

  end(): void {
    this.isServerGone = true
    this.toClient.end()
  }

  destroy(): void {
    this.isServerGone = true
    this.toClient.destroy()
  }

  // The network's own part.

  take(segment: Segment): boolean {
    const mayGoOn = this.takeAtClient(segment)
    segment.block?.release()
    return mayGoOn
  }

  private takeAtClient({ chunk, marks }: Segment): boolean {
    const { observer, end } = this.options
    if (this.state === 'connecting') {
      if (!this.isTaken) {
        this.fail('ECONNREFUSED')
        return true
      }
      this.state = 'open'
      observer?.opened(this)
      end.opened()
    }
    for (const mark of marks) {
      if (this.state === 'open') observer?.arrived(this, mark)
      else observer?.vanished(this, mark, 'in-flight')
    }
    return this.state !== 'open' || chunk.length === 0 || end.data(chunk)
  }

  ended(): void {
    this.endAtClient('server closed')
  }

  lost({ marks }: Segment, why: 'output-buffer' | 'in-flight'): void {
    for (const mark of marks) this.options.observer?.vanished(this, mark, why)
  }

  /** The node's kernel has given the client up. */
  givenUp(): void {
    this.hangUpAtServer()
  }

  private knock(delayUs: number, tries: number): void {
    const { there } = this.options
    there.clock.after(delayUs, () => {
      if (this.state !== 'connecting') return
      if (!there.isCut && !there.isDeaf) this.reachServer()
      else if (tries <= SYN_RETRIES) this.knock(SYN_RETRY_US * 2 ** tries - (tries === 0 ? delayUs : 0), tries + 1)
      else this.fail('ETIMEDOUT')
    })
  }

  private reachServer(): void {
    this.accepted = this.options.listener()
    if (this.accepted) {
      this.isTaken = true
      const { gate } = this.options.there
      if (gate) gate.pass(() => this.accept())
      else this.accept()
    }
    this.toClient.send({ chunk: nothing, block: undefined, marks: [] }) // SYN-ACK, or RST
  }

  private accept(): void {
    // A process that was killed before it came to it takes nobody.
    if (this.accepted !== this.options.listener()) return
    this.handle = this.accepted!.accept(this)
    this.options.observer?.accepted(this)
  }

  private receiveAtServer(requests: readonly Request[]): void {
    if (this.isServerGone || !this.handle) {
      this.refuse()
      return
    }
    for (const { chunk, block, tags } of requests) {
      this.handle.receive(chunk, tags)
      block?.release()
    }
  }

  /** Nobody is there any more: the kernel says so. */
  private refuse(): void {
    const { back } = this.options
    back.clock.after(back.latencyUs(), () => {
      if (back.isCut) return
      if (back.gate) back.gate.pass(() => this.endAtClient('connection reset'))
      else this.endAtClient('connection reset')
    })
  }

  private hangUpAtServer(): void {
    if (!this.isServerGone) this.handle?.closed()
    this.isServerGone = true
  }

  private endAtClient(why: CloseReason): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.options.over()
    this.options.observer?.closed(this, why)
    this.options.end.ended(why === 'connection reset' ? 'ECONNRESET' : why === 'timed out' ? 'ETIMEDOUT' : undefined)
  }

  /** The client's kernel has given the node up. */
  private break(why: CloseReason): void {
    this.toClient.abandon()
    this.endAtClient(why)
  }

  private fail(code: ConnectError): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.options.over()
    this.options.observer?.failed(this, code)
    this.options.end.refused(code)
  }

  /** The tags of the commands that end in this chunk. A client that breaks the protocol gets no more. */
  private tagCommands(chunk: Uint8Array): readonly number[] {
    const { observer } = this.options
    if (!this.decoder || !observer) return []
    const tags = this.decoder.decode(chunk).map((argv) => observer.commandSent(this, argv))
    if (this.decoder.error !== undefined) this.decoder = null // the node answers such bytes with a protocol error
    return tags
  }
}

/** The end of a connection that a node has opened. */
export class NodeEnd implements NodeConnection {
  constructor(private readonly connection: Connection) {}

  get localAddress(): string {
    return this.connection.remoteAddress
  }

  write(bytes: string): void {
    this.connection.sendText(bytes)
  }

  close(): void {
    this.connection.close()
  }
}
