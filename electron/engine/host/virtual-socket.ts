import { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import type { ConnectError } from '../../simulator/ports'
import type { HostConnection, HostEnd, VirtualNetHost } from './virtual-net'

/** What a socket of Linux holds for a process that does not read. */
const RECEIVE_BUFFER_BYTES = 212_992

/** A `net.Socket`, or a `tls.TLSSocket`, to code that uses one: an in-memory stream on a connection of the run. */
export class VirtualSocket extends Duplex implements HostEnd {
  connecting = true
  private readonly connection: HostConnection
  private idleMs = 0
  /** Bytes that wait for a process that stands still. */
  private heldBytes = 0
  private cancelIdle: (() => void) | null = null

  constructor(
    private readonly host: VirtualNetHost,
    private readonly hostName: string,
    private readonly port: number,
    private readonly secure?: ConnectionOptions,
  ) {
    // As a socket: one side ending ends both, and "close" follows by itself.
    super({ allowHalfOpen: false, autoDestroy: true, emitClose: true })
    this.connection = host.connect(hostName, port, this, secure)
  }

  get remoteAddress(): string {
    return this.connection.serverAddress.address
  }

  get remotePort(): number {
    return this.connection.serverAddress.port
  }

  get localAddress(): string {
    return this.connection.clientAddress.address
  }

  get localPort(): number {
    return this.connection.clientAddress.port
  }

  get readyState(): string {
    if (this.connecting) return 'opening'
    return this.destroyed ? 'closed' : 'open'
  }

  address(): { address: string; family: string; port: number } {
    return { ...this.connection.clientAddress, family: 'IPv4' }
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  /** Emits "timeout" when nothing was sent or received for `ms`; 0 ends that. */
  setTimeout(ms: number, listener?: () => void): this {
    this.idleMs = ms
    if (listener) {
      if (ms > 0) this.once('timeout', listener)
      else this.off('timeout', listener)
    }
    this.touch()
    return this
  }

  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  opened(): void {
    this.enter(() => {
      this.connecting = false
      this.touch()
      this.emit('connect')
      this.emit('ready')
      // Whoever carries the bytes has it encrypted by then, and has checked whom it speaks to.
      if (this.secure) this.emit('secureConnect')
    })
  }

  failed(error: Error): void {
    this.enter(() => this.destroy(error))
  }

  refused(code: ConnectError): void {
    const where = `${this.remoteAddress}:${this.port}`
    const syscall = code === 'ENOTFOUND' ? 'getaddrinfo' : 'connect'
    const error = Object.assign(new Error(`${syscall} ${code} ${code === 'ENOTFOUND' ? this.hostName : where}`), {
      code,
      syscall,
      address: this.remoteAddress,
      port: this.port,
    })
    this.enter(() => this.destroy(error))
  }

  data(chunk: Uint8Array): boolean {
    let wantsMore = true
    let bytes = chunk
    let isLate = false
    let isTaken = false
    this.enter(() => {
      isTaken = true
      if (isLate) this.heldBytes -= bytes.length
      if (this.destroyed) return
      this.touch()
      wantsMore = this.push(bytes)
      if (isLate && wantsMore) this.connection.ready()
    })
    if (isTaken || this.destroyed) return wantsMore
    // Its process stands still: the bytes wait in the socket's own buffer, as long as there is room. The chunk may be
    // used for something else meanwhile.
    isLate = true
    bytes = Uint8Array.from(chunk)
    this.heldBytes += bytes.length
    return this.heldBytes < RECEIVE_BUFFER_BYTES
  }

  ended(code?: 'ECONNRESET' | 'ETIMEDOUT'): void {
    this.enter(() => {
      if (code) this.destroy(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' }))
      else this.push(null)
    })
  }

  override _read(): void {
    // Data is pushed when it arrives, as long as somebody reads it.
    this.connection.ready()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.connecting) {
      this.once('connect', () => this._write(chunk, _encoding, done))
      return
    }
    this.touch()
    this.connection.send(chunk)
    if (this.connection.drained) this.connection.drained(done)
    else done()
  }

  override _writev(chunks: { chunk: Buffer; encoding: string }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.connection.close()
    done()
    // A socket that has said its end gets the other side's in answer.
    this.push(null)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.connecting = false
    this.cancelIdle?.()
    this.connection.close()
    done(error)
  }

  private touch(): void {
    this.cancelIdle?.()
    this.cancelIdle = null
    if (this.idleMs > 0 && !this.destroyed) {
      this.cancelIdle = this.host.later(this.idleMs * 1000, () => this.emit('timeout'))
    }
  }

  private enter(run: () => void): void {
    if (!this.destroyed) this.host.enter(this.connection.owner, run)
  }
}
