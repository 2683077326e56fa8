/**
 * The scenario file's one definition (docs/scenario-format.md). Quantities come out of it in our units, and every
 * complaint ends in " | " and what to write instead, which the reader splits off.
 */
import { z } from 'zod'
import { ExpressionError, parseExpression, namesIn } from '../expression'
import { faultStep } from './fault-step'
import { actorSchema, membersOf } from './actor-roles'
import { name, resource, resources } from './names'
import { duration, latency, saying } from './quantities'

/**
 * What expectations may ask of the ledger; each takes an actor, a channel or a queue in parentheses, or nothing for all.
 */
export const ledgerNames = ['sent', 'delivered', 'lost', 'in_flight', 'out_of_order', 'connected', 'listening'] as const

/** The same for jobs alone. */
export const jobNames = [
  'taken',
  'handled',
  'handled_twice',
  'acknowledged',
  'failures',
  'retried',
  'claimed',
  'deadlettered',
  'moved',
  'refused',
] as const

/** What they may ask of commands (by actor), nodes and keys. */
export const factNames = [
  'answered',
  'failed',
  'redirected',
  'promoted',
  'killed',
  'writes_lost',
  'cluster_state',
  'primaries',
  'running',
  'value',
] as const

/** Words that some of these are compared with. */
const words = ['ok', 'fail']
const expressionNames: readonly string[] = [...ledgerNames, ...jobNames, ...factNames, ...words]

const expression = z
  .string(saying('is not an expression', 'Write a comparison, such as lost >= 1.'))
  .superRefine((text, context) => {
    try {
      for (const { name } of namesIn(parseExpression(text))) {
        if (!expressionNames.includes(name)) {
          context.addIssue(
            saying(`"${name}" is not known in expressions`, `Use one of: ${expressionNames.join(', ')}.`),
          )
        }
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      context.addIssue(
        saying(`${error.message} (at character ${error.column})`, 'Write a comparison, such as lost >= 1.'),
      )
    }
  })

const machines = z.union([
  z.array(z.string().min(1)).min(1),
  z
    .string()
    .min(1)
    .transform((one) => [one]),
])
const names = z.union([z.array(name).nonempty(), name.transform((one) => [one] as [string])])
const binding = z.strictObject({ as: name, channels: resources, patterns: resources })

const stepSchema = z
  .strictObject({
    at: duration.optional(),
    after: duration.optional(),
    say: z.string().max(10_000).optional(),
    start: names.optional(),
    stop: names.optional(),
    connect: names.optional(),
    disconnect: names.optional(),
    subscribe: binding.optional(),
    unsubscribe: binding.optional(),
    publish: z.strictObject({ as: name, channel: resource, message: z.string().max(100_000) }).optional(),
    /** One job more, by a producer. */
    add: z.strictObject({ as: name, message: z.string().max(100_000) }).optional(),
    send: z.string().min(1).optional(),
    as: name.optional(),
    fault: faultStep(duration).optional(),
    heal: z.literal('all', saying('heals nothing', 'Write heal: all.')).optional(),
    /** One more node: a primary without slots, or a replica. */
    'add-node': z.strictObject({ 'replica-of': z.string().min(1).optional() }).optional(),
    /** One more Sentinel, which watches the primary with the others. */
    'add-sentinel': z.strictObject({}).optional(),
    'remove-node': z.string().min(1).optional(),
    /** The slot of a key, ranges of slots, or so many of a node's. */
    'move-slots': z
      .strictObject({
        of: z.string().min(1).optional(),
        slots: z.array(z.tuple([z.int().min(0).max(16_383), z.int().min(0).max(16_383)])).optional(),
        to: z.string().min(1),
      })
      .refine(
        (move) => (move.of === undefined) !== (move.slots === undefined),
        saying('does not say which slots, or says it twice', 'Write of: and a key, or slots: [[0, 99]].'),
      )
      .optional(),
    rebalance: z.literal('slots', saying('rebalances nothing', 'Write rebalance: slots.')).optional(),
    failover: z
      .strictObject({ to: z.string().min(1), how: z.enum(['default', 'force', 'takeover']).default('default') })
      .optional(),
    'rolling-restart': z.literal('all', saying('restarts nothing', 'Write rolling-restart: all.')).optional(),
    /** Starts nodes that have ended, and lets paused ones go on. */
    restart: machines.optional(),
    expect: expression.optional(),
    until: expression.optional(),
    within: duration.optional(),
  })
  .superRefine((step, context) => {
    if (step.at !== undefined && step.after !== undefined) {
      context.addIssue(saying('has both at and after', 'Keep one of them.'))
    }
    if (step.send !== undefined && step.as === undefined) {
      context.addIssue(saying('does not say who sends', 'Add as: and an actor.'))
    }
    if (step.expect !== undefined && step.until !== undefined) {
      context.addIssue(saying('has both expect and until', 'Make it two steps.'))
    }
    if (step.until !== undefined && step.within === undefined) {
      context.addIssue(saying('may wait for ever', 'Add within: and a duration.'))
    }
    if (actionsOf(step).length > 1) {
      context.addIssue(saying(`has more than one action (${actionsOf(step).join(', ')})`, 'Make it one step for each.'))
    }
  })
export type { ActorSpec } from './actor-roles'
export type Step = z.output<typeof stepSchema>

export const actionNames = [
  'start',
  'stop',
  'connect',
  'disconnect',
  'subscribe',
  'unsubscribe',
  'publish',
  'add',
  'send',
  'fault',
  'heal',
  'restart',
  'add-node',
  'add-sentinel',
  'remove-node',
  'move-slots',
  'rebalance',
  'failover',
  'rolling-restart',
] as const

function actionsOf(step: object): string[] {
  return actionNames.filter((action) => (step as Record<string, unknown>)[action] !== undefined)
}

const comparison = z.union(
  [z.number(), z.string()],
  saying('is not a comparison', 'Write a number, or a comparison such as ">= 1".'),
)

const common = {
  latency: latency.optional(),
  /** Parameters of redis.conf for all nodes. */
  config: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({}),
}
const count = (what: string, min: number, max: number) =>
  z
    .int(saying('is not a whole number', `Write how many ${what} there are.`))
    .min(min, saying(`is too few ${what}`, `Write ${min} or more.`))
    .max(max, saying(`is too many ${what}`, `Write ${max} or fewer.`))
const standalone = z.strictObject({ topology: z.literal('standalone').default('standalone'), ...common })
const replicated = z.strictObject({
  topology: z.literal('replicated'),
  replicas: count('replicas', 0, 100).default(2),
  sentinels: count('Sentinels', 0, 15).default(3),
  ...common,
})
const cluster = z.strictObject({
  topology: z.literal('cluster'),
  primaries: count('primaries', 1, 1000).default(3),
  /** Of each primary. */
  replicas: count('replicas', 0, 10).default(1),
  /** False leaves nodes that do not know each other, for whoever wants to see a cluster form. */
  formed: z.boolean().default(true),
  ...common,
})
export type Deployment = z.output<typeof standalone> | z.output<typeof replicated> | z.output<typeof cluster>

export const scenarioSchema = z
  .strictObject({
    eventyard: z.literal(1, saying('is not a version that this Eventyard reads', 'Write eventyard: 1.')),
    name: z.string().min(1).max(200),
    about: z.string().max(10_000).default(''),
    tags: z.array(z.string().max(50)).max(20).default([]),
    seed: z.int().min(0).max(0xffffffff).default(1),
    deployment: z
      .discriminatedUnion('topology', [standalone, replicated, cluster], {
        error: (issue) =>
          issue.code === 'invalid_union'
            ? saying('has no known topology', 'Write topology: standalone, replicated or cluster.')
            : undefined,
      })
      .default({ topology: 'standalone', config: {} }),
    actors: z
      .record(name, actorSchema)
      .refine((actors) => Object.keys(actors).length <= 200, saying('has more than 200 actors', 'Remove some.')),
    steps: z.array(stepSchema).min(1, saying('has no step', 'Add one, such as - { at: 0s, start: all }.')).max(10_000),
    /** A ledger name, or a call of one, and what it must be at the end. */
    expect: z.record(z.string(), comparison).default({}),
  })
  .superRefine((scenario, context) => {
    const known = Object.entries(scenario.actors).flatMap(([name, spec]) => [name, ...membersOf(name, spec)])
    const check = (actor: string | undefined, path: PropertyKey[]) => {
      if (actor === undefined || known.includes(actor) || (actor === 'all' && path.length < 4 && path[2] !== 'as')) {
        return
      }
      context.addIssue({
        code: 'custom',
        path,
        message: saying(`there is no actor "${actor}"`, `Use one of: ${known.join(', ')}.`),
      })
    }
    scenario.steps.forEach((step, index) => {
      for (const action of ['start', 'stop', 'connect', 'disconnect'] as const) {
        for (const actor of step[action] ?? []) check(actor, ['steps', index, action])
      }
      check(step.as, ['steps', index, 'as'])
      for (const action of ['subscribe', 'unsubscribe', 'publish', 'add'] as const) {
        check(step[action]?.as, ['steps', index, action, 'as'])
      }
    })
    for (const key of Object.keys(scenario.expect)) {
      const checked = expression.safeParse(expectationText(key, scenario.expect[key]!))
      if (!checked.success) {
        context.addIssue({ code: 'custom', path: ['expect', key], message: checked.error.issues[0]!.message })
      }
    }
  })
export type Scenario = z.output<typeof scenarioSchema>

/** `lost: ">= 1"` and `promoted: 1` as expressions: `lost >= 1`, `promoted = 1`. */
export function expectationText(key: string, value: string | number): string {
  return typeof value === 'number' || !/^\s*(?:[<>]=?|!=|==?)/.test(value)
    ? `${key} = ${value}`
    : `${key} ${value.trim()}`
}
