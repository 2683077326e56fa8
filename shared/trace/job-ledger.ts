/** What became of jobs, by queue and by actor. See ledger.ts for the words. */
import type { EventType, TraceEvent } from './event-types'

export interface JobCounts {
  /** Jobs that the server has confirmed. */
  sent: number
  /** How many were to be handled: a stream's entry counts once for each of its groups. */
  expected: number
  delivered: number
  moved: number
  lost: number
  inFlight: number
  taken: number
  /** Work done, the second time included. */
  handled: number
  acknowledged: number
  failures: number
  retried: number
  claimed: number
  deadlettered: number
  duplicated: number
  refused: number
  outOfOrder: number
}

export interface JobLedger {
  readonly total: JobCounts
  readonly queues: Map<string, JobCounts>
  readonly actors: Map<string, JobCounts>
}

export const jobTypes = [
  'group.joined',
  'job.added',
  'job.refused',
  'job.moved',
  'job.taken',
  'job.handled',
  'job.acknowledged',
  'job.failed',
  'job.retried',
  'job.claimed',
  'job.deadlettered',
  'job.lost',
  'job.found',
  'job.duplicated',
] as const satisfies EventType[]

export function noJobCounts(): JobCounts {
  return {
    sent: 0,
    expected: 0,
    delivered: 0,
    moved: 0,
    lost: 0,
    inFlight: 0,
    taken: 0,
    handled: 0,
    acknowledged: 0,
    failures: 0,
    retried: 0,
    claimed: 0,
    deadlettered: 0,
    duplicated: 0,
    refused: 0,
    outOfOrder: 0,
  }
}

/** Counts one event. Events that say nothing about jobs change nothing. */
export function countJob(ledger: JobLedger, event: TraceEvent): void {
  switch (event.type) {
    case 'group.joined':
      return count(ledger, event, (counts) => expect(counts, event.backlog))
    case 'job.added':
      return count(ledger, event, (counts) => {
        counts.sent++
        expect(counts, event.copies)
      })
    case 'job.refused':
      return count(ledger, event, (counts) => counts.refused++)
    case 'job.taken':
      return count(ledger, event, (counts) => {
        counts.taken++
        counts.outOfOrder += event.overtaken
      })
    case 'job.handled':
      return count(ledger, event, (counts) => {
        counts.handled++
        counts.delivered += event.open
        counts.inFlight -= event.open
      })
    case 'job.acknowledged':
      return count(ledger, event, (counts) => counts.acknowledged++)
    case 'job.failed':
      return count(ledger, event, (counts) => counts.failures++)
    case 'job.retried':
      return count(ledger, event, (counts) => counts.retried++)
    case 'job.claimed':
      return count(ledger, event, (counts) => counts.claimed++)
    case 'job.duplicated':
      return count(ledger, event, (counts) => counts.duplicated++)
    case 'job.lost':
      return count(ledger, event, (counts) => {
        counts.lost++
        counts.inFlight--
      })
    case 'job.found':
      return count(ledger, event, (counts) => {
        counts.lost--
        counts.inFlight++
      })
    case 'job.moved':
    case 'job.deadlettered':
      count(ledger, event, (counts) => {
        counts.moved += event.open
        counts.inFlight -= event.open
        if (event.type === 'job.deadlettered') counts.deadlettered++
      })
      for (const counts of [ledger.total, jobCountsOf(ledger.queues, event.to)]) {
        if (event.copies > 0) counts.sent++
        expect(counts, event.copies)
      }
  }
}

export function jobCountsOf(table: Map<string, JobCounts>, name: string): JobCounts {
  let counts = table.get(name)
  if (!counts) table.set(name, (counts = noJobCounts()))
  return counts
}

function expect(counts: JobCounts, copies: number): void {
  counts.expected += copies
  counts.inFlight += copies
}

function count(
  { total, queues, actors }: JobLedger,
  { resource, actor }: { readonly resource: string; readonly actor: string },
  change: (counts: JobCounts) => void,
): void {
  change(total)
  change(jobCountsOf(queues, resource))
  if (actor !== '') change(jobCountsOf(actors, actor))
}
