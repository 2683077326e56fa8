import { Queue, type JobsOptions } from 'bullmq'
import type { Bytes } from '../../../shared/bytes'
import { textOf } from '../../../shared/bytes'
import type { Job } from '../jobs/envelope'
import { prefixOf, waitingKeys, type BullData } from '../queues/bull'
import type { Put, Send } from '../queues/queue'
import { Producer, type ProducerOptions } from './producer'
import type { ActorClient, ClientNeeds } from './redis-client'
import type { Yard } from './yard'

/** Adds jobs with the BullMQ that people use, over the actor's own client. */
export class BullProducer extends Producer {
  constructor(
    yard: Yard,
    name: string,
    options: ProducerOptions,
    private readonly put: BullPut,
  ) {
    super(yard, name, options, put, 'bull-producer')
  }

  override start(): void {
    if (this.isStarted) return
    this.put.begin(this.client)
    super.start()
  }

  override quit(): void {
    this.put.end()
    super.quit()
  }

  protected override get needs(): ClientNeeds {
    return { isBare: true }
  }
}

/** `queue.add`. https://docs.bullmq.io/guide/jobs */
export class BullPut implements Put {
  readonly kind = 'bull'
  readonly keys: readonly Bytes[]
  private client: ActorClient | undefined
  private queue: Queue<BullData> | undefined

  constructor(
    private readonly yard: Yard,
    private readonly owner: string,
    readonly resource: Bytes,
    /** The options of one job, drawn anew for each. */
    private readonly optionsOf: () => JobsOptions,
  ) {
    this.keys = waitingKeys(resource)
  }

  begin(client: ActorClient): void {
    this.client = client
  }

  end(): void {
    this.client = undefined
    this.queue = undefined
  }

  /** Gives BullMQ's own id. */
  put(_send: Send, { id, body }: Job): Promise<string> {
    const { yard, owner, resource } = this
    return new Promise((resolve, reject) => {
      yard.takeTurn(owner, () => {
        const { client } = this
        if (!client) {
          reject(new Error('Connection is closed.'))
          return
        }
        const options = this.optionsOf()
        this.queue ??= this.open(client)
        this.queue.add('job', { id, body }, options).then((job) => {
          const { delay = 0 } = options
          if (delay > 0) yard.jobs.delay(owner, resource, id, yard.clock.nowUs() + delay * 1000)
          resolve(job.id ?? '')
        }, reject)
      })
    })
  }

  private open(client: ActorClient): Queue<BullData> {
    const options = { connection: client, prefix: prefixOf(this.yard.seeds) }
    const queue = new Queue<BullData>(textOf(this.resource), options)
    // What goes wrong is in the trace, as an error reply or a connection that closed.
    queue.on('error', () => undefined)
    // One whose client was closed before it was ready stays as it is for good: the next job has another.
    queue.waitUntilReady().catch(() => {
      if (this.queue === queue) this.queue = undefined
    })
    return queue
  }
}
