import { DiskError, type Cancel } from '../ports'
import type { RedisNode } from '../node/redis-node'
import type { Aof } from './aof'
import { wholeBase } from './aof-base'

const FAILURES_BEFORE_DELAY = 3
const DELAY_MAX_MINUTES = 60

/**
 * BGREWRITEAOF. The data set as it stands is worded at once (Redis forks, and its child has the same picture) and
 * written while the node goes on; what changes meanwhile goes to a new increment, which stays when the new base has
 * taken the place of all that was before.
 */
export class AofRewriter {
  /** It is to begin as soon as it can. */
  isScheduled = false
  startedSeconds: number | undefined
  lastSeconds = -1
  isLastOk = true
  started = 0
  failures = 0
  private cancel: Cancel | undefined
  private delayMinutes = 0
  private retrySeconds = 0

  constructor(
    private readonly node: RedisNode,
    private readonly aof: Aof,
  ) {}

  get isRunning(): boolean {
    return this.cancel !== undefined
  }

  /** Says whether it could begin. */
  start(): boolean {
    const { aof, node } = this
    const { disk } = aof.files
    this.isScheduled = false
    aof.beginStream()
    aof.flush(true)
    try {
      disk.makeFolder(aof.files.folder)
      aof.openNext()
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.failed()
      return false
    }
    this.started++
    this.startedSeconds = node.nowSeconds
    const { format, chunks } = wholeBase(node)
    const temp = `temp-rewriteaof-bg-${this.started}.aof`
    this.cancel = disk.writeLater(temp, chunks, (error) => node.turn(() => this.finish(temp, format, error)))
    return true
  }

  /** What Redis's cron does: begins a rewrite that was asked for, or that the AOF has grown up to. */
  startIfDue(): void {
    if (this.isRunning || this.node.rdb.isRunning) return
    if (!(this.isScheduled || this.hasGrown) || this.mustWait()) return
    this.start()
  }

  /** Has the AOF grown by `auto-aof-rewrite-percentage` since the last rewrite? */
  get hasGrown(): boolean {
    const { aof, node } = this
    const percentage = node.config.number('auto-aof-rewrite-percentage')
    if (aof.state !== 'on' || this.isRunning || percentage === 0) return false
    if (aof.currentSize <= node.config.number('auto-aof-rewrite-min-size')) return false
    return Math.floor((aof.currentSize * 100) / (aof.baseSize || 1)) - 100 >= percentage
  }

  stop(): void {
    this.cancel?.()
    this.cancel = undefined
    this.startedSeconds = undefined
    this.isScheduled = false
  }

  private finish(temp: string, format: 'rdb' | 'aof', error: DiskError | undefined): void {
    const { node } = this
    this.cancel = undefined
    this.lastSeconds = node.nowSeconds - this.startedSeconds!
    this.startedSeconds = undefined
    try {
      if (error) throw error
      this.aof.takeBase(temp, format)
      this.isLastOk = true
      this.failures = 0
    } catch (problem) {
      if (!(problem instanceof DiskError)) throw problem
      this.aof.files.disk.delete(temp)
      this.failed()
    }
    // A snapshot may have waited for it.
    node.rdb.plan()
  }

  private failed(): void {
    this.isLastOk = false
    this.failures++
    if (this.aof.state !== 'waiting') return
    this.aof.dropIncrement()
    this.isScheduled = true
    this.aof.wake()
  }

  /** After three failures in a row there is a minute between tries, then two, and so on up to an hour. */
  private mustWait(): boolean {
    if (this.failures < FAILURES_BEFORE_DELAY) {
      this.delayMinutes = 0
      this.retrySeconds = 0
      return false
    }
    const { nowSeconds } = this.node
    if (this.retrySeconds !== 0) {
      if (nowSeconds < this.retrySeconds) return true
      this.retrySeconds = 0
      return false
    }
    this.delayMinutes = Math.min(DELAY_MAX_MINUTES, this.delayMinutes * 2 || 1)
    this.retrySeconds = nowSeconds + this.delayMinutes * 60
    return true
  }
}
