import { bytesOf } from '../../../shared/bytes'
import { problemOf } from '../../../shared/errors'
import type { Job } from '../jobs/envelope'
import type { Put } from '../queues/queue'
import type { Speech } from '../world/roster'
import type { ActorRole } from './actor'
import { SteadyActor, type Steadiness } from './steady-actor'
import { payloadOf, type Payloads } from './payloads'
import type { Yard } from './yard'

export type ProducerOptions = Steadiness & Payloads

/** Adds jobs to a queue. Each has an id that it keeps to its end: the producer's name and a number. */
export class Producer extends SteadyActor {
  private added = 0

  constructor(
    yard: Yard,
    name: string,
    private readonly options: ProducerOptions,
    private readonly queue: Put,
    role: ActorRole = 'producer',
  ) {
    super(yard, name, role)
  }

  protected override get speech(): Speech {
    const { rate = 0, message: template } = this.options
    return { rate, template }
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { resource, kind, keys } = this.queue
    this.yard.jobs.open(resource, kind, keys)
    this.yard.delivery.usesQueue(this.name, resource, 'add')
    this.begin(this.options)
  }

  /** Adds one job, by hand too. Gives its id; rejects with Redis's error or ioredis's. */
  async add(body: string): Promise<string> {
    const job: Job = { id: `${this.name}-${++this.added}`, body, attempt: 1 }
    const { resource } = this.queue
    const payload = bytesOf(body)
    try {
      const place = await this.queue.put(this.call, job)
      this.yard.jobs.add(this.name, resource, job.id, payload, place)
      return job.id
    } catch (error) {
      this.yard.jobs.refuse(this.name, resource, job.id, payload, problemOf(error))
      throw error
    }
  }

  protected override act(): void {
    this.done++
    this.add(payloadOf(this.options, this.done, (template) => this.fill(template))).catch(() => {
      // The trace has job.refused.
    })
  }
}
