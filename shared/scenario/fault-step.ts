/**
 * A step's fault, as a scenario writes it: one verb with its targets, what belongs to the verb, and how long.
 *
 *   fault: { cut: primary-of(orders:{eu}), from: its-replicas, for: 5s }
 *
 * Targets are names of nodes and actors, or words that are looked up when the step is played: `primary-of(KEY)`,
 * `replicas-of(KEY)`, `its-replicas`, `its-primary`, `all-nodes`, `the-others`.
 */
import { z } from 'zod'

const saying = (problem: string, fix: string) => `${problem} | ${fix}`

const target = z.string().min(1, saying('is empty', 'Name a node, an actor, or write primary-of(KEY).')).max(600)
const targets = z.union([z.array(target).min(1), target.transform((one) => [one])])

/** Each verb with what it needs and may have beside `for`. */
const verbs: Readonly<Record<string, { readonly needs: readonly string[]; readonly takes: readonly string[] }>> = {
  kill: { needs: [], takes: [] },
  power: { needs: [], takes: [] },
  stop: { needs: [], takes: [] },
  pause: { needs: [], takes: [] },
  cut: { needs: ['from'], takes: ['one-way'] },
  delay: { needs: ['from'], takes: ['by', 'jitter', 'bandwidth', 'one-way'] },
  drop: { needs: ['from'], takes: [] },
  hold: { needs: ['from'], takes: [] },
  lose: { needs: ['from'], takes: [] },
  duplicate: { needs: ['from'], takes: [] },
  reorder: { needs: ['from'], takes: [] },
  partition: { needs: [], takes: [] },
  'fill-disk': { needs: [], takes: [] },
  'slow-disk': { needs: ['by'], takes: [] },
  'jump-clock': { needs: ['by'], takes: [] },
  drift: { needs: ['ppm'], takes: [] },
}

/** Makes the schema; durations are read by the scenario's own reader of quantities. */
export function faultStep(duration: z.ZodType<number>) {
  /** A clock may go back: `-5s`. */
  const span = z.unknown().transform((value, context): number => {
    const isBack = typeof value === 'string' && value.startsWith('-')
    const read = duration.safeParse(isBack ? value.slice(1) : value)
    if (read.success) return isBack ? -read.data : read.data
    for (const { message } of read.error.issues) context.addIssue(message)
    return z.NEVER
  })
  return z
    .strictObject({
      kill: targets.optional(),
      power: targets.optional(),
      stop: targets.optional(),
      pause: targets.optional(),
      cut: targets.optional(),
      delay: targets.optional(),
      drop: targets.optional(),
      /** What is done to the next flight that comes from somewhere to the target. */
      hold: targets.optional(),
      lose: targets.optional(),
      duplicate: targets.optional(),
      reorder: targets.optional(),
      partition: z.array(targets).min(2, saying('has one side only', 'Write two lists or more.')).optional(),
      'fill-disk': targets.optional(),
      'slow-disk': targets.optional(),
      'jump-clock': targets.optional(),
      drift: targets.optional(),
      from: targets.optional(),
      by: span.optional(),
      jitter: duration.optional(),
      /** Bytes a second. */
      bandwidth: z.number().min(1).optional(),
      'one-way': z.boolean().optional(),
      ppm: z.number().optional(),
      for: duration.optional(),
    })
    .superRefine((fault, context) => {
      const given = Object.keys(fault).filter((key) => (fault as Record<string, unknown>)[key] !== undefined)
      const used = given.filter((key) => key in verbs)
      if (used.length !== 1) {
        const problem = used.length === 0 ? 'does nothing' : `does several things at once (${used.join(', ')})`
        context.addIssue(saying(problem, `Write one of: ${Object.keys(verbs).join(', ')}.`))
        return
      }
      const verb = used[0]!
      const { needs, takes } = verbs[verb]!
      for (const need of needs) {
        if (!given.includes(need)) context.addIssue(saying(`${verb} does not say ${need}`, `Add ${need}:.`))
      }
      for (const key of given) {
        if (key === verb || key === 'for' || needs.includes(key) || takes.includes(key)) continue
        context.addIssue(saying(`${verb} has nothing to do with ${key}`, `Remove ${key}:.`))
      }
    })
}
export type FaultStep = z.output<ReturnType<typeof faultStep>>
