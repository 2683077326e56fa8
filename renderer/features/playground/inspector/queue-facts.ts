/** What a model knows of the jobs that somebody has in hand. */
import type { GroupModel, Model } from '../../../trace/model'

export interface HolderFacts {
  readonly actor: string
  readonly count: number
  /** When it took the one that it has had longest; -1 without any. */
  readonly oldestUs: number
  readonly state: 'open' | 'paused' | 'gone'
}

export interface HeldJob {
  readonly job: string
  readonly actor: string
  readonly takenUs: number
  readonly attempt: number
  readonly place: string
}

/** `billing-10` stands behind `billing-2`. */
const collator = new Intl.Collator('en', { numeric: true })

/** Everybody who takes from a queue, with what they have in hand; those who are gone only while they still have something. */
export function holdersOf(model: Model, group: GroupModel, queue: string): HolderFacts[] {
  const oldest = new Map<string, number>()
  for (const { actor, takenUs } of group.holders.values()) {
    oldest.set(actor, Math.min(oldest.get(actor) ?? Infinity, takenUs))
  }
  const names = new Set([...group.pending.keys()])
  for (const actor of model.actors.values()) {
    if (!actor.hasLeft && actor.bound.has(`take:${queue}`) && group.pending.size === 0) names.add(actor.name)
  }
  const inOrder = [...names].sort((a, b) => collator.compare(a, b))
  return inOrder.flatMap((name) => {
    const actor = model.actors.get(name)
    const count = group.pending.get(name) ?? 0
    const isGone = !actor || actor.hasLeft
    if (isGone && count === 0) return []
    const state = isGone ? 'gone' : actor.pausedUs >= 0 ? 'paused' : 'open'
    return [{ actor: name, count, oldestUs: oldest.get(name) ?? -1, state }]
  })
}

export function oldestPending({ holders }: GroupModel, max: number): HeldJob[] {
  const all = [...holders].map(([job, held]) => ({ job, ...held }))
  return all.sort((a, b) => a.takenUs - b.takenUs).slice(0, max)
}
