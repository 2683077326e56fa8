import { textOf, type Bytes } from '../../../shared/bytes'
import { problemOf } from '../../../shared/errors'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { createHandler } from '../handlers/handler'
import type { Sandbox } from '../handlers/sandbox'
import type { TakeQueue, Taken } from '../queues/queue'
import { doJobWork, type JobWork } from './job-work'
import { LoopingActor } from './looping-actor'
import type { Yard } from './yard'

export interface ConsumerOptions extends JobWork {
  /** Undefined tries for ever. */
  readonly attempts?: number | undefined
  /** Before the second attempt; doubles with each that follows. */
  readonly backoffUs: number
  /** From 0 to 1: how much of the wait is left to chance. */
  readonly jitter: number
  /** Where jobs go that are given up; undefined drops them. */
  readonly dead?: Bytes | undefined
  /** How many it takes at once, where the queue can give several. */
  readonly batch: number
  readonly blockUs: number
  /** How often it looks for what is due again and what others left behind. */
  readonly recoverUs: number
  /** Acknowledges before the work instead of after it. */
  readonly acknowledgesFirst: boolean
}

const NOT_ITS_OWN = 'no longer its own'
const BACKOFF_MAX_US = 3_600_000_000

/** Takes jobs from a queue, one after the other, works on them and acknowledges them. */
export class Consumer extends LoopingActor {
  private readonly chance: SeededRandom
  private inHand = 0
  private sandbox: Sandbox | undefined
  /** What its handler works on. */
  private current: Taken | undefined
  private isAcknowledged = false
  private isLeaving = false

  constructor(
    yard: Yard,
    name: string,
    private readonly options: ConsumerOptions,
    private readonly queue: TakeQueue,
  ) {
    super(yard, name, 'consumer')
    this.chance = yard.random.fork(`consumer ${name}`)
  }

  override start(): void {
    if (this.isStarted) return
    const { handler } = this.options
    if (handler !== undefined) this.sandbox = this.createSandbox(handler)
    super.start()
    for (const { resource } of this.queue.sources) {
      this.yard.jobs.open(resource, this.queue.kind, this.queue.keys)
      this.yard.delivery.usesQueue(this.name, resource, 'take')
    }
    if (this.options.dead !== undefined) this.yard.jobs.open(this.options.dead, this.queue.deadKind)
    this.isLeaving = false
    const life = this.beginLife()
    this.yard.takeTurn(this.name, () => void this.live(life))
  }

  /** What it has in hand it brings to an end first. */
  override stop(): void {
    if (this.inHand > 0) this.isLeaving = true
    else this.quit()
  }

  override quit(): void {
    this.inHand = 0
    this.sandbox?.dispose()
    super.quit()
  }

  private createSandbox(code: string): Sandbox {
    return createHandler(this.yard, this.name, code, {
      call: this.call,
      sleep: (us) => this.sleep(us),
      acknowledge: async () => {
        if (this.current && !this.isAcknowledged) await this.acknowledge(this.current)
      },
    })
  }

  private async live(life: number): Promise<void> {
    let isReady = false
    let recoverAtUs = 0
    while (this.isLiving(life)) {
      try {
        if (!isReady) await this.queue.prepare(this.call)
        isReady = true
        if (this.yard.clock.nowUs() >= recoverAtUs) {
          recoverAtUs = this.yard.clock.nowUs() + this.options.recoverUs
          await this.workOn(await this.queue.recover(this.call, this.options.batch), life)
        }
        const waitUs = Math.min(this.options.blockUs, Math.max(1000, recoverAtUs - this.yard.clock.nowUs()))
        await this.workOn(await this.queue.take(this.call, this.options.batch, waitUs / 1000), life)
      } catch (error) {
        if (!this.isLiving(life)) return
        this.inHand = 0
        this.yard.jobs.drop(this.name, problemOf(error))
        if (this.isLeaving) {
          this.quit()
          return
        }
        // A group that is gone has to be made again; whatever else went wrong may be over by then.
        isReady = !problemOf(error).includes('NOGROUP')
        await this.restAfterError()
      }
    }
  }

  private async workOn(jobs: readonly Taken[], life: number): Promise<void> {
    // They are in its hand together, and worked on one after the other.
    const causes = jobs.map((taken) => this.hold(taken))
    this.inHand = jobs.length
    for (const [index, taken] of jobs.entries()) {
      if (!this.isLiving(life)) return
      this.yard.trace.cause = causes[index]!
      await this.work(taken, life)
      if (this.isLiving(life)) this.inHand--
    }
    if (this.isLeaving && this.isLiving(life)) this.quit()
  }

  /** Tells that a job is in its hand. Gives the event's number. */
  private hold({ source, job, isForeign, element, place, claimed }: Taken): number {
    const { jobs } = this.yard
    if (isForeign && !jobs.has(source, job.id)) jobs.add('', source.resource, job.id, element, place)
    if (claimed) jobs.claim(this.name, source, job.id, claimed.from, claimed.idleUs)
    const { attempt } = job
    return jobs.take(this.name, source, job.id, { place, attempt, isKept: this.queue.isKept })
  }

  private async work(taken: Taken, life: number): Promise<void> {
    const { source, job } = taken
    const { jobs, trace } = this.yard
    const { attempts, acknowledgesFirst, dead } = this.options
    if (dead !== undefined && attempts !== undefined && job.attempt > attempts) {
      await this.giveUp(taken, `delivered ${job.attempt} times`)
      return
    }
    this.isAcknowledged = false
    if (acknowledgesFirst) await this.acknowledge(taken)
    const problem = await this.doTheWork(taken)
    if (!this.isLiving(life)) return
    if (problem !== undefined) {
      await this.failed(taken, problem)
      return
    }
    trace.cause = jobs.handle(this.name, source, job.id)
    if (!this.isAcknowledged) await this.acknowledge(taken)
  }

  /** Gives what went wrong, or undefined. */
  private async doTheWork(taken: Taken): Promise<string | undefined> {
    const problem = await doJobWork(this.options, taken.job.body, {
      chance: this.chance,
      sleep: (us) => this.sleep(us),
      handle: () => this.handle(taken),
    })
    if (problem !== undefined) return problem
    return (await this.queue.isMine(this.call, taken)) ? undefined : NOT_ITS_OWN
  }

  private async handle(taken: Taken): Promise<void> {
    const { job, source, place } = taken
    this.current = taken
    try {
      await this.sandbox?.run({ ...job, queue: textOf(source.resource), entry: place })
    } finally {
      this.current = undefined
    }
  }

  private async acknowledge(taken: Taken): Promise<void> {
    this.isAcknowledged = true
    const { source, job } = taken
    if (await this.queue.acknowledge(this.call, taken)) this.yard.jobs.acknowledge(this.name, source, job.id)
    else this.yard.jobs.fail(this.name, source, job.id, job.attempt, 'nothing was left to acknowledge')
  }

  private async failed(taken: Taken, problem: string): Promise<void> {
    const { source, job } = taken
    const { attempts, backoffUs, jitter } = this.options
    const { jobs, trace } = this.yard
    trace.cause = jobs.fail(this.name, source, job.id, job.attempt, problem)
    if (problem === NOT_ITS_OWN) {
      jobs.release(this.name, source, job.id)
      return
    }
    if (attempts !== undefined && job.attempt >= attempts) {
      await this.giveUp(taken, problem)
      return
    }
    const wholeUs = Math.min(BACKOFF_MAX_US, backoffUs * 2 ** (job.attempt - 1))
    const delayUs = Math.round(wholeUs * (1 - jitter * this.chance.float()))
    await this.queue.retry(this.call, taken, delayUs)
    jobs.retry(this.name, source, job.id, job.attempt + 1, delayUs)
  }

  private async giveUp(taken: Taken, why: string): Promise<void> {
    const { source, job } = taken
    const { dead } = this.options
    if (dead === undefined) {
      await this.queue.acknowledge(this.call, taken)
      this.yard.jobs.giveUp(this.name, source, job.id)
      return
    }
    await this.queue.bury(this.call, taken, dead)
    this.yard.jobs.bury(this.name, source, job.id, dead, why)
  }
}
