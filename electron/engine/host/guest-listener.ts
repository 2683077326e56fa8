/**
 * Opens a simulated node to programs outside the world, on 127.0.0.1. Real input is not reproducible, so whoever opens
 * a run this way marks it as `guest`.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { adopt } from './adopted-socket'
import { GuestOutput, GuestTransport } from './guest-output'
import { EventyardError, problemOf } from '../../../shared/errors'
import type { ClientHandle, ClientTransport, Mark } from '../../simulator/ports'

export interface GuestHost {
  /** Runs in between two events of the world, with its clock brought up to date. */
  external(run: () => void): void
  /** Numbers the guests of all nodes together. */
  number(): number
  accept(guest: Guest, transport: ClientTransport): ClientHandle
  /** What the node has written to the guest is on its way. */
  arrived(guest: Guest, marks: readonly Mark[]): void
  left(guest: Guest, why: string): void
}

export interface Guest {
  readonly number: number
  readonly address: string
}

export class GuestListener {
  private readonly sockets = new Set<Socket>()
  private readonly output = new GuestOutput()
  /** Where it listens, and so the near end of each connection. */
  address = ''

  private constructor(
    private readonly server: Server,
    private readonly host: GuestHost,
  ) {
    server.on('connection', (socket) => this.welcome(socket))
  }

  /** Throws `port.in-use` or `port.refused`. Port 0 takes a free one. */
  static open(port: number, host: GuestHost): Promise<GuestListener> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true, pauseOnConnect: true })
      const listener = new GuestListener(server, host)
      server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'port.in-use' : 'port.refused'
        reject(new EventyardError(code, { port, problem: problemOf(error) }, { cause: error }))
      })
      server.listen(port, '127.0.0.1', () => {
        listener.address = `127.0.0.1:${(server.address() as AddressInfo).port}`
        resolve(listener)
      })
    })
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private welcome(accepted: Socket): void {
    const { host } = this
    const socket = adopt(accepted, (chunk) => {
      let bytes: Uint8Array = chunk
      let isTaken = false
      transport.hasAsked = true
      host.external(() => {
        isTaken = true
        handle?.receive(bytes)
      })
      // While it waits for its turn, other sockets read into the same buffer.
      if (!isTaken) bytes = Uint8Array.from(chunk)
    })
    const transport = new GuestTransport(socket, this.output, this.address, (marks) => host.arrived(guest, marks))
    const guest: Guest = { number: host.number(), address: transport.remoteAddress }
    let handle: ClientHandle | null = null
    this.sockets.add(socket)
    host.external(() => {
      if (!socket.destroyed) handle = host.accept(guest, transport)
    })
    // A reset is an ordinary end of a connection; "close" follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.sockets.delete(socket)
      host.external(() => {
        handle?.closed()
        if (handle) host.left(guest, transport.isClosing ? 'server closed' : 'client closed')
        handle = null
      })
    })
  }
}
