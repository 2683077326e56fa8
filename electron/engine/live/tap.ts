/**
 * Listens in on one client's connection to a real server: cuts what is sent into commands and what comes back into
 * replies, and says which reply is whose. It changes nothing on the way.
 */
import type { Bytes } from '../../../shared/bytes'
import type { ReplyTree } from '../../../shared/reply'
import { ConsoleProtocol, type Sent } from '../console/console-protocol'
import { ReplyDecoder } from '../../simulator/resp/reply-decoder'
import type { Reply } from '../../simulator/resp/reply'
import { RequestDecoder } from '../../simulator/resp/request-decoder'

export interface TapListener {
  /** Gives the number by which the command's reply is told. */
  sent(argv: readonly Bytes[]): number
  /** `isLast` is false where a command has more than one reply, as SUBSCRIBE to several channels. */
  replied(tag: number, argv: readonly Bytes[], reply: Reply, isLast: boolean): void
  /** A command has been carried out: at its reply, or, in a transaction, at that of EXEC, which `tag` then is. */
  executed(tag: number, argv: readonly Bytes[], reply: Reply): void
  /** A message, or what else a server says unasked. */
  pushed(reply: Reply): void
  /** What came is no Redis server's, or too long to be looked into. Nothing more is told of this connection. */
  lost(problem: string): void
}

/** A reply that is not whole after so much is left to the client alone. */
const REPLY_BYTES_MAX = 64_000_000

export class Tap {
  private readonly requests = new RequestDecoder()
  private readonly replies = new ReplyDecoder()
  private readonly protocol = new ConsoleProtocol()
  /** What a transaction has queued. */
  private queued: { readonly argv: readonly Bytes[] }[] = []
  private isDeaf = false

  constructor(private readonly listener: TapListener) {}

  /** Call it before the bytes go out. */
  send(chunk: Uint8Array): void {
    if (this.isDeaf) return
    this.requests.push(chunk)
    for (let argv = this.requests.next(); argv !== undefined; argv = this.requests.next()) {
      this.protocol.send({ command: this.listener.sent(argv), argv })
    }
    this.requests.keep()
    if (this.requests.error !== undefined) this.giveUp(this.requests.error)
  }

  /** Call it before the client gets the bytes, so that the trace tells of them before what follows from them. */
  receive(chunk: Uint8Array): void {
    if (this.isDeaf) return
    this.replies.push(chunk)
    try {
      for (let reply = this.replies.next(); reply !== undefined; reply = this.replies.next()) this.take(reply)
    } catch (error) {
      this.giveUp((error as Error).message)
      return
    }
    if (this.replies.pendingLength > REPLY_BYTES_MAX) this.giveUp('a reply is too long')
  }

  /** The connection is over: gives the commands that will have no reply. */
  end(): readonly Sent[] {
    return this.protocol.end()
  }

  private take(reply: Reply): void {
    // What a decoder gives has none of the kinds that only handlers make.
    const received = this.protocol.receive(reply as ReplyTree)
    if (received.kind === 'message') {
      this.listener.pushed(reply)
      return
    }
    const { argv, command: tag } = received.to
    this.listener.replied(tag, argv, reply, received.isLast)
    this.followTransaction(tag, argv, reply)
  }

  private followTransaction(tag: number, argv: readonly Bytes[], reply: Reply): void {
    const name = argv[0]!.toLowerCase()
    if (reply.kind === 'simple' && reply.text === 'QUEUED' && this.protocol.inTransaction) {
      this.queued.push({ argv })
      return
    }
    this.listener.executed(tag, argv, reply)
    if (name === 'exec' || name === 'discard') {
      const { queued } = this
      this.queued = []
      if (name === 'discard' || reply.kind !== 'array') return
      reply.items.forEach((item, index) => {
        const one = queued[index]
        if (one) this.listener.executed(tag, one.argv, item)
      })
    }
  }

  private giveUp(problem: string): void {
    this.isDeaf = true
    this.queued = []
    this.listener.lost(problem)
  }
}
