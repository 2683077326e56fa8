/**
 * A console: a participant of the run that speaks the protocol itself, as redis-cli does, so that it sees what the node
 * sends and nothing less. It has a connection of its own over the simulated network; what the person types are inputs of
 * the run, and the commands and replies stand in the trace like everybody's.
 */
import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import type { ConnectionEnd, ConsoleBatch, ConsoleItem, ConsoleState } from '../../../shared/console/console-types'
import type { Yard } from '../actors/yard'
import type { HostConnection } from '../host/virtual-net'
import type { SocketEnd } from '../../simulator/ports'
import { ReplyDecoder } from '../../simulator/resp/reply-decoder'
import { ConsoleProtocol, type Sent } from './console-protocol'
import { treeOf } from './reply-tree'

/** Messages kept between two frames. The window shows some thousands; more could not be read. */
const MESSAGES_MAX = 1000

/** Where a console's commands go, and what it has to say there first: AUTH, on servers that ask for it. */
export interface ConsoleTarget {
  readonly host: string
  readonly port: number
  readonly greeting: readonly (readonly Bytes[])[]
}

/** What a console needs of its run. */
export interface ConsoleYard extends Pick<Yard, 'clock' | 'trace' | 'delivery' | 'takeTurn'> {
  /** A node's, by its name, or the first's. Throws `node.unknown`. */
  consoleTarget(node?: string): ConsoleTarget
  connectConsole(target: ConsoleTarget, end: SocketEnd): HostConnection
}

export class ConsoleSession implements SocketEnd {
  private protocol = new ConsoleProtocol()
  private decoder = new ReplyDecoder()
  private connection: HostConnection | null = null
  private link: ConsoleState['link'] = 'none'
  /** What waits for the connection, with the input that it came by. */
  private unsent: { readonly sent: Sent; readonly cause: number }[] = []
  private items: ConsoleItem[] = []
  private messages = 0
  private dropped = 0
  private hasChanged = true
  private isGone = false

  constructor(
    private readonly yard: ConsoleYard,
    readonly name: string,
    private readonly target: ConsoleTarget,
  ) {}

  /** Joins the run; the connection comes with the first command. */
  join(): void {
    this.yard.delivery.join(this.name, 'console')
  }

  send(commands: readonly Sent[]): void {
    const { cause } = this.yard.trace
    if (this.link === 'none' || this.link === 'closed') this.connect()
    for (const sent of commands) {
      if (this.link === 'open') this.put(sent)
      else this.unsent.push({ sent, cause })
    }
    this.hasChanged = true
  }

  /**
   * Gets out of whatever the connection is in (a blocking command, MONITOR, subscriptions, a transaction) as Ctrl+C in
   * redis-cli does: by closing it. The next command opens another, with the same database and protocol.
   */
  interrupt(): void {
    this.end('interrupted')
  }

  leave(): void {
    if (this.isGone) return
    this.end('run ended')
    this.isGone = true
    this.hasChanged = true
    this.yard.takeTurn(this.name, () => this.yard.delivery.leave(this.name))
  }

  opened(): void {
    this.link = 'open'
    this.tell({ kind: 'opened', t: this.now(), address: this.address })
    const { trace } = this.yard
    for (const { sent, cause } of this.unsent.splice(0)) {
      trace.cause = cause
      this.put(sent)
    }
    trace.cause = 0
  }

  refused(): void {
    this.end('refused')
  }

  data(chunk: Uint8Array): boolean {
    this.decoder.push(chunk)
    try {
      for (let reply = this.decoder.next(); reply !== undefined; reply = this.decoder.next()) this.take(treeOf(reply))
    } catch {
      this.end('protocol error')
    }
    return true
  }

  ended(): void {
    this.end('server closed')
  }

  /** What happened since the last look, or undefined where nothing did. */
  takeBatch(run: number): ConsoleBatch | undefined {
    if (!this.hasChanged) return undefined
    this.hasChanged = false
    const { items, dropped, isGone } = this
    this.items = []
    this.messages = 0
    this.dropped = 0
    return { run, state: this.state, items, dropped, isGone }
  }

  private get state(): ConsoleState {
    const { db, resp, inTransaction, subscriptions, isMonitor } = this.protocol
    const waiting = this.protocol.waiting + this.unsent.length
    const { name: session, address, link } = this
    return { session, address, link, db, resp, inTransaction, subscriptions, isMonitor, waiting }
  }

  private get address(): string {
    return `${this.target.host}:${this.target.port}`
  }

  private now(): number {
    return this.yard.clock.nowUs()
  }

  private connect(): void {
    const { db, resp } = this.protocol
    this.link = 'connecting'
    this.protocol = new ConsoleProtocol()
    this.decoder = new ReplyDecoder()
    const { cause } = this.yard.trace
    const restore = (...argv: string[]) => this.unsent.push({ sent: { command: 0, argv: argv as Bytes[] }, cause })
    for (const argv of this.target.greeting) restore(...argv)
    if (resp === 3) restore('HELLO', '3')
    if (db !== 0) restore('SELECT', String(db))
    this.yard.takeTurn(this.name, () => {
      if (this.link === 'connecting') this.connection = this.yard.connectConsole(this.target, this)
    })
  }

  private put(sent: Sent): void {
    if (!this.protocol.send(sent)) this.tell({ kind: 'silent', command: sent.command, t: this.now() })
    this.connection!.send(encodeRequest(sent.argv))
    this.hasChanged = true
  }

  private take(reply: ReturnType<typeof treeOf>): void {
    const received = this.protocol.receive(reply)
    if (received.kind === 'message') this.tell({ kind: 'message', t: this.now(), reply })
    else {
      const { to, isLast } = received
      if (to.command > 0) this.tell({ kind: 'reply', command: to.command, t: this.now(), reply, isLast })
      this.hasChanged = true
    }
  }

  private end(why: ConnectionEnd): void {
    if (this.link !== 'open' && this.link !== 'connecting') return
    this.link = 'closed'
    this.connection?.close()
    this.connection = null
    const unanswered = [...this.protocol.end(), ...this.unsent.splice(0).map(({ sent }) => sent)]
    for (const { command } of unanswered) {
      if (command > 0) this.tell({ kind: 'lost', command, t: this.now(), why })
    }
    this.tell({ kind: 'closed', t: this.now(), why })
  }

  /** Messages beyond the bound push out the oldest ones; replies all stay. */
  private tell(item: ConsoleItem): void {
    this.hasChanged = true
    this.items.push(item)
    if (item.kind !== 'message' || ++this.messages <= 2 * MESSAGES_MAX) return
    let excess = this.messages - MESSAGES_MAX
    this.dropped += excess
    this.messages = MESSAGES_MAX
    this.items = this.items.filter(({ kind }) => kind !== 'message' || excess-- <= 0)
  }
}

function encodeRequest(argv: readonly Bytes[]): Uint8Array {
  const parts = argv.map((argument) => `$${argument.length}\r\n${argument}\r\n`)
  return Buffer.from(`*${argv.length}\r\n${parts.join('')}`, 'latin1')
}
