/**
 * The delivery ledger: for every channel and actor, what became of the messages. A *delivery* is one message on its
 * way to one receiver, so a message to three subscribers is sent once and delivered three times.
 *
 *   expected = delivered + lost + inFlight
 *
 * Jobs are counted likewise, by queue; a stream's entry is a job for each of its groups. A job is delivered when it was
 * handled for the first time, and *moved* when it went on to another queue, a dead letter for one:
 *
 *   expected = delivered + moved + lost + inFlight
 */
import { countJob, jobTypes, noJobCounts, type JobCounts } from './job-ledger'
import type { EventType, TraceEvent } from './event-types'

export interface Counts {
  sent: number
  delivered: number
  lost: number
  inFlight: number
}

export interface Ledger {
  readonly total: Counts
  /** By channel, in bytes. */
  readonly channels: Map<string, Counts>
  /** By actor: what it sent, and what it was to receive. */
  readonly actors: Map<string, Counts>
  readonly jobs: {
    readonly total: JobCounts
    /** By queue, in bytes. */
    readonly queues: Map<string, JobCounts>
    /** By actor. */
    readonly actors: Map<string, JobCounts>
  }
}

export function createLedger(): Ledger {
  const jobs = { total: noJobCounts(), queues: new Map(), actors: new Map() }
  return { total: noCounts(), channels: new Map(), actors: new Map(), jobs }
}

/** The types that the ledger counts. */
export const ledgerTypes = [
  'message.published',
  'message.relayed',
  'message.delivered',
  'message.lost',
  ...jobTypes,
  'message.unseen',
] as const satisfies EventType[]

/** Counts one event into the ledger. Events that say nothing about messages change nothing. */
export function countEvent(ledger: Ledger, event: TraceEvent): void {
  switch (event.type) {
    case 'message.published': {
      for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) {
        counts.sent++
        counts.inFlight += event.receivers
      }
      countsOf(ledger.actors, event.actor).sent++
      return
    }
    case 'message.relayed': {
      for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) counts.inFlight += event.receivers
      return
    }
    case 'message.unseen': {
      for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) counts.inFlight -= event.receivers
      return
    }
    case 'message.delivered': {
      for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) {
        counts.delivered++
        counts.inFlight--
      }
      countsOf(ledger.actors, event.actor).delivered++
      return
    }
    case 'message.lost': {
      const wasInFlight = wasOnItsWay(event.why)
      for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) {
        counts.lost++
        if (wasInFlight) counts.inFlight--
      }
      if (event.actor !== '') countsOf(ledger.actors, event.actor).lost++
      return
    }
    default:
      countJob(ledger.jobs, event)
  }
}

/** Whether a message lost for this reason had left its node for that receiver: it was among the `receivers`. */
export function wasOnItsWay(why: string): boolean {
  return why === 'in-flight' || why === 'output-buffer'
}

export function countsOf(table: Map<string, Counts>, name: string): Counts {
  let counts = table.get(name)
  if (!counts) {
    counts = noCounts()
    table.set(name, counts)
  }
  return counts
}

export function noCounts(): Counts {
  return { sent: 0, delivered: 0, lost: 0, inFlight: 0 }
}
