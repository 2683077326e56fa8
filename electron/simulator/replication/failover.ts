/**
 * FAILOVER: a primary hands its role to one of its replicas. Writes wait until that one has everything; then the
 * primary becomes its replica, and asks by PSYNC with the word FAILOVER, which makes the other a primary.
 */
import type { RedisNode } from '../node/redis-node'
import type { Cancel } from '../ports'
import type { Replica } from './replica'
import type { Address } from './replication'

export interface FailoverWish {
  readonly target: Address | undefined
  readonly timeoutMs: number
  /** When the time is over it is done all the same, and what the replica has not got is lost. */
  readonly isForced: boolean
}

const CRON_US = 100_000

export class Failover {
  state: 'no-failover' | 'waiting-for-sync' | 'failover-in-progress' = 'no-failover'
  private wish: FailoverWish = { target: undefined, timeoutMs: 0, isForced: false }
  private endsMs = Infinity
  private cancelCheck: Cancel | undefined

  constructor(private readonly node: RedisNode) {}

  get isOn(): boolean {
    return this.state !== 'no-failover'
  }

  begin(wish: FailoverWish): void {
    const { node } = this
    this.wish = wish
    this.endsMs = wish.timeoutMs > 0 ? node.nowMs + wish.timeoutMs : Infinity
    this.state = 'waiting-for-sync'
    node.pause.begin('write', Infinity, 'failover')
    node.replication.replicas.requestAcks()
    this.checkLater()
  }

  abort(): void {
    if (this.state === 'failover-in-progress') this.node.replication.promote()
    this.end()
  }

  /** The new primary has taken its replica: done. */
  end(): void {
    if (!this.isOn) return
    this.state = 'no-failover'
    this.cancelCheck?.()
    this.cancelCheck = undefined
    this.node.pause.end('failover')
  }

  stop(): void {
    this.cancelCheck?.()
  }

  private checkLater(): void {
    this.cancelCheck = this.node.clock.after(CRON_US, () => this.node.turn(() => this.check()))
  }

  private check(): void {
    if (this.state !== 'waiting-for-sync') return
    const { node, wish } = this
    const { replicas, offset } = node.replication
    const isLate = node.nowMs >= this.endsMs
    if (isLate && !wish.isForced) {
      this.abort()
      return
    }
    const candidates = replicas.list.filter((replica) => replica.state === 'online' && this.isMeant(replica))
    const ready = candidates.find(({ ackOffset }) => ackOffset === offset)
    if (isLate) this.handOver(wish.target!)
    else if (ready) this.handOver(ready)
    else {
      replicas.requestAcks()
      this.checkLater()
    }
  }

  private handOver({ host, port }: Address): void {
    this.state = 'failover-in-progress'
    this.node.replication.follow(host, port)
  }

  private isMeant({ host, port }: Replica): boolean {
    const { target } = this.wish
    return !target || (target.host === host && target.port === port)
  }
}
