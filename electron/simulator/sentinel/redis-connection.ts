/**
 * A Sentinel's connection to another server, as hiredis keeps one: commands wait until it is open, replies come in the
 * order of their commands, and what was asked is forgotten when it breaks.
 */
import { formatCommand } from '../persistence/aof-format'
import type { RedisNode } from '../node/redis-node'
import type { NodeConnection, SocketEnd } from '../ports'
import type { Reply } from '../resp/reply'
import { ReplyDecoder, ReplyError } from '../resp/reply-decoder'

export interface ConnectionOwner {
  /** It could not be opened, or broke. */
  lost(connection: RedisConnection): void
  /** A reply that no command asked for: a message of pub/sub. */
  heard(reply: Reply): void
}

export class RedisConnection implements SocketEnd {
  private readonly decoder = new ReplyDecoder()
  private readonly waiting: ((reply: Reply) => void)[] = []
  private connection: NodeConnection | undefined
  private unsent = ''
  private isOpen = false
  private isOver = false

  constructor(
    private readonly node: RedisNode,
    private readonly owner: ConnectionOwner,
  ) {}

  /** False when there is no way to the network at all. */
  open(host: string, port: number): boolean {
    this.connection = this.node.network?.connect(host, port, this)
    return this.connection !== undefined
  }

  /** The address that the other side sees, or nothing while there is none. */
  get localHost(): string {
    const address = this.connection?.localAddress ?? ''
    return address.slice(0, address.lastIndexOf(':'))
  }

  send(argv: readonly string[], answered: (reply: Reply) => void): void {
    this.waiting.push(answered)
    this.post(argv)
  }

  /** Sends what is answered by messages alone: SUBSCRIBE. */
  post(argv: readonly string[]): void {
    const bytes = formatCommand(argv)
    if (this.isOpen) this.connection?.write(bytes)
    else this.unsent += bytes
  }

  close(): void {
    this.isOver = true
    this.waiting.length = 0
    this.connection?.close()
  }

  opened(): void {
    this.node.turn(() => {
      if (this.isOver) return
      this.isOpen = true
      if (this.unsent !== '') this.connection?.write(this.unsent)
      this.unsent = ''
    })
  }

  refused(): void {
    this.node.turn(() => this.fail())
  }

  ended(): void {
    this.node.turn(() => this.fail())
  }

  data(chunk: Uint8Array): boolean {
    // Whoever brings the chunk uses it anew before a node that waits for its disk comes to it.
    const bytes = this.node.isStalled ? Uint8Array.from(chunk) : chunk
    this.node.turn(() => this.take(bytes))
    return true
  }

  private take(bytes: Uint8Array): void {
    try {
      this.decoder.push(bytes)
      while (!this.isOver) {
        const reply = this.decoder.next()
        if (reply === undefined) return
        const answered = this.waiting.shift()
        if (answered) answered(reply)
        else this.owner.heard(reply)
      }
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error
      this.fail()
    }
  }

  private fail(): void {
    if (this.isOver) return
    this.close()
    this.owner.lost(this)
  }
}
