/** BullMQ over hours: programs for virtual time alone. */
import { Queue, QueueEvents, Worker } from 'bullmq'
import type { Place } from '../client-program'

const HOUR_MS = 3_600_000

/** Jobs that come every minute and by a cron pattern, over an hour: when each ran, in ms since the start. */
export async function hourOfRepeats(place: Place): Promise<unknown> {
  const { host, port, protocol } = place
  const options = { connection: { host, port, protocol, maxRetriesPerRequest: null } }
  const startedMs = Date.now()
  const ran: [string, number][] = []
  const queue = new Queue('clock', { ...options, defaultJobOptions: { removeOnComplete: true } })
  const worker = new Worker('clock', async (job) => ran.push([job.name, Date.now() - startedMs]), options)
  await worker.waitUntilReady()
  await queue.upsertJobScheduler('minutely', { every: 60_000 }, { name: 'minute' })
  await queue.upsertJobScheduler('by-cron', { pattern: '0 */10 * * * *', tz: 'UTC' }, { name: 'cron' })
  await new Promise((resolve) => setTimeout(resolve, HOUR_MS - 1000))
  const schedulers = (await queue.getJobSchedulers()).map(({ key, next }) => [key, next! - startedMs])
  await Promise.all([worker.close(), queue.close()])
  return { ran, schedulers: schedulers.sort() }
}

/** A job that fails is tried again after 1, 2, 4 and 8 minutes, and a limited queue has ten jobs an hour. */
export async function patience(place: Place): Promise<unknown> {
  const { host, port, protocol } = place
  const options = { connection: { host, port, protocol, maxRetriesPerRequest: null } }
  const tries: number[] = []
  const queue = new Queue('slow', options)
  const events = new QueueEvents('slow', options)
  await events.waitUntilReady()
  const worker = new Worker(
    'slow',
    async () => {
      tries.push(Date.now())
      throw new Error('not yet')
    },
    options,
  )
  await queue.add('job', {}, { attempts: 5, backoff: { type: 'exponential', delay: 60_000 } })
  await new Promise((resolve) => events.once('failed', resolve))
  await Promise.all([worker.close(), events.close(), queue.close()])
  return tries.slice(1).map((at, index) => at - tries[index]!)
}
