/** What the form for actors around queues gives: a scenario's words, checked by the scenario's own schema. */
import { actorSchema } from '../../../../shared/scenario/actor-roles'

export const jobRoles = [
  'producer',
  'consumer',
  'mover',
  'reclaimer',
  'trigger',
  'bull-producer',
  'bull-worker',
] as const
export type JobRole = (typeof jobRoles)[number]

/** All fields of all roles, as they are typed. */
export interface JobForm {
  kind: 'list' | 'stream' | 'delayed' | 'priority'
  queue: string
  group: string
  count: number
  rate: number
  message: string
  work: string
  isReliable: boolean
  attempts: number
  concurrency: number
  lockDuration: string
  from: string
  to: string
  on: string
  act: string
}

export const newJobForm = (): JobForm => ({
  ...{ kind: 'list', queue: '', group: 'workers', count: 1, rate: 1, message: 'job {{n}}', work: '100ms' },
  ...{ attempts: 3, concurrency: 1, lockDuration: '30s' },
  ...{ isReliable: true, from: '', to: '', on: 'expired *', act: 'LPUSH reminders {{key}}' },
})

/** The fields that a role has, in the order of the form. */
export function fieldsOf(role: JobRole, { kind }: JobForm): readonly (keyof JobForm)[] {
  switch (role) {
    case 'producer':
      return ['kind', 'queue', 'rate', 'message']
    case 'consumer':
      return [
        ...(['kind', 'queue'] as const),
        ...(kind === 'stream' ? (['group'] as const) : kind === 'list' ? (['isReliable'] as const) : []),
        ...(['count', 'work'] as const),
      ]
    case 'mover':
      return ['from', 'to']
    case 'reclaimer':
      return ['queue']
    case 'trigger':
      return ['on', 'act']
    case 'bull-producer':
      return ['queue', 'rate', 'message', 'attempts']
    case 'bull-worker':
      return ['queue', 'count', 'concurrency', 'work', 'lockDuration']
  }
}

/** The queues that a role can have to do with: nobody takes from a delayed queue but a mover. */
export function kindsOf(role: JobRole): readonly JobForm['kind'][] {
  return role === 'producer' ? ['list', 'stream', 'delayed', 'priority'] : ['list', 'stream', 'priority']
}

export function specOf(role: JobRole, form: JobForm): Record<string, unknown> {
  const { kind, queue, group, count, rate, message, work, isReliable, from, to, on, act } = form
  const { attempts, concurrency, lockDuration } = form
  switch (role) {
    case 'producer':
      return { role, [kind]: queue, ...(rate > 0 ? { rate: `${rate}/s` } : {}), message }
    case 'consumer':
      return {
        ...{ role, [kind]: queue, count, work },
        ...(kind === 'stream' ? { group } : kind === 'list' && isReliable ? { reliable: true } : {}),
      }
    case 'mover':
      return { role, from, to }
    case 'reclaimer':
      return { role, list: queue }
    case 'trigger':
      return { role, on, do: act }
    case 'bull-producer':
      return { role, queue, ...(rate > 0 ? { rate: `${rate}/s` } : {}), message, attempts }
    case 'bull-worker':
      return { role, queue, count, concurrency, work, lockDuration }
  }
}

/** What is wrong, by field of the form; nothing where the scenario's schema takes it. */
export function problemsOf(role: JobRole, form: JobForm): ReadonlyMap<keyof JobForm, string> {
  const checked = actorSchema.safeParse(specOf(role, form))
  const problems = new Map<keyof JobForm, string>()
  if (checked.success) return problems
  for (const { path, message } of checked.error.issues) {
    const field = fieldAt(String(path[0] ?? ''))
    if (!problems.has(field)) problems.set(field, message)
  }
  return problems
}

const renamed: Readonly<Record<string, keyof JobForm>> = {
  ...{ list: 'queue', stream: 'queue', delayed: 'queue', priority: 'queue' },
  ...{ do: 'act', reliable: 'isReliable' },
}

function fieldAt(key: string): keyof JobForm {
  return renamed[key] ?? (key === '' ? 'queue' : (key as keyof JobForm))
}
