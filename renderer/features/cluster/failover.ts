/** The last failover as the steps of a strip, with the time that each took: from the fault to the promotion. */
import type { EventType, TraceEvent } from '../../../shared/trace/event-types'
import { isFault, liesOn } from '../../trace/incidents'
import { startOf } from './story'

export const failoverSteps = ['fault', 'suspected', 'failed', 'election', 'votes', 'promoted'] as const
export type FailoverStepName = (typeof failoverSteps)[number]

export interface FailoverStep {
  readonly name: FailoverStepName
  /** 0 and -1 for what has not happened. */
  readonly seq: number
  readonly t: number
  readonly type: EventType
}

export interface Failover {
  /** Who is being replaced. */
  readonly about: string
  readonly candidate: string
  readonly steps: readonly FailoverStep[]
  readonly votes: number
  readonly needed: number
  /** Of the wait before the election: fixed and drawn. */
  readonly wait: { readonly fixedMs: number; readonly randomMs: number; readonly rank: number } | null
  /** The election was given up. */
  readonly lostWhy: string
}

const unmet: Readonly<Record<FailoverStepName, EventType>> = {
  fault: 'node.killed',
  suspected: 'node.suspected',
  failed: 'node.failed',
  election: 'election.started',
  votes: 'vote.counted',
  promoted: 'node.promoted',
}

/** Null while nobody suspects anybody since the last fault. */
export function failoverOf(incidents: readonly TraceEvent[]): Failover | null {
  const begin = startOf(incidents)
  if (begin < 0) return null
  const since = incidents.slice(begin)
  const promoted = since.find((event) => event.type === 'node.promoted')
  const failed = since.find((event) => event.type === 'node.failed')
  const about =
    (promoted?.type === 'node.promoted' && promoted.inPlaceOf) ||
    (failed?.type === 'node.failed' ? failed.about : suspectOf(since))
  if (about === '') return null
  const met = new Map<FailoverStepName, TraceEvent>()
  const meet = (name: FailoverStepName, event: TraceEvent) => void (met.has(name) || met.set(name, event))
  let [candidate, votes, needed, lostWhy] = ['', 0, 0, '']
  let wait: Failover['wait'] = null
  for (const event of since) {
    if (isFault(event) && !met.has('suspected') && liesOn(event, about)) met.set('fault', event)
    switch (event.type) {
      case 'node.suspected':
        if (event.about === about) meet('suspected', event)
        break
      case 'node.failed':
        if (event.about === about) meet('failed', event)
        break
      case 'election.scheduled':
        wait = { fixedMs: event.fixedMs, randomMs: event.randomMs, rank: event.rank }
        break
      case 'election.started':
        if (met.has('promoted')) break
        // A second attempt starts over.
        met.set('election', event)
        met.delete('votes')
        ;[candidate, votes, needed, lostWhy] = [event.node, 0, event.needed, '']
        break
      case 'vote.counted':
        if (met.has('promoted') || event.node !== candidate) break
        votes = event.votes
        needed = event.needed
        if (votes >= needed) meet('votes', event)
        break
      case 'election.lost':
        if (!met.has('promoted')) lostWhy = event.why
        break
      case 'node.promoted':
        if (met.has('suspected')) meet('promoted', event)
        candidate ||= event.node
    }
  }
  if (!met.has('fault')) met.set('fault', since[0]!)
  const steps = failoverSteps.map((name) => {
    const event = met.get(name)
    return { name, seq: event?.seq ?? 0, t: event?.t ?? -1, type: event?.type ?? unmet[name] }
  })
  // Where it was done another way than by votes, steps that were never taken are none.
  const taken = met.has('promoted') ? steps.filter(({ t }) => t >= 0) : steps
  return { about, candidate, steps: taken, votes, needed, wait, lostWhy }
}

/** Whom somebody suspects and nobody has cleared since. */
function suspectOf(since: readonly TraceEvent[]): string {
  const suspects = new Set<string>()
  for (const event of since) {
    if (event.type === 'node.suspected') suspects.add(event.about)
    else if (event.type === 'node.cleared') suspects.delete(event.about)
  }
  return [...suspects][0] ?? ''
}
