import { Worker, type Job as BullJob } from 'bullmq'
import { textOf, type Bytes } from '../../../shared/bytes'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { createHandler } from '../handlers/handler'
import type { Sandbox } from '../handlers/sandbox'
import type { Job } from '../jobs/envelope'
import type { Source } from '../jobs/job-book'
import { failedKey, prefixOf, readBullJob, waitingKeys } from '../queues/bull'
import { doJobWork, type JobWork } from './job-work'
import { LoopingActor } from './looping-actor'
import type { ActorClient, ClientNeeds } from './redis-client'
import type { Yard } from './yard'

export interface BullWorkerOptions extends JobWork {
  readonly queue: Bytes
  /** How many jobs it has in hand at once. */
  readonly concurrency: number
  readonly lockDurationMs: number
  readonly stalledIntervalMs: number
  readonly maxStalledCount: number
}

/** BullMQ's complaints about one job name it by its id. */
const ABOUT_A_JOB = /\bjob (\d+)\b/i

/**
 * Works on a queue with the Worker of the BullMQ that people use: which job comes next, when it is tried again and when
 * it was left behind is that library's affair. What becomes of a job is told here.
 */
export class BullWorker extends LoopingActor {
  private readonly chance: SeededRandom
  private readonly source: Source
  /** What it works on, by BullMQ's id. */
  private readonly inHand = new Map<string, Job>()
  private worker: Worker | undefined
  private blocking: ActorClient | undefined
  private sandbox: Sandbox | undefined

  constructor(
    yard: Yard,
    name: string,
    private readonly options: BullWorkerOptions,
  ) {
    super(yard, name, 'bull-worker')
    this.chance = yard.random.fork(`bull-worker ${name}`)
    this.source = { resource: options.queue, group: '' }
  }

  override start(): void {
    if (this.isStarted) return
    const { handler, queue } = this.options
    if (handler !== undefined) this.sandbox = this.createSandbox(handler)
    super.start()
    this.yard.jobs.open(queue, 'bull', waitingKeys(queue))
    this.yard.jobs.open(failedKey(queue), 'bull-failed')
    this.yard.delivery.usesQueue(this.name, queue, 'take')
    const life = this.beginLife()
    // After the turn in which its client has begun to connect: BullMQ would do so itself.
    this.yard.takeTurn(this.name, () => {
      if (this.isLiving(life)) this.worker = this.createWorker(life)
    })
  }

  /** What it has in hand it brings to an end first. */
  override stop(): void {
    const { worker, life } = this
    if (!worker) {
      this.quit()
      return
    }
    this.yard.takeTurn(this.name, () => {
      void worker.close().finally(() => {
        if (this.isLiving(life)) this.quit()
      })
    })
  }

  override quit(): void {
    const { worker, blocking } = this
    this.worker = undefined
    this.blocking = undefined
    this.inHand.clear()
    this.sandbox?.dispose()
    super.quit()
    this.yard.takeTurn(this.name, () => {
      // Whatever else it would have done it does not do any more; nothing is sent.
      worker?.close(true).catch(ignore)
      if (blocking) this.dismiss(blocking)
    })
  }

  protected override get needs(): ClientNeeds {
    return { isPatient: true, isBare: true }
  }

  private createSandbox(code: string): Sandbox {
    return createHandler(this.yard, this.name, code, {
      call: this.call,
      sleep: (us) => this.sleep(us),
      // BullMQ does that itself, once the work is done.
      acknowledge: () => Promise.resolve(),
    })
  }

  private createWorker(life: number): Worker {
    const { queue, concurrency, lockDurationMs, stalledIntervalMs, maxStalledCount } = this.options
    const { client } = this
    // It asks for a client of its own to wait with: one that connects and ends with the actor's others.
    Object.assign(client, { duplicate: () => (this.blocking = this.another()) })
    const worker = new Worker(textOf(queue), (job: BullJob) => this.work(job, life), {
      connection: client,
      prefix: prefixOf(this.yard.seeds),
      name: this.name,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: stalledIntervalMs,
      maxStalledCount,
    })
    const living = (hear: () => void) => {
      if (this.isLiving(life)) hear()
    }
    worker.on('completed', (job) => living(() => this.completed(job)))
    worker.on('failed', (job, error) => living(() => this.failed(job, error)))
    worker.on('stalled', (place) => living(() => this.stalled(place)))
    worker.on('error', (error) => living(() => this.hearError(error)))
    return worker
  }

  private async work(bullJob: BullJob, life: number): Promise<void> {
    const place = bullJob.id ?? ''
    const { job, isForeign, payload } = readBullJob(place, bullJob.data, bullJob.attemptsStarted)
    const { jobs, trace } = this.yard
    const { source } = this
    if (isForeign && !jobs.has(source, job.id)) jobs.add('', source.resource, job.id, payload, place)
    this.inHand.set(place, job)
    trace.cause = jobs.take(this.name, source, job.id, { place, attempt: job.attempt, isKept: true })
    const problem = await doJobWork(this.options, job.body, {
      chance: this.chance,
      sleep: (us) => this.sleep(us),
      handle: async () => this.sandbox?.run({ ...job, queue: textOf(source.resource), entry: place }),
    })
    // Its process is gone: what would follow does not happen.
    if (!this.isLiving(life)) return new Promise(() => undefined)
    if (problem !== undefined) throw new Error(problem)
    trace.cause = jobs.handle(this.name, source, job.id)
  }

  private completed({ id = '' }: BullJob): void {
    const job = this.inHand.get(id)
    this.inHand.delete(id)
    if (job) this.yard.jobs.acknowledge(this.name, this.source, job.id)
  }

  /** An attempt has failed, and the server knows it. */
  private failed(bullJob: BullJob | undefined, error: Error): void {
    if (!bullJob) return
    const { jobs, trace } = this.yard
    const { source, name } = this
    const place = bullJob.id ?? ''
    const { job } = readBullJob(place, bullJob.data, bullJob.attemptsStarted)
    this.inHand.delete(place)
    trace.cause = jobs.fail(name, source, job.id, job.attempt, error.message)
    if (bullJob.finishedOn !== undefined) {
      jobs.bury(name, source, job.id, failedKey(source.resource), error.message)
    } else jobs.retry(name, source, job.id, job.attempt + 1, bullJob.delay * 1000)
  }

  /** It has found a job whose lock has run out, and put it back. */
  private stalled(place: string): void {
    const { jobs } = this.yard
    const { job, holder } = jobs.at(this.source, place) ?? { job: place, holder: '' }
    jobs.expire(this.name, this.source, job, holder)
    jobs.claim(this.name, this.source, job, holder, 0)
  }

  /** A job that is no longer its own can be brought to no end; everything else is in the trace already. */
  private hearError({ message }: Error): void {
    const place = ABOUT_A_JOB.exec(message)?.[1] ?? ''
    const job = this.inHand.get(place)
    if (!job) return
    // It works on, and is refused once more at the end.
    if (message.startsWith('could not renew')) return
    const { jobs } = this.yard
    jobs.fail(this.name, this.source, job.id, job.attempt, message)
    this.inHand.delete(place)
    jobs.release(this.name, this.source, job.id)
  }
}

function ignore(): void {
  // Told by the trace.
}
