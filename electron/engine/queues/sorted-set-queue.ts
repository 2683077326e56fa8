import type { Bytes } from '../../../shared/bytes'
import { seal, type Job } from '../jobs/envelope'
import { PoppedQueue } from './popped-queue'
import { bytesIn, type NowMs, type Put, type Send, type Taken } from './queue'

/** ZADD with the time at which the job is due: a mover puts it into a list then. */
export class DelayedPut implements Put {
  readonly kind = 'delayed'

  constructor(
    readonly resource: Bytes,
    /** In microseconds, drawn anew for each job. */
    private readonly delayUs: () => number,
    private readonly now: NowMs,
    private readonly delayed: (job: string, delayUs: number) => void,
  ) {}

  async put(send: Send, job: Job): Promise<string> {
    const delayUs = this.delayUs()
    await send('ZADD', this.resource, this.now() + Math.round(delayUs / 1000), seal(job))
    this.delayed(job.id, delayUs)
    return ''
  }
}

/** ZADD with the priority as score: the lowest is served first. */
export class PriorityPut implements Put {
  readonly kind = 'priority'
  private count = 0

  constructor(
    readonly resource: Bytes,
    /** Given out in turn. */
    private readonly priorities: readonly number[],
  ) {}

  async put(send: Send, job: Job): Promise<string> {
    const priority = this.priorities[this.count++ % this.priorities.length]!
    await send('ZADD', this.resource, priority, seal(job))
    return ''
  }
}

/** BZPOPMIN: whoever pops a job is the only one who knows of it, as with a plain list. */
export class PriorityQueue extends PoppedQueue {
  readonly kind = 'priority'

  constructor(private readonly set: Bytes) {
    super([set])
  }

  override async take(send: Send, _max: number, waitMs: number): Promise<readonly Taken[]> {
    const reply = await send('BZPOPMIN', this.set, waitMs / 1000)
    if (!Array.isArray(reply)) return []
    return [{ ...this.taken(this.set, bytesIn(reply[1])), score: bytesIn(reply[2]) }]
  }

  /** At its old place among the others, at once: a score cannot say both how urgent a job is and when it is due. */
  override async retry(send: Send, { job, score }: Taken): Promise<void> {
    await send('ZADD', this.set, score ?? '0', seal({ ...job, attempt: job.attempt + 1 }))
  }

  override async bury(send: Send, { element }: Taken, to: Bytes): Promise<void> {
    await send('LPUSH', to, element)
  }
}
