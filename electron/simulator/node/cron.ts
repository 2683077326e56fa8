import type { Cancel } from '../ports'
import type { RedisNode } from './redis-node'
import { expireCycle } from './expire-cycle'
import { closeIdleClients, soonestIdleMs } from './idle-clients'

/**
 * Redis's cron runs `hz` times a second: it deletes keys that have expired, ends pauses and lets blocked clients go
 * whose time is over. Here it ticks at the same instants, but only at those where something is due: a tick that finds
 * nothing changes nothing that anybody could see, and an idle node would otherwise make 36,000 of them an hour.
 */
export class Cron {
  /** DEBUG SET-ACTIVE-EXPIRE turns the expire cycle off. */
  isExpiring = true
  private cancel: Cancel | undefined
  private scheduledTick = Infinity
  private lastTick = 0

  constructor(private readonly node: RedisNode) {}

  /** Something may be due earlier than was known. */
  wake(): void {
    const { clock } = this.node
    const dueMs = this.soonestMs()
    if (dueMs === Infinity) {
      this.stop()
      return
    }
    // Keys expire one ms after their time, since Redis asks whether it is past.
    const waitUs = Math.max(0, (dueMs + 1) * 1000 - clock.unixUs())
    const tick = Math.max(Math.ceil((clock.nowUs() - this.node.startedUs + waitUs) / this.periodUs), this.lastTick + 1)
    if (tick === this.scheduledTick) return
    this.stop()
    this.scheduledTick = tick
    this.cancel = clock.after(this.node.startedUs + tick * this.periodUs - clock.nowUs(), () => this.tick(tick))
  }

  stop(): void {
    this.cancel?.()
    this.cancel = undefined
    this.scheduledTick = Infinity
  }

  /** `hz` was changed, and with it the instants of the ticks. */
  restart(): void {
    this.lastTick = Math.floor((this.node.clock.nowUs() - this.node.startedUs) / this.periodUs)
    this.stop()
    this.wake()
  }

  private get periodUs(): number {
    return Math.floor(1000 / this.node.config.number('hz')) * 1000
  }

  private get expires(): boolean {
    return this.isExpiring && !this.node.keepsExpiredKeys
  }

  private soonestMs(): number {
    let soonest = Math.min(this.node.pause.endsAtMs, this.node.blocking.soonestTimeoutMs, soonestIdleMs(this.node))
    // While clients are paused no key expires, and a replica leaves it to its primary.
    if (!this.expires) return soonest
    for (const db of this.node.keyspace.databases) soonest = Math.min(soonest, db.soonestExpiryMs)
    return soonest
  }

  private tick(tick: number): void {
    this.scheduledTick = Infinity
    this.cancel = undefined
    this.node.turn(() => {
      if (this.node.pause.isOn) this.node.pause.endIfDue()
      this.lastTick = tick
      closeIdleClients(this.node)
      if (this.expires && !this.node.scripting.run) {
        expireCycle(this.node)
        this.node.effects.endUnit(false)
      }
    })
    this.wake()
  }
}
