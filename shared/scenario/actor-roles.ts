/** Who may take part in a scenario, and what each role is told. */
import { z } from 'zod'
import { bullProducer, bullWorker } from './bull-roles'
import { resource, resources } from './names'
import { burst, message, messages } from './payloads'
import { latency, rate, saying } from './quantities'
import { consumer, mover, producer, reclaimer, requester, responder } from './queue-roles'
import { trigger } from './trigger-role'

const publisher = z.strictObject({
  role: z.literal('publisher'),
  channel: resource,
  /** Publishes with SPUBLISH, to those who listen to the channel's shard. */
  sharded: z.boolean().default(false),
  rate: rate.optional(),
  message: message.default('message {{n}} of {{actor}}'),
  messages,
  /** How many it sends by itself before it falls silent. */
  times: z.int().min(1).optional(),
  burst,
})
const subscriber = z
  .strictObject({
    role: z.literal('subscriber'),
    channels: resources,
    patterns: resources,
    sharded: resources,
    /** How long it has to do with each message; it reads nothing meanwhile. */
    work: latency.optional(),
  })
  .refine(
    (actor) => actor.channels.length + actor.patterns.length + actor.sharded.length > 0,
    saying('listens to nothing', 'Give it channels or patterns.'),
  )

const client = z
  .strictObject({
    role: z.literal('client'),
    /** Sent again and again; `{{n}}` counts from 1. */
    command: z.string().min(1).max(100_000).optional(),
    rate: rate.optional(),
    times: z.int().min(1).optional(),
  })
  .refine(
    (actor) => (actor.command === undefined) === (actor.rate === undefined),
    saying('has a command without a rate, or a rate without a command', 'Give it both, or neither.'),
  )

const roles = [
  publisher,
  subscriber,
  client,
  producer,
  consumer,
  mover,
  reclaimer,
  requester,
  responder,
  trigger,
  bullProducer,
  bullWorker,
] as const

export const actorSchema = z.discriminatedUnion('role', roles, {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? saying(
          'has no known role',
          'Write role: publisher, subscriber, client, producer, consumer, mover, reclaimer, requester, responder, trigger, bull-producer or bull-worker.',
        )
      : undefined,
})
export type ActorSpec = z.output<typeof actorSchema>

/** The names of the actors that one entry stands for: itself, or `packer-1`, `packer-2`, ... where it says how many. */
export function membersOf(name: string, spec: ActorSpec): readonly string[] {
  const count = 'count' in spec ? spec.count : 1
  return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`)
}
