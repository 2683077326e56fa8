import type { SocketEnd } from '../../simulator/ports'
import { OutsideSocket, type OutsideOptions } from '../host/outside-sockets'
import type { HostConnection, HostEnd } from '../host/virtual-net'
import type { Peer } from '../world/roster'
import type { LiveDelivery } from './live-delivery'
import type { LiveTrace } from './live-trace'
import { Tap } from './tap'

export interface LiveConnectionOptions {
  readonly id: number
  readonly owner: string
  /** The server's name. */
  readonly node: string
  /** Why it is opened. */
  readonly cause: number
  readonly where: OutsideOptions
  readonly delivery: LiveDelivery
  readonly trace: LiveTrace
  readonly end: HostEnd | SocketEnd
  /** It is closed, from whatever side. */
  readonly over: () => void
}

/** One connection of an actor to a real server, which is listened in on. */
export class LiveConnection implements HostConnection {
  private readonly socket: OutsideSocket
  private readonly tap: Tap
  private readonly peer: Peer
  private state: 'connecting' | 'open' | 'closed' = 'connecting'

  constructor(private readonly options: LiveConnectionOptions) {
    const { id, owner, node, where, delivery, trace } = options
    const peer: Peer = { actor: owner, connection: id, node }
    this.peer = peer
    this.tap = new Tap({
      sent: (argv) => delivery.sent(peer, argv),
      replied: (tag, argv, reply) => delivery.replied(peer, tag, argv, reply),
      executed: (tag, argv, reply) => delivery.executed(peer, tag, argv, reply),
      pushed: (reply) => delivery.pushed(peer, reply),
      lost: (problem) =>
        trace.append({ type: 'note', text: `What ${node} sends ${owner} is not looked at any more: ${problem}.` }),
    })
    this.socket = new OutsideSocket(where, {
      opened: () => this.opened(),
      data: (chunk) => this.data(chunk),
      ended: (error) => this.ended(error),
    })
  }

  get owner(): string {
    return this.options.owner
  }

  get clientAddress(): { readonly address: string; readonly port: number } {
    return this.socket.localAddress
  }

  get serverAddress(): { readonly address: string; readonly port: number } {
    const { host, port } = this.options.where
    return { address: this.socket.remoteAddress ?? host, port }
  }

  send(chunk: Uint8Array): void {
    if (this.state !== 'open') return
    this.tap.send(chunk)
    this.socket.send(chunk)
  }

  drained(done: () => void): void {
    this.socket.drained(done)
  }

  ready(): void {
    this.socket.resume()
  }

  close(): void {
    if (this.state === 'closed') return
    const wasOpen = this.state === 'open'
    this.finish()
    this.socket.close()
    if (wasOpen) this.options.delivery.closed(this.peer, 'client closed')
  }

  /** Ends it as a router would that has forgotten it. */
  reset(): void {
    this.socket.reset()
  }

  private opened(): void {
    const { delivery, cause, end } = this.options
    this.state = 'open'
    const { address, port } = this.clientAddress
    delivery.opened(this.peer, `${address}:${port}`, cause)
    end.opened()
  }

  private data(chunk: Uint8Array): boolean {
    this.tap.receive(chunk)
    return this.options.end.data(chunk)
  }

  private ended(error: NodeJS.ErrnoException | undefined): void {
    const { delivery, cause, end } = this.options
    const wasOpen = this.state === 'open'
    this.finish()
    const code = error?.code ?? ''
    if (wasOpen) delivery.closed(this.peer, error ? closeReason(code) : 'server closed')
    else delivery.failed(this.peer, code || (error?.message ?? 'ECONNRESET'), cause)
    if (wasOpen && !error) end.ended()
    else if ('failed' in end) end.failed(error ?? new Error('the connection was closed before it was open'))
    else if (wasOpen) end.ended('ECONNRESET')
    else end.refused('ECONNREFUSED')
  }

  private finish(): void {
    this.state = 'closed'
    this.tap.end()
    this.options.over()
  }
}

function closeReason(code: string): string {
  return code === 'ETIMEDOUT' ? 'timed out' : code === 'ECONNRESET' || code === 'EPIPE' ? 'connection reset' : code
}
