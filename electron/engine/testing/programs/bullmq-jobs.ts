/** BullMQ's jobs: their order, retries, flows, limits and ends. */
import { FlowProducer, Queue, QueueEvents, Worker, type Processor, type WorkerOptions } from 'bullmq'
import type { Place } from '../client-program'
import { connect, nextFew, refusal, untilBlocked } from './clients'

/** BullMQ makes its own ioredis clients, for blocking commands with the option that it asks for. */
function options({ host, port, protocol }: Place) {
  return { connection: { host, port, protocol, maxRetriesPerRequest: null } }
}

/** A queue, its events and a worker, ready and closed around what a program does with them. */
async function withQueue<T>(
  place: Place,
  process: Processor,
  more: Partial<WorkerOptions>,
  use: (queue: Queue, events: QueueEvents, worker: Worker) => Promise<T>,
): Promise<T> {
  const queue = new Queue('work', options(place))
  const events = new QueueEvents('work', options(place))
  const worker = new Worker('work', process, { ...options(place), autorun: false, ...more })
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()])
  await untilListening(place, 1)
  try {
    return await use(queue, events, worker)
  } finally {
    await Promise.all([worker.close(), events.close(), queue.close()])
  }
}

/** QueueEvents tell of what comes after they have begun to wait for it; so many clients of a program's wait then. */
async function untilListening(place: Place, waiting: number): Promise<void> {
  const redis = connect(place)
  await untilBlocked(redis, waiting)
  await redis.quit()
}

/** What events told, without the times in their ids. */
async function told(heard: Promise<unknown[][]>): Promise<unknown[]> {
  return (await heard).map(([values]) => values)
}

/** Results, progress and log lines as a queue keeps them, and as its events tell them. */
export async function lifecycle(place: Place): Promise<unknown> {
  return withQueue(
    place,
    async (job) => {
      await job.updateProgress(50)
      await job.log(`working on ${job.data.number}`)
      return { doubled: job.data.number * 2 }
    },
    {},
    async (queue, events, worker) => {
      const heard: unknown[] = []
      for (const event of ['waiting', 'active', 'progress', 'completed'] as const) {
        events.on(event, (values: object) => heard.push([event, values]))
      }
      const completed = nextFew(events, 'completed', 4)
      const jobs = await queue.addBulk([1, 2, 3].map((number) => ({ name: `job ${number}`, data: { number } })))
      const gone = await queue.add('leaves nothing', { number: 4 }, { removeOnComplete: true })
      void worker.run()
      await completed
      const kept = await Promise.all(jobs.map(({ id }) => queue.getJob(id!)))
      return [
        heard,
        kept.map((job) => [job!.name, job!.returnvalue, job!.progress, job!.attemptsMade]),
        await queue.getJobLogs(jobs[0]!.id!),
        (await queue.getJob(gone.id!)) ?? 'gone',
        await queue.getJobCounts(),
      ]
    },
  )
}

/** While the queue is paused jobs gather; then the urgent ones come first, the delayed ones when their time has come. */
export async function order(place: Place): Promise<unknown> {
  const ran: string[] = []
  return withQueue(
    place,
    async (job) => ran.push(job.name),
    {},
    async (queue, events, worker) => {
      await queue.pause()
      void worker.run()
      const completed = nextFew(events, 'completed', 7)
      await queue.add('later', {}, { delay: 900 })
      await queue.add('soon', {}, { delay: 450 })
      await queue.add('third', {}, { priority: 30 })
      await queue.add('first', {}, { priority: 10 })
      await queue.add('second', {}, { priority: 20 })
      await queue.add('zeroth', {})
      await queue.add('before all', {}, { lifo: true })
      const waiting = await queue.getJobCounts('prioritized', 'delayed', 'waiting')
      await queue.resume()
      await completed
      return [waiting, ran]
    },
  )
}

/** A job is tried again after its backoff, until it succeeds or has no attempts left. */
export async function retries(place: Place): Promise<unknown> {
  const tries: unknown[] = []
  return withQueue(
    place,
    async (job) => {
      tries.push([job.name, job.attemptsMade])
      if (job.attemptsMade < job.data.failures) throw new Error(`try ${job.attemptsMade} of ${job.name}`)
      return 'done at last'
    },
    {},
    async (queue, events, worker) => {
      void worker.run()
      const failed = nextFew(events, 'failed', 1)
      const succeeded = nextFew(events, 'completed', 1)
      await queue.add('hopeless', { failures: 9 }, { attempts: 3, backoff: { type: 'exponential', delay: 20 } })
      const lost = await told(failed)
      await queue.add('stubborn', { failures: 2 }, { attempts: 3, backoff: { type: 'fixed', delay: 20 } })
      const won = await told(succeeded)
      const dead = await queue.getFailed()
      const retried = nextFew(events, 'completed', 1)
      await dead[0]!.updateData({ failures: 0 })
      await dead[0]!.retry()
      await retried
      return [
        tries,
        lost,
        won,
        dead.map((job) => [job.name, job.failedReason, job.attemptsMade, job.stacktrace?.length]),
      ]
    },
  )
}

/** A parent waits for all its children and has their results; one that fails fails its parent where it says so. */
export async function flows(place: Place): Promise<unknown> {
  const flow = new FlowProducer(options(place))
  const queue = new Queue('work', options(place))
  const events = new QueueEvents('work', options(place))
  const worker = new Worker(
    'work',
    async (job) => {
      if (job.name === 'breaks') throw new Error('broken')
      if (job.name !== 'sum') return job.data.number
      return Object.values(await job.getChildrenValues<number>()).reduce((sum, number) => sum + number, 0)
    },
    options(place),
  )
  await untilListening(place, 2)
  const done = nextFew(events, 'completed', 4)
  const { job: parent } = await flow.add({
    name: 'sum',
    queueName: 'work',
    children: [1, 20, 300].map((number) => ({ name: 'part', queueName: 'work', data: { number } })),
  })
  await done
  const sum = (await queue.getJob(parent.id!))!.returnvalue
  const failed = nextFew(events, 'failed', 2)
  await flow.add({
    name: 'never runs',
    queueName: 'work',
    children: [{ name: 'breaks', queueName: 'work', opts: { failParentOnFailure: true } }],
  })
  await failed
  const failures = (await queue.getFailed()).map((job) => job.name).sort()
  await Promise.all([worker.close(), flow.close(), events.close(), queue.close()])
  return [sum, failures]
}

/** So many jobs at once as the worker may have, and no more in a time than the limiter lets through. */
export async function limits(place: Place): Promise<unknown> {
  let running = 0
  let atOnce = 0
  const starts: number[] = []
  return withQueue(
    place,
    async () => {
      starts.push(Date.now())
      atOnce = Math.max(atOnce, ++running)
      await new Promise((resolve) => setTimeout(resolve, 30))
      running--
    },
    { concurrency: 3, limiter: { max: 3, duration: 500 } },
    async (queue, events, worker) => {
      await queue.addBulk(Array.from({ length: 6 }, (_, number) => ({ name: 'job', data: { number } })))
      const completed = nextFew(events, 'completed', 6)
      void worker.run()
      await completed
      return [atOnce, starts.length, starts[3]! - starts[0]! > 250]
    },
  )
}

/** What a worker had when it died is noticed when its lock is gone, and done by another. */
export async function stalled(place: Place): Promise<unknown> {
  const took: string[] = []
  const times = { lockDuration: 200, stalledInterval: 150 }
  return withQueue(
    place,
    async (job) => {
      took.push('the second')
      return job.data
    },
    times,
    async (queue, events, worker) => {
      const dying = new Worker(
        'work',
        () => {
          took.push('the first')
          return new Promise(() => undefined)
        },
        { ...options(place), ...times, lockRenewTime: 100_000 },
      )
      const active = nextFew(dying, 'active', 1)
      await queue.add('job', 'what it was given')
      await active
      await dying.close(true)
      const [noticed, completed] = [nextFew(events, 'stalled', 1), nextFew(events, 'completed', 1)]
      void worker.run()
      return [await told(noticed), await told(completed), took]
    },
  )
}

export async function refused(place: Place): Promise<unknown> {
  const queue = new Queue('work', options(place))
  const outcome = [
    await refusal(queue.add('job', {}, { jobId: 'a:b' })),
    await refusal(queue.upsertJobScheduler('nightly', { pattern: 'not a cron' })),
    await refusal(queue.add('job', {}, { delay: 10, parent: { id: 'missing', queue: 'bull:nowhere' } })),
    (await queue.add('job', {}, { deduplication: { id: 'once' } })).id,
    (await queue.add('job', {}, { deduplication: { id: 'once' } })).id,
  ]
  await queue.obliterate({ force: true })
  outcome.push(JSON.stringify(await queue.getJobCounts()))
  await queue.close()
  return outcome
}
