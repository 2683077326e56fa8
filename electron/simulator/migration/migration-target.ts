import type { Cancel, ConnectError, NodeConnection, SocketEnd } from '../ports'
import type { RedisNode } from '../node/redis-node'
import { ReplyDecoder, ReplyError } from '../resp/reply-decoder'
import type { Reply } from '../resp/reply'

/** Whoever talks to a target at present. */
export interface TargetUser {
  connected(): void
  replied(reply: Reply): void
  failed(why: 'closed' | 'timed out' | 'not connected'): void
}

/** A connection to a node that keys are moved to. It stays open for a while, since more keys may follow. */
export class MigrationTarget implements SocketEnd {
  /** The database that was selected there, or -1. */
  db = -1
  usedAtSeconds: number
  isOpen = false
  private user: TargetUser | undefined
  private readonly connection: NodeConnection | undefined
  private readonly decoder = new ReplyDecoder()
  private cancelTimeout: Cancel | undefined

  constructor(
    private readonly node: RedisNode,
    host: string,
    port: number,
    private readonly closed: () => void,
  ) {
    this.usedAtSeconds = node.nowSeconds
    this.connection = node.network?.connect(host, port, this)
  }

  /** Who is told from now on what comes, and for how long it waits for each thing. */
  serve(user: TargetUser, timeoutMs: number): void {
    this.user = user
    this.usedAtSeconds = this.node.nowSeconds
    this.waitFor(timeoutMs)
    if (this.isOpen) user.connected()
  }

  /** The user is done. */
  release(): void {
    this.user = undefined
    this.cancelTimeout?.()
  }

  write(bytes: string): void {
    this.connection?.write(bytes)
  }

  /** The next thing may take so long again. */
  waitFor(timeoutMs: number): void {
    this.cancelTimeout?.()
    this.cancelTimeout = this.node.clock.after(timeoutMs * 1000, () => this.fail('timed out'))
  }

  close(): void {
    this.release()
    this.connection?.close()
    this.closed()
  }

  opened(): void {
    this.isOpen = true
    this.user?.connected()
  }

  refused(_code: ConnectError): void {
    this.fail('not connected')
  }

  data(chunk: Uint8Array): boolean {
    try {
      for (const reply of this.decoder.decode(chunk)) this.user?.replied(reply)
    } catch (caught) {
      if (!(caught instanceof ReplyError)) throw caught
      this.fail('closed')
    }
    return true
  }

  ended(): void {
    this.fail('closed')
  }

  private fail(why: 'closed' | 'timed out' | 'not connected'): void {
    const { user } = this
    this.close()
    user?.failed(why)
  }
}
