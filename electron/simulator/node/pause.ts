import type { Command } from './command'
import type { RedisNode } from './redis-node'

type Mode = 'none' | 'write' | 'all'

/** Who wants the clients to wait: CLIENT PAUSE, or a failover that is to lose nothing. Each ends its own pause only. */
export type PausePurpose = 'client' | 'failover'

interface Wish {
  mode: Mode
  endsMs: number
}

/**
 * CLIENT PAUSE: commands of the kind it holds back wait, each with its client, until it ends. Its end is noticed when
 * something happens on the node, and by the cron at the latest, so it comes up to a tick late, as in Redis.
 */
export class Pause {
  private readonly wishes = new Map<PausePurpose, Wish>()
  private mode: Mode = 'none'
  private endsMs = 0

  constructor(private readonly node: RedisNode) {}

  /** A further pause for the same purpose can make the first one longer or stricter, never the reverse. */
  begin(mode: 'write' | 'all', endsMs: number, purpose: PausePurpose = 'client'): void {
    const wish = this.wishes.get(purpose)
    this.wishes.set(purpose, {
      mode: wish?.mode === 'all' ? 'all' : mode,
      endsMs: Math.max(wish?.endsMs ?? 0, endsMs),
    })
    this.update()
    this.node.cron.wake()
  }

  /** Lets everybody go on who had to wait, unless there is another reason to. */
  end(purpose: PausePurpose = 'client'): void {
    this.wishes.delete(purpose)
    this.update()
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
    if (this.isOn && this.endsMs < this.node.nowMs) this.update()
  }

  /** The strictest wish holds, and among equals the longest. */
  private update(): void {
    const before = this.mode
    this.mode = 'none'
    this.endsMs = 0
    for (const [purpose, { mode, endsMs }] of this.wishes) {
      if (endsMs < this.node.nowMs) this.wishes.delete(purpose)
      else if (this.mode === 'none' || mode === 'all') this.mode = mode
    }
    for (const { mode, endsMs } of this.wishes.values()) {
      if (mode === this.mode) this.endsMs = Math.max(this.endsMs, endsMs)
    }
    const isLooser = before !== this.mode && before !== 'none' && this.mode !== 'all'
    // They may have to wait again, for what is still paused.
    if (isLooser) for (const client of [...this.node.clients.values()]) client.resume()
  }
}
