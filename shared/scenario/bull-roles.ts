/** Roles around a queue of BullMQ, with its own names for what is its own. */
import { z } from 'zod'
import { handlerCode } from './names'
import { duration, latency, saying } from './quantities'
import { adding, count, share } from './queue-roles'

/** BullMQ takes the colon for itself. In a cluster the name needs a hash tag, since all keys of a queue share a slot. */
const queue = z
  .string()
  .min(1, saying('is empty', 'Write a name.'))
  .max(200)
  .refine((name) => !name.includes(':'), saying('has a colon in it', 'BullMQ allows none; write "-" or "_" instead.'))

const milliseconds = duration.refine(
  (us) => us >= 1000 && us % 1000 === 0,
  saying('is not a whole number of milliseconds', 'BullMQ counts in milliseconds; write for example 500ms.'),
)

const backoff = z.strictObject({
  /** `exponential` doubles with each attempt. */
  type: z.enum(['fixed', 'exponential']).default('exponential'),
  /** Before the second attempt. */
  delay: milliseconds,
  /** How much of the wait is left to chance. */
  jitter: share.default(0),
})

export const bullProducer = z
  .strictObject({
    role: z.literal('bull-producer'),
    queue,
    ...adding,
    /** How often a job is tried in all. */
    attempts: z.int().min(1).max(1000).default(1),
    backoff: backoff.optional(),
    /** Before a job may be taken for the first time. */
    delay: latency.optional(),
    /** Given out in turn; the lowest is served first, and 0 has none and comes before all. */
    priorities: z.array(z.int().min(0).max(2_097_152)).min(1).max(100).optional(),
  })
  .superRefine((actor, context) => {
    if (actor.backoff === undefined || actor.attempts > 1) return
    context.addIssue(saying('has a backoff for jobs that are tried once', 'Add attempts:, or remove backoff:.'))
  })

export const bullWorker = z
  .strictObject({
    role: z.literal('bull-worker'),
    queue,
    count,
    /** How many jobs it has in hand at once. */
    concurrency: z.int().min(1).max(100).default(1),
    work: latency.optional(),
    fail: share.default(0),
    poison: z.string().min(1).max(512).optional(),
    handler: handlerCode.optional(),
    /** For how long a job is its worker's, who renews that in half the time. */
    lockDuration: milliseconds.default(30_000_000),
    /** How often it looks for jobs whose lock has run out. */
    stalledInterval: milliseconds.default(30_000_000),
    /** How often a job may be left behind before it fails for good. */
    maxStalledCount: z.int().min(0).max(1000).default(1),
  })
  .superRefine((actor, context) => {
    if (actor.handler === undefined || actor.concurrency === 1) return
    context.addIssue(
      saying('has a handler for several jobs at once', 'A handler has one job at a time: remove concurrency:.'),
    )
  })
