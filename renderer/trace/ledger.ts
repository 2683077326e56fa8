/**
 * The delivery ledger: what was sent, what of it arrived, what was lost and what is still on its way. A pure fold over
 * the trace; the same counts for the whole run, for each channel and for each actor.
 */
import type { LossReason, TraceEvent } from '../../shared/trace/event-types'

export interface Counts {
  /** Messages published. */
  sent: number
  /** Copies that nodes handed to subscribers: a message to three subscribers counts three. */
  receivers: number
  delivered: number
  lost: number
  /** Copies on their way: handed over, neither arrived nor lost. */
  inFlight: number
}

export interface Ledger {
  readonly total: Counts
  readonly channels: Map<string, Counts>
  readonly actors: Map<string, Counts>
}

/** Losses of copies that a node had already counted as receivers; the others were never under way. */
const afterSending: ReadonlySet<string> = new Set<LossReason>(['output-buffer', 'partition', 'failover'])

export function newCounts(): Counts {
  return { sent: 0, receivers: 0, delivered: 0, lost: 0, inFlight: 0 }
}

export function newLedger(): Ledger {
  return { total: newCounts(), channels: new Map(), actors: new Map() }
}

export function ledgerOf(events: Iterable<TraceEvent>): Ledger {
  const ledger = newLedger()
  for (const event of events) applyToLedger(ledger, event)
  return ledger
}

/** An actor's `sent` and `receivers` are of what it published; `delivered` and `lost` of what was meant for it. */
export function applyToLedger(ledger: Ledger, event: TraceEvent): void {
  if (event.type === 'message.published') {
    const actor = countsOf(ledger.actors, event.actor)
    for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) {
      counts.sent++
      counts.receivers += event.receivers
      counts.inFlight += event.receivers
    }
    actor.sent++
    actor.receivers += event.receivers
  } else if (event.type === 'message.delivered') {
    for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) {
      counts.delivered++
      if (counts.inFlight > 0) counts.inFlight--
    }
    countsOf(ledger.actors, event.actor).delivered++
  } else if (event.type === 'message.lost') {
    for (const counts of [ledger.total, countsOf(ledger.channels, event.channel)]) {
      counts.lost++
      if (afterSending.has(event.why) && counts.inFlight > 0) counts.inFlight--
    }
    if (event.actor) countsOf(ledger.actors, event.actor).lost++
  }
}

export function countsOf(table: Map<string, Counts>, name: string): Counts {
  let counts = table.get(name)
  if (!counts) table.set(name, (counts = newCounts()))
  return counts
}
