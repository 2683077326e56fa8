/** Roles around queues: who adds jobs, who takes them, and who helps. */
import { z } from 'zod'
import { handlerCode, resource } from './names'
import { burst, message, messages } from './payloads'
import { duration, latency, rate, saying } from './quantities'
import { consumerKeys, producerKeys } from './queue-keys'

export const share = z
  .number()
  .min(0, saying('is below 0', 'Write a share from 0 to 1.'))
  .max(1, saying('is above 1', 'Write a share from 0 to 1.'))
export const count = z.int().min(1).max(50).default(1)

/** Exactly one of the keys that name a queue. */
function oneQueue(kinds: readonly string[]) {
  return (actor: object, context: z.core.$RefinementCtx) => {
    const given = kinds.filter((kind) => (actor as Record<string, unknown>)[kind] !== undefined)
    if (given.length === 1) return
    const problem = given.length === 0 ? 'names no queue' : `names several queues (${given.join(', ')})`
    context.addIssue(saying(problem, `Give it one of: ${kinds.join(', ')}.`))
  }
}

/** Keys that mean something for one kind of queue only. */
function only(kind: string, keys: readonly string[]) {
  return (actor: object, context: z.core.$RefinementCtx) => {
    const values = actor as Record<string, unknown>
    if (values[kind] !== undefined) return
    for (const key of keys) {
      if (values[key] !== undefined) {
        context.addIssue(saying(`${key} belongs to a ${kind}`, `Remove ${key}:, or give it a ${kind}:.`))
      }
    }
  }
}

/** How many who add jobs there are, how often they do, and what the jobs say. */
export const adding = {
  count,
  rate: rate.optional(),
  message: message.default('job {{n}} of {{actor}}'),
  messages,
  times: z.int().min(1).optional(),
  burst,
}

export const producer = z
  .strictObject({
    role: z.literal('producer'),
    list: resource.optional(),
    delayed: resource.optional(),
    priority: resource.optional(),
    stream: resource.optional(),
    ...adding,
    /** When a delayed job is due. */
    delay: latency.optional(),
    /** How wrong the producer's clock is. */
    skew: duration.optional(),
    /** Given out in turn; the lowest is served first. */
    priorities: z.array(z.number()).min(1).max(100).optional(),
    /** How many entries a stream keeps, or for how long it keeps them. */
    maxlen: z.int().min(0).optional(),
    maxage: duration.optional(),
    /** Trims exactly, instead of where that is cheap. */
    exact: z.boolean().optional(),
  })
  .superRefine(oneQueue(['list', 'delayed', 'priority', 'stream']))
  .superRefine(only('delayed', producerKeys.delayed))
  .superRefine(only('priority', producerKeys.priority))
  .superRefine(only('stream', producerKeys.stream))

export const consumer = z
  .strictObject({
    role: z.literal('consumer'),
    list: resource.optional(),
    /** Several lists, in the order in which they are looked at. */
    lists: z.array(resource).min(1).max(20).optional(),
    priority: resource.optional(),
    stream: resource.optional(),
    count,
    work: latency.optional(),
    fail: share.default(0),
    poison: z.string().min(1).max(512).optional(),
    attempts: z.int().min(1).max(1000).optional(),
    backoff: duration.default(0),
    jitter: share.default(0),
    dead: resource.optional(),
    /** The sorted set where jobs wait to be tried again; the list's name and `:retry` unless given. */
    retry: resource.optional(),
    batch: z.int().min(1).max(1000).default(1),
    block: duration.default(5_000_000),
    /** How often it looks for what is due again and for what others left behind. */
    every: duration.default(1_000_000),
    /** `first` acknowledges before the work. */
    acknowledge: z.enum(['first', 'after']).default('after'),
    /** Keeps jobs in a list of its own until they are acknowledged. */
    reliable: z.boolean().optional(),
    /** JavaScript that does the work. */
    handler: handlerCode.optional(),
    /** For how long a reliable job is its consumer's. */
    lease: duration.optional(),
    /** Asks whether the lease is still its own before the work counts. */
    checked: z.boolean().optional(),
    group: z.string().min(1).max(200).optional(),
    /** Where a group begins that has to be made: at the stream's start or end, or behind an entry. */
    from: z
      .union([z.enum(['start', 'end']), z.string().regex(/^\d{1,20}(-\d{1,20})?$/)], {
        error: () =>
          saying('is no place in a stream', 'Write start, end, or the id of an entry, such as 1767225600000-0.'),
      })
      .optional(),
    noack: z.boolean().optional(),
    /** Takes over what nobody has acknowledged for so long. */
    claim: duration.optional(),
    /** Reads what it had not acknowledged itself, after a start. */
    resume: z.boolean().optional(),
    /** Writes a dead letter and acknowledges it in one step. */
    atomic: z.boolean().optional(),
  })
  .superRefine(oneQueue(['list', 'lists', 'priority', 'stream']))
  .superRefine(only('list', consumerKeys.list))
  .superRefine(only('stream', consumerKeys.stream))
  .superRefine((actor, context) => {
    if (actor.lease !== undefined && actor.reliable !== true) {
      context.addIssue(saying('has a lease for jobs that nobody keeps', 'Add reliable: true, or remove lease:.'))
    }
    if (actor.checked !== undefined && actor.lease === undefined) {
      context.addIssue(saying('checks a lease that it has not', 'Add lease: and a duration, or remove checked:.'))
    }
  })

const ways = {
  channel: resource.optional(),
  list: resource.optional(),
}

export const requester = z
  .strictObject({
    role: z.literal('requester'),
    ...ways,
    count,
    rate: rate.optional(),
    times: z.int().min(1).optional(),
    message: message.default('question {{n}} of {{actor}}'),
    /** How long it waits for an answer. */
    timeout: duration.default(1_000_000),
  })
  .superRefine(oneQueue(['channel', 'list']))

export const responder = z
  .strictObject({ role: z.literal('responder'), ...ways, count, work: latency.optional() })
  .superRefine(oneQueue(['channel', 'list']))

export const mover = z.strictObject({
  role: z.literal('mover'),
  from: resource,
  to: resource,
  count,
  every: duration.default(100_000),
  batch: z.int().min(1).max(10_000).default(100),
  /** Moves in one step, by a script; `false` uses a command for each. */
  atomic: z.boolean().default(true),
  skew: duration.default(0),
})

export const reclaimer = z.strictObject({
  role: z.literal('reclaimer'),
  list: resource,
  count,
  every: duration.default(1_000_000),
})
