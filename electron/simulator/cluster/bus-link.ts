import { Buffer } from 'node:buffer'
import type { ClientHandle, ClientTransport, NodeConnection, SocketEnd } from '../ports'
import type { ClusterNode } from './cluster-node'
import { Field, HEADER_LENGTH, SIGNATURE } from './message-format'

/** What a link needs of its node. */
export interface BusHost {
  readonly nowMs: number
  /** A script runs, and nothing is listened to. */
  readonly isFrozen: boolean
  /** Turns are put off. */
  readonly isStalled: boolean
  /** Deals with one message. False when that has ended the link. */
  process(link: BusLink, message: Buffer): boolean
  /** The connection that was asked for is there. */
  linkOpened(link: BusLink): void
  /** The other side is gone, or talks rubbish. */
  linkLost(link: BusLink): void
  /** What came while the node was frozen is to be read when it is not. */
  heldBack(): void
  /** Does something as one step of the node. */
  turn(run: () => void): void
}

/** More than a publication can be; a longer message is rubbish. */
const MESSAGE_LENGTH_MAX = 2 ** 30

/** One end of a connection of the bus: opened by this node (then it knows to whom), or accepted by it. */
export class BusLink implements SocketEnd, ClientHandle {
  readonly id = 0
  readonly createdMs: number
  private connection: NodeConnection | undefined
  private isOpen: boolean
  private isClosed = false
  /** What is to be sent once the connection is there. */
  private early: string[] = []
  private received: Buffer[] = []
  private receivedLength = 0

  constructor(
    private readonly host: BusHost,
    public node: ClusterNode | undefined,
    private readonly transport: ClientTransport | undefined,
  ) {
    this.createdMs = host.nowMs
    this.isOpen = transport !== undefined
  }

  get isInbound(): boolean {
    return this.transport !== undefined
  }

  /** The address that the other side is seen at. */
  get peerAddress(): string {
    return this.transport ? hostOf(this.transport.remoteAddress) : (this.node?.ip ?? '')
  }

  get ownAddress(): string {
    const address = this.transport?.localAddress ?? this.connection?.localAddress ?? ''
    return hostOf(address)
  }

  /** What waits to be sent. */
  get unsentLength(): number {
    return this.transport ? this.transport.unsentLength : this.early.reduce((sum, bytes) => sum + bytes.length, 0)
  }

  get isConnected(): boolean {
    return this.isOpen
  }

  attach(connection: NodeConnection): void {
    this.connection = connection
    if (this.isClosed) connection.close()
  }

  write(bytes: string): void {
    if (this.isClosed) return
    if (!this.isOpen) this.early.push(bytes)
    else if (this.transport) this.transport.write(bytes, [])
    else this.connection!.write(bytes)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.received = []
    this.early = []
    this.transport?.destroy()
    this.connection?.close()
  }

  opened(): void {
    if (this.isClosed) return
    this.isOpen = true
    const { early } = this
    this.early = []
    this.host.turn(() => {
      for (const bytes of early) this.write(bytes)
      this.host.linkOpened(this)
    })
  }

  refused(): void {
    this.lost()
  }

  ended(): void {
    this.lost()
  }

  closed(): void {
    this.lost()
  }

  data(chunk: Uint8Array): boolean {
    this.receive(chunk)
    return true
  }

  receive(chunk: Uint8Array): void {
    if (this.isClosed) return
    if (this.host.isFrozen) {
      this.keep(Buffer.from(chunk))
      this.host.heldBack()
      return
    }
    // Whoever brings the chunk uses it anew before a stalled node comes to it.
    const { host } = this
    const bytes = host.isStalled ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    host.turn(() => this.read(bytes))
  }

  /** Reads what came while the node could not listen. */
  readKept(): void {
    if (this.receivedLength === 0 || this.host.isFrozen) return
    this.host.turn(() => this.read(Buffer.alloc(0)))
  }

  /** So many bytes are needed before there is anything to deal with. */
  private get neededLength(): number {
    const first = this.received[0]!
    return first.length >= Field.length + 4 ? first.readUInt32BE(Field.length) : 1
  }

  private read(chunk: Buffer): void {
    let bytes = chunk
    if (this.receivedLength > 0) {
      if (chunk.length > 0) this.keep(Buffer.from(chunk))
      if (this.receivedLength < this.neededLength) return
      bytes = Buffer.concat(this.received)
      this.received = []
      this.receivedLength = 0
    }
    let at = 0
    while (!this.isClosed && bytes.length - at >= Field.length + 4) {
      const length = bytes.readUInt32BE(at + Field.length)
      const isSigned = bytes.toString('latin1', at, at + SIGNATURE.length) === SIGNATURE
      if (!isSigned || length < HEADER_LENGTH || length > MESSAGE_LENGTH_MAX) {
        this.lost()
        return
      }
      if (bytes.length - at < length) break
      if (!this.host.process(this, bytes.subarray(at, at + length))) return
      at += length
    }
    if (!this.isClosed && at < bytes.length) this.keep(Buffer.from(bytes.subarray(at)))
  }

  private keep(bytes: Buffer): void {
    this.received.push(bytes)
    this.receivedLength += bytes.length
  }

  private lost(): void {
    if (!this.isClosed) this.host.linkLost(this)
  }
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}
