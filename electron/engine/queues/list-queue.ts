import type { Bytes } from '../../../shared/bytes'
import { seal, type Job } from '../jobs/envelope'
import { promote } from './due-jobs'
import { PoppedQueue } from './popped-queue'
import { bytesIn, type NowMs, type Put, type Send, type Taken } from './queue'

/** LPUSH on one end, BRPOP from the other: whoever pops a job is the only one who knows of it. */
export class ListPut implements Put {
  readonly kind = 'list'

  constructor(readonly resource: Bytes) {}

  async put(send: Send, job: Job): Promise<string> {
    await send('LPUSH', this.resource, seal(job))
    return ''
  }
}

/** Several lists are looked at in their order: nobody gets to the second while there is something in the first. */
export class ListQueue extends PoppedQueue {
  readonly kind = 'list'
  override readonly keys: readonly Bytes[]

  constructor(
    protected readonly lists: readonly Bytes[],
    /** The sorted set where jobs wait to be tried again. */
    protected readonly waiting: Bytes,
    protected readonly now: NowMs,
  ) {
    super(lists)
    this.keys = [waiting]
  }

  async take(send: Send, _max: number, waitMs: number): Promise<readonly Taken[]> {
    const reply = await send('BRPOP', ...this.lists, waitMs / 1000)
    return Array.isArray(reply) ? [this.taken(bytesIn(reply[0]), bytesIn(reply[1]))] : []
  }

  async retry(send: Send, { job, source }: Taken, delayUs: number): Promise<void> {
    const again = seal({ ...job, attempt: job.attempt + 1 })
    if (delayUs === 0) await send('LPUSH', source.resource, again)
    else await send('ZADD', this.waiting, this.now() + Math.ceil(delayUs / 1000), again)
  }

  async bury(send: Send, { element }: Taken, to: Bytes): Promise<void> {
    await send('LPUSH', to, element)
  }

  override async recover(send: Send, max: number): Promise<readonly Taken[]> {
    await promote(send, this.waiting, this.lists[0]!, this.now(), max)
    return []
  }
}
