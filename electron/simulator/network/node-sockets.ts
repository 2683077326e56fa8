/** The sockets that a node's process has opened itself: the kernel closes them when the process ends. */
import type {
  Cancel,
  ClientHandle,
  ClientTransport,
  SocketEnd,
  ConnectError,
  NodeConnection,
  NodeNetwork,
} from '../ports'
import type { Network, Opener } from './network'

export class NodeSockets implements NodeNetwork {
  private readonly open = new Set<NodeSocket>()
  private readonly listeners = new Set<Cancel>()

  constructor(
    private readonly network: Network,
    private readonly machine: Opener,
  ) {}

  connect(host: string, port: number, end: SocketEnd): NodeConnection {
    const socket = new NodeSocket(end, () => this.open.delete(socket))
    socket.connection = this.network.connectNode(this.machine, host, port, socket)
    this.open.add(socket)
    return socket
  }

  listen(port: number, accept: (transport: ClientTransport) => ClientHandle): Cancel {
    const stop = this.network.listen({ name: this.machine.name, host: this.machine.address, port, accept })
    this.listeners.add(stop)
    return () => {
      this.listeners.delete(stop)
      stop()
    }
  }

  /** The process is gone. */
  closeAll(): void {
    for (const stop of this.listeners) stop()
    this.listeners.clear()
    for (const socket of this.open) socket.close()
  }
}

class NodeSocket implements NodeConnection, SocketEnd {
  connection!: NodeConnection
  private isOver = false

  constructor(
    private readonly end: SocketEnd,
    private readonly over: () => void,
  ) {}

  get localAddress(): string {
    return this.connection.localAddress
  }

  write(bytes: string): void {
    this.connection.write(bytes)
  }

  close(): void {
    if (this.isOver) return
    this.isOver = true
    this.over()
    this.connection.close()
  }

  opened(): void {
    if (!this.isOver) this.end.opened()
  }

  refused(code: ConnectError): void {
    if (this.isOver) return
    this.isOver = true
    this.over()
    this.end.refused(code)
  }

  data(chunk: Uint8Array): boolean {
    return this.isOver || this.end.data(chunk)
  }

  ended(code?: 'ECONNRESET' | 'ETIMEDOUT'): void {
    if (this.isOver) return
    this.isOver = true
    this.over()
    // What the other side closed is closed on this side too.
    this.connection.close()
    this.end.ended(code)
  }
}
