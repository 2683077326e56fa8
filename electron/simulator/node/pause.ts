import type { Command } from './command'
import type { RedisNode } from './redis-node'

/**
 * CLIENT PAUSE: commands of the kind it holds back wait, each with its client, until it ends. Its end is noticed when
 * something happens on the node, and by the cron at the latest, so it comes up to a tick late, as in Redis.
 */
export class Pause {
  private mode: 'none' | 'write' | 'all' = 'none'
  private endsMs = 0

  constructor(private readonly node: RedisNode) {}

  /** A further pause can make the first one longer or stricter, never the reverse. */
  begin(mode: 'write' | 'all', endsMs: number): void {
    this.mode = this.mode === 'all' ? 'all' : mode
    this.endsMs = Math.max(this.endsMs, endsMs)
    this.node.cron.wake()
  }

  /** Lets everybody go on who had to wait. */
  end(): void {
    this.mode = 'none'
    this.endsMs = 0
    for (const client of [...this.node.clients.values()]) client.resume()
  }

  holds(command: Command): boolean {
    return this.mode === 'all' || (this.mode === 'write' && command.mayReplicate)
  }

  get isOn(): boolean {
    return this.mode !== 'none'
  }

  get endsAtMs(): number {
    return this.isOn ? this.endsMs : Infinity
  }

  endIfDue(): void {
    if (this.isOn && this.endsMs < this.node.nowMs) this.end()
  }
}
