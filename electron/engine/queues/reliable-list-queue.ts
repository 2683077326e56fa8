import type { Bytes } from '../../../shared/bytes'
import { seal } from '../jobs/envelope'
import { ListQueue } from './list-queue'
import { bytesIn, type NowMs, type Send, type Taken } from './queue'

export interface Lease {
  /** How long a consumer has a job for itself, in microseconds. */
  readonly us: number
  /** Whether it asks if the job is still its own before it does what cannot be undone. */
  readonly isChecked: boolean
}

const LEASE = `
if not redis.call('LPOS', KEYS[1], ARGV[1]) then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`
const ACKNOWLEDGE = `
redis.call('DEL', KEYS[2])
return redis.call('LREM', KEYS[1], 1, ARGV[1])
`
const PUT_BACK = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('DEL', KEYS[2])
if ARGV[3] == '' then redis.call('LPUSH', KEYS[3], ARGV[2])
else redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) end
return 1
`

/**
 * BLMOVE to a list of the consumer's own, which keeps the job until it is acknowledged: what a dead consumer had is still
 * there for a reclaimer to find. With a lease the reclaimer can tell the dead from the slow.
 * https://redis.io/docs/latest/commands/lmove/#pattern-reliable-queue
 */
export class ReliableListQueue extends ListQueue {
  override readonly isKept = true
  override readonly keys: readonly Bytes[]
  private readonly list: Bytes
  private readonly own: Bytes

  constructor(
    list: Bytes,
    waiting: Bytes,
    now: NowMs,
    private readonly consumer: string,
    private readonly lease: Lease | undefined,
  ) {
    super([list], waiting, now)
    this.list = list
    this.own = processingList(list, consumer)
    this.keys = [waiting, this.own]
  }

  override async prepare(send: Send): Promise<void> {
    await send('SADD', consumersOf(this.list), this.consumer)
  }

  override async take(send: Send, _max: number, waitMs: number): Promise<readonly Taken[]> {
    const reply = await send('BLMOVE', this.list, this.own, 'RIGHT', 'LEFT', waitMs / 1000)
    if (reply === null) return []
    const taken = this.taken(this.list, bytesIn(reply))
    if (!this.lease) return [taken]
    // Between the two commands it may have stood still for so long that a reclaimer has put the job back.
    const ms = Math.ceil(this.lease.us / 1000)
    const keys = [this.own, this.leaseOf(taken)]
    const isGranted = await send('EVAL', LEASE, 2, ...keys, taken.element, this.consumer, ms)
    return isGranted === 1 ? [taken] : []
  }

  override async isMine(send: Send, taken: Taken): Promise<boolean> {
    if (!this.lease?.isChecked) return true
    return bytesIn(await send('GET', this.leaseOf(taken))) === this.consumer
  }

  override async acknowledge(send: Send, taken: Taken): Promise<boolean> {
    const removed = this.lease
      ? await send('EVAL', ACKNOWLEDGE, 2, this.own, this.leaseOf(taken), taken.element)
      : await send('LREM', this.own, 1, taken.element)
    return removed === 1
  }

  override async retry(send: Send, taken: Taken, delayUs: number): Promise<void> {
    const again = seal({ ...taken.job, attempt: taken.job.attempt + 1 })
    const dueMs = delayUs === 0 ? '' : this.now() + Math.ceil(delayUs / 1000)
    await this.putBack(send, taken, dueMs === '' ? this.list : this.waiting, again, dueMs)
  }

  override async bury(send: Send, taken: Taken, to: Bytes): Promise<void> {
    await this.putBack(send, taken, to, taken.element, '')
  }

  private async putBack(send: Send, taken: Taken, to: Bytes, element: Bytes, dueMs: number | ''): Promise<void> {
    await send('EVAL', PUT_BACK, 3, this.own, this.leaseOf(taken), to, taken.element, element, dueMs)
  }

  private leaseOf({ job }: Taken): Bytes {
    return leaseKey(this.list, job.id)
  }
}

/** The names of a reliable list's helpers begin with its own, so that a hash tag in it keeps them in one slot. */
export function processingList(list: Bytes, consumer: string): Bytes {
  return `${list}:processing:${consumer}` as Bytes
}

export function consumersOf(list: Bytes): Bytes {
  return `${list}:consumers` as Bytes
}

export function leaseKey(list: Bytes, job: string): Bytes {
  return `${list}:lease:${job}` as Bytes
}
