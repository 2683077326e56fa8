/**
 * What happens to a deployment, kept apart from the stream of commands and messages: faults, suspicions, elections, moved
 * slots, lost writes. There are few of them in a run, so all that the Cluster view tells can be made from them each time.
 */
import type { EventType, TraceEvent } from '../../shared/trace/event-types'

/** Events that are done to a deployment rather than by it: with them a story begins. */
const faultTypes: ReadonlySet<EventType> = new Set<EventType>([
  'node.killed',
  'node.paused',
  'link.cut',
  'link.delayed',
  'link.dropped',
  'link.tricked',
  'partition.made',
  'clock.jumped',
  'clock.drifting',
  'disk.full',
  'disk.slow',
])

const otherTypes: ReadonlySet<EventType> = new Set<EventType>([
  'node.started',
  'node.resumed',
  'node.promoted',
  'node.demoted',
  'node.suspected',
  'node.failed',
  'node.cleared',
  'node.state',
  'node.added',
  'node.removed',
  'link.healed',
  'partition.healed',
  'disk.ok',
  'election.scheduled',
  'election.started',
  'vote.granted',
  'vote.denied',
  'vote.counted',
  'election.won',
  'election.lost',
  'slots.moved',
  'slots.migrating',
  'epoch.bumped',
  'replication.full',
  'replication.partial',
  'replication.up',
  'replication.down',
  'write.lost',
  'sentinel.said',
])

const INCIDENTS_MAX = 4000

export function isFault(event: TraceEvent): boolean {
  // A clock that keeps time again, and a message that is let go, are ends of a fault, told in the same words.
  if (event.type === 'clock.drifting') return event.ppm !== 0
  if (event.type === 'link.tricked') return event.what !== 'release'
  return faultTypes.has(event.type)
}

/** Whether an event is about a machine: as the one it happens to, an end of a link, or on a side of a partition. */
export function liesOn(event: TraceEvent, machine: string): boolean {
  if ('node' in event) return event.node === machine
  const text = 'sides' in event ? event.sides : 'from' in event && 'to' in event ? `${event.from}, ${event.to}` : ''
  return text.split(/, | \| /).includes(machine)
}

/** Keeps an event when it is one of these, and lets go of the oldest when there are very many. */
export function keepIncident(list: TraceEvent[], event: TraceEvent): boolean {
  if (!faultTypes.has(event.type) && !otherTypes.has(event.type)) return false
  if (list.length >= INCIDENTS_MAX) list.splice(0, INCIDENTS_MAX / 4)
  list.push(event)
  return true
}

/** How often a client was sent elsewhere since the last fault, and how it went the last time. */
export interface Redirects {
  readonly actor: string
  readonly firstSeq: number
  readonly firstUs: number
  count: number
  kind: string
  slot: number
  /** Who sent it away, and to whom: a node's name, or an address that nobody is known by. */
  from: string
  to: string
  lastUs: number
  /** The error reply, and the command that it answers. */
  seq: number
  cause: number
}

const redirection = /^\(error\) (MOVED|ASK) (\d+) (\S+)$/

/** What an error reply says of where the slot is; undefined for any other reply. */
export function redirectionOf(reply: string): { kind: string; slot: number; to: string } | undefined {
  const found = redirection.exec(reply)
  return found ? { kind: found[1]!, slot: Number(found[2]), to: found[3]! } : undefined
}
