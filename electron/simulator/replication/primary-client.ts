/**
 * The primary as its replica sees it: a client whose commands are carried out without question and without an answer,
 * and whose bytes, once they are applied, are the replica's own stream.
 */
import { Buffer } from 'node:buffer'
import { Client } from '../node/client'
import type { RedisNode } from '../node/redis-node'

export class PrimaryClient extends Client {
  override readonly isPrimary = true
  /** Bytes of the stream that have come and are not applied: an unfinished command, or a transaction without its end. */
  private unapplied = ''

  constructor(
    node: RedisNode,
    remoteAddress: string,
    localAddress: string,
    private readonly applied: (bytes: string) => void,
    private readonly killed: () => void,
  ) {
    super(node, node.nextClientId(), {
      remoteAddress,
      localAddress,
      unsentLength: 0,
      write: () => undefined,
      end: () => undefined,
      destroy: () => this.killed(),
    })
    this.isAuthenticated = true
    this.replyMode = 'off'
  }

  override receive(chunk: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = chunk
    this.unapplied += Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
    super.receive(chunk)
  }

  /** A command is done: what led to it is part of the history, unless it waits for EXEC. */
  override endCommand(): void {
    super.endCommand()
    if (this.transaction) return
    const length = this.unapplied.length - this.decoder.pendingLength
    const bytes = this.unapplied.slice(0, length)
    this.unapplied = this.unapplied.slice(length)
    if (bytes !== '') this.applied(bytes)
  }

  /** What has come and is not applied. */
  get readLength(): number {
    return this.unapplied.length
  }

  override write(): void {}

  override mark(): void {}

  override append(): void {}

  override writeArrayLength(): void {}
}
