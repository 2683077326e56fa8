/** The machine's own sockets and names, kept before they are replaced: live runs carry their clients' bytes over them. */
import dns from 'node:dns'
import net from 'node:net'
import tls from 'node:tls'
import type { LookupCallback, LookupOptions } from './virtual-net'

const connectTcp = net.createConnection.bind(net)
const connectTls = tls.connect.bind(tls)
const realLookup = dns.lookup

export interface OutsideEnd {
  /** The connection is there; with TLS, encrypted and checked. */
  opened(): void
  /** False when it takes no more until `resume`. */
  data(chunk: Uint8Array): boolean
  /** It is over, or never was. Called once. */
  ended(error: NodeJS.ErrnoException | undefined): void
}

export interface OutsideOptions {
  readonly host: string
  readonly port: number
  readonly secure?: tls.ConnectionOptions | undefined
  /** Where it comes from, on a machine that has several addresses. */
  readonly localAddress?: string | undefined
}

/** A real connection to a real server. */
export class OutsideSocket {
  private readonly socket: net.Socket
  private isOver = false

  constructor(
    { host, port, secure, localAddress }: OutsideOptions,
    private readonly end: OutsideEnd,
  ) {
    const lookup = realLookup as net.LookupFunction
    const where = { host, port, lookup, ...(localAddress === undefined ? {} : { localAddress }) }
    this.socket = secure ? connectTls({ ...secure, ...where }) : connectTcp({ ...where, noDelay: true })
    const { socket } = this
    socket.on(secure ? 'secureConnect' : 'connect', () => {
      if (!this.isOver) end.opened()
    })
    if (secure) socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      if (!this.isOver && !end.data(chunk)) socket.pause()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => this.over(error))
    socket.on('end', () => this.over(undefined))
    socket.on('close', () => this.over(undefined))
  }

  get localAddress(): { readonly address: string; readonly port: number } {
    return { address: this.socket.localAddress ?? '', port: this.socket.localPort ?? 0 }
  }

  get remoteAddress(): string | undefined {
    return this.socket.remoteAddress
  }

  send(chunk: Uint8Array): void {
    if (!this.isOver) this.socket.write(chunk)
  }

  /** Calls back once little enough of what was sent waits in this process, or the connection is over. */
  drained(done: () => void): void {
    const { socket } = this
    if (this.isOver || !socket.writableNeedDrain) {
      done()
      return
    }
    const go = () => {
      socket.off('drain', go)
      socket.off('close', go)
      done()
    }
    socket.on('drain', go)
    socket.on('close', go)
  }

  resume(): void {
    this.socket.resume()
  }

  /** Closes it after what was sent; its end hears of nothing any more. */
  close(): void {
    if (this.isOver) return
    this.isOver = true
    this.socket.on('error', () => undefined)
    this.socket.end()
    // Whoever does not close its own side is not waited for.
    this.socket.once('finish', () => this.socket.destroy())
    if (this.socket.connecting) this.socket.destroy()
  }

  /** Ends it at once, and tells its end. */
  reset(): void {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
    this.over(error)
  }

  private over(error: NodeJS.ErrnoException | undefined): void {
    if (this.isOver) return
    this.isOver = true
    this.socket.on('error', () => undefined)
    this.socket.destroy()
    this.end.ended(error)
  }
}

/** Asks the machine for a name's addresses. */
export function lookupOutside(name: string, options: LookupOptions, done: LookupCallback): void {
  realLookup(name, { all: options.all === true }, done as never)
}
