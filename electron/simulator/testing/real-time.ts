import { createConnection, createServer, type Server, type Socket } from 'node:net'
import type { Cancel, ClientTransport, Clock, ClientHandle, NodeConnection, NodeNetwork, SocketEnd } from '../ports'

/** The machine's own time, for a simulated node among real servers. */
export class RealClock implements Clock {
  private readonly began = performance.now()
  private readonly timers = new Set<NodeJS.Timeout>()

  nowUs(): number {
    return Math.floor((performance.now() - this.began) * 1000)
  }

  unixUs(): number {
    return Date.now() * 1000
  }

  after(delayUs: number, run: () => void): Cancel {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      run()
    }, delayUs / 1000)
    this.timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.timers.delete(timer)
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer)
  }
}

/** Sockets of the machine. */
export class RealNetwork implements NodeNetwork {
  private readonly servers = new Set<Server>()
  private readonly sockets = new Set<Socket>()

  connect(host: string, port: number, end: SocketEnd): NodeConnection {
    const socket = createConnection(port, host)
    let isOpen = false
    let isOver = false
    this.keep(socket)
    socket.on('connect', () => {
      isOpen = true
      if (!isOver) end.opened()
    })
    socket.on('data', (chunk) => {
      if (!isOver) end.data(chunk)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (isOver) return
      isOver = true
      if (isOpen) end.ended()
      else end.refused('ECONNREFUSED')
    })
    return {
      get localAddress() {
        // A socket that is being opened has none.
        return socket.localAddress === undefined ? '' : `${socket.localAddress}:${socket.localPort}`
      },
      write: (bytes) => void socket.write(bytes, 'latin1'),
      close: () => {
        isOver = true
        socket.destroy()
      },
    }
  }

  listen(port: number, accept: (transport: ClientTransport) => ClientHandle): Cancel {
    const server = createServer((socket) => {
      this.keep(socket)
      const handle = accept(transportOf(socket))
      socket.on('data', (chunk) => handle.receive(chunk))
      socket.on('error', () => undefined)
      socket.on('close', () => handle.closed())
    }).listen(port, '127.0.0.1')
    this.servers.add(server)
    return () => server.close()
  }

  stop(): void {
    for (const server of this.servers) server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private keep(socket: Socket): void {
    socket.setNoDelay(true)
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
  }
}

function transportOf(socket: Socket): ClientTransport {
  return {
    remoteAddress: `${socket.remoteAddress}:${socket.remotePort}`,
    localAddress: `${socket.localAddress}:${socket.localPort}`,
    write: (bytes) => void socket.write(bytes, 'latin1'),
    get unsentLength() {
      return socket.writableLength
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}
