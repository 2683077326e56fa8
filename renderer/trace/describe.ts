/** How each type of event is shown: its glyph, the key of its name in the message files, and what stands in a row. */
import { textOf } from '../../shared/bytes'
import { eventTypes, type EventFamily, type EventType, type TraceEvent } from '../../shared/trace/event-types'
import type { TraceLog } from './trace-log'

export type GlyphName =
  | 'published'
  | 'delivered'
  | 'acked'
  | 'retried'
  | 'paused'
  | 'lost'
  | 'failed'
  | 'node-down'
  | 'disconnected'
  | 'reconnected'
  | 'key-expired'
  | 'command'
  | 'reply'
  | 'step'
  | 'mark'
  | 'joined'
  | 'left'
  | 'subscribed'
  | 'unsubscribed'
  | 'pfail'
  | 'failover'
  | 'slot-moved'
  | 'moved'
  | 'partitioned'
  | 'delayed'
  | 'disk-full'
  | 'synced'
  | 'enqueued'
  | 'taken'
  | 'claimed'
  | 'dead-letter'
  | 'duplicated'
  | 'trigger'

const glyphs: Readonly<Record<EventType, GlyphName>> = {
  'run.started': 'step',
  'script.ended': 'mark',
  'run.ended': 'mark',
  note: 'mark',
  'step.started': 'step',
  'step.ended': 'mark',
  'expectation.passed': 'acked',
  'expectation.failed': 'failed',
  'input.applied': 'step',
  'actor.joined': 'joined',
  'actor.left': 'left',
  'actor.bound': 'joined',
  'actor.unbound': 'left',
  'connection.opened': 'reconnected',
  'connection.closed': 'disconnected',
  'connection.failed': 'disconnected',
  'connection.retrying': 'retried',
  'subscription.opened': 'subscribed',
  'subscription.closed': 'unsubscribed',
  'command.sent': 'command',
  'command.replied': 'reply',
  'message.published': 'published',
  'message.relayed': 'published',
  'message.delivered': 'delivered',
  'message.lost': 'lost',
  'key.changed': 'mark',
  'key.expired': 'key-expired',
  'key.evicted': 'key-expired',
  'node.started': 'reconnected',
  'node.killed': 'node-down',
  'node.paused': 'paused',
  'node.resumed': 'reconnected',
  'node.promoted': 'failover',
  'node.demoted': 'slot-moved',
  'node.suspected': 'pfail',
  'node.failed': 'node-down',
  'node.cleared': 'reconnected',
  'node.state': 'mark',
  'node.added': 'joined',
  'node.removed': 'left',
  'link.cut': 'disconnected',
  'link.delayed': 'delayed',
  'link.tricked': 'retried',
  'link.dropped': 'disconnected',
  'link.healed': 'reconnected',
  'partition.made': 'partitioned',
  'partition.healed': 'reconnected',
  'clock.jumped': 'delayed',
  'clock.drifting': 'delayed',
  'disk.full': 'disk-full',
  'disk.slow': 'delayed',
  'disk.ok': 'acked',
  'election.scheduled': 'delayed',
  'election.started': 'failover',
  'vote.granted': 'acked',
  'vote.denied': 'lost',
  'vote.counted': 'acked',
  'election.won': 'failover',
  'election.lost': 'failed',
  'slots.moved': 'slot-moved',
  'slots.migrating': 'slot-moved',
  'epoch.bumped': 'mark',
  'replication.full': 'synced',
  'replication.partial': 'synced',
  'replication.up': 'reconnected',
  'replication.down': 'disconnected',
  'write.lost': 'lost',
  'sentinel.said': 'mark',
  'command.redirected': 'moved',
  'queue.opened': 'joined',
  'group.joined': 'joined',
  'job.added': 'enqueued',
  'job.refused': 'failed',
  'job.delayed': 'delayed',
  'job.moved': 'slot-moved',
  'job.taken': 'taken',
  'job.handled': 'delivered',
  'job.acknowledged': 'acked',
  'job.failed': 'failed',
  'job.retried': 'retried',
  'job.claimed': 'claimed',
  'job.expired': 'key-expired',
  'job.deadlettered': 'dead-letter',
  'job.lost': 'lost',
  'job.found': 'reconnected',
  'job.duplicated': 'duplicated',
  'actor.paused': 'paused',
  'actor.resumed': 'reconnected',
  'actor.killed': 'node-down',
  'actor.said': 'mark',
  'trigger.fired': 'trigger',
  'trigger.acted': 'trigger',
  'trigger.failed': 'failed',
  'trigger.looped': 'retried',
  'message.unseen': 'published',
}

export function glyphOf(type: EventType): GlyphName {
  return glyphs[type]
}

export function familyOf(type: EventType): EventFamily {
  return eventTypes[type].family
}

/** `message.lost` in the message files is `events.message_lost`: a dot there separates levels. */
export function eventKey(type: EventType): string {
  return `events.${type.replace('.', '_')}`
}

export interface EventRow {
  readonly seq: number
  readonly t: number
  readonly type: EventType
  readonly actor: string
  readonly resource: string
  /** A part of the detail that is Redis's or the user's own text, shown as it is. */
  readonly text: string
  /** A code to be put in words: a loss reason, a kind of binding. */
  readonly code: string
}

/** What a row of the event table shows. `log` finds the text of a message that was published earlier. */
export function rowOf(event: TraceEvent, log: TraceLog): EventRow {
  const row = { seq: event.seq, t: event.t, type: event.type, actor: '', resource: '', text: '', code: '' }
  const shown: { -readonly [K in keyof EventRow]: EventRow[K] } = row
  if ('actor' in event) shown.actor = event.actor
  else if ('node' in event) shown.actor = event.node
  if ('channel' in event) shown.resource = textOf(event.channel)
  else if ('resource' in event) shown.resource = textOf(event.resource)
  else if ('key' in event) shown.resource = textOf(event.key)
  switch (event.type) {
    case 'message.published':
      shown.text = textOf(event.payload)
      break
    case 'message.relayed':
    case 'message.unseen':
      shown.text = `#${event.message}`
      break
    case 'message.delivered':
    case 'message.lost': {
      const published = log.publishedOf(event.message)
      shown.text = published ? textOf(published.payload) : `#${event.message}`
      if (event.type === 'message.lost') shown.code = event.why
      break
    }
    case 'command.sent':
      shown.text = textOf(event.command)
      break
    case 'command.replied':
      shown.text = textOf(event.reply)
      break
    case 'connection.opened':
    case 'node.started':
      shown.text = event.address
      break
    case 'connection.closed':
    case 'connection.failed':
    case 'node.killed':
    case 'run.ended':
    case 'subscription.closed':
      shown.text = event.why
      break
    case 'connection.retrying':
      shown.text = `${event.attempt}, ${event.delayMs} ms`
      break
    case 'actor.bound':
    case 'actor.unbound':
    case 'subscription.opened':
      shown.text = event.kind
      break
    case 'actor.joined':
      shown.text = event.role
      break
    case 'expectation.passed':
    case 'expectation.failed':
      shown.text = `${event.expression}: ${event.actual}`
      break
    case 'step.started':
    case 'note':
      shown.text = event.text
      break
    case 'step.ended':
      shown.text = String(event.step)
      break
    case 'script.ended':
      shown.text = `${event.passed} / ${event.passed + event.failed}`
      break
    case 'input.applied':
      shown.text = `${event.call} ${event.params}`
      break
    case 'run.started':
      shown.text = `${event.scenario}, seed ${event.seed}`
      break
    case 'key.changed':
      shown.text = event.event
      break
    case 'node.promoted':
      shown.text = event.inPlaceOf
      break
    case 'node.demoted':
    case 'replication.up':
      shown.text = event.primary
      break
    case 'node.suspected':
    case 'node.failed':
    case 'node.cleared':
    case 'node.added':
    case 'node.removed':
      shown.text = event.about
      break
    case 'node.state':
      shown.text = event.why === '' ? event.state : `${event.state}: ${event.why}`
      break
    case 'link.cut':
    case 'link.healed':
    case 'link.tricked':
    case 'link.dropped':
    case 'link.delayed':
      shown.text = `${event.from} → ${event.to}`
      break
    case 'partition.made':
    case 'partition.healed':
      shown.text = event.sides
      break
    case 'clock.jumped':
      shown.text = `${event.us / 1000} ms`
      break
    case 'clock.drifting':
      shown.text = `${event.ppm} ppm`
      break
    case 'disk.slow':
      shown.text = `${event.us / 1000} ms`
      break
    case 'election.scheduled':
      shown.text = `${event.fixedMs} + ${event.randomMs} ms, rank ${event.rank}`
      break
    case 'election.started':
      shown.text = `epoch ${event.epoch}, ${event.needed}`
      break
    case 'vote.granted':
      shown.text = `${event.to}, epoch ${event.epoch}`
      break
    case 'vote.denied':
      shown.text = `${event.to}, epoch ${event.epoch}: ${event.why}`
      break
    case 'vote.counted':
      shown.text = `${event.from}: ${event.votes} / ${event.needed}`
      break
    case 'election.won':
      shown.text = `epoch ${event.epoch}, ${event.votes}`
      break
    case 'election.lost':
      shown.text = event.why
      break
    case 'slots.moved':
      shown.text = `${event.slots}: ${event.from} → ${event.to}`
      break
    case 'slots.migrating':
      shown.text = `${event.slot} ${event.direction} ${event.peer}`
      break
    case 'epoch.bumped':
      shown.text = `${event.epoch}, ${event.why}`
      break
    case 'replication.full':
    case 'replication.partial':
      shown.text = `${event.replica}, ${event.bytes} B`
      break
    case 'replication.down':
      shown.text = `${event.primary}: ${event.why}`
      break
    case 'write.lost':
      shown.text = `${event.from} - ${event.to}`
      break
    case 'sentinel.said':
      shown.text = `${event.event} ${event.text}`
      break
    case 'command.redirected':
      shown.text = `${event.kind} ${event.slot} ${event.to}`
      break
    case 'queue.opened':
      shown.text = event.kind
      break
    case 'group.joined':
      shown.text = `${event.group}, ${event.backlog}`
      break
    case 'job.added':
      shown.text = `${event.job}: ${textOf(event.payload)}`
      break
    case 'job.taken':
      shown.text = event.attempt > 1 ? `${event.job}, ${event.attempt}` : event.job
      break
    case 'job.delayed':
      shown.text = `${event.job}, ${event.dueUs / 1_000_000} s`
      break
    case 'job.retried':
      shown.text = `${event.job}, ${event.attempt}, ${event.delayUs / 1000} ms`
      break
    case 'job.moved':
    case 'job.deadlettered':
      shown.text = `${event.job} → ${textOf(event.to)}`
      break
    case 'job.claimed':
      shown.text = `${event.job} ← ${event.from}`
      break
    case 'job.expired':
      shown.text = `${event.job}, ${event.holder}`
      break
    case 'job.refused':
    case 'job.failed':
      shown.text = `${event.job}: ${event.why}`
      break
    case 'job.lost':
    case 'job.duplicated':
      shown.text = event.job
      shown.code = event.why
      break
    case 'job.handled':
    case 'job.acknowledged':
    case 'job.found':
      shown.text = event.job
      break
    case 'actor.killed':
    case 'trigger.looped':
      shown.text = event.type === 'actor.killed' ? event.why : event.chain
      break
    case 'actor.said':
      shown.text = event.text
      break
    case 'trigger.fired':
      shown.text = event.lateUs > 0 ? `${event.what}, ${event.lateUs / 1000} ms` : event.what
      break
    case 'trigger.acted':
      shown.text = event.action
      break
    case 'trigger.failed':
      shown.text = `${event.action}: ${event.why}`
      break
    case 'actor.paused':
    case 'actor.resumed':
    case 'node.paused':
    case 'node.resumed':
    case 'disk.full':
    case 'disk.ok':
    case 'actor.left':
    case 'key.expired':
    case 'key.evicted':
      break
  }
  return shown
}
