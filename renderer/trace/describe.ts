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
  'message.delivered': 'delivered',
  'message.lost': 'lost',
  'key.changed': 'mark',
  'key.expired': 'key-expired',
  'key.evicted': 'key-expired',
  'node.started': 'reconnected',
  'node.killed': 'node-down',
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
    case 'actor.left':
    case 'key.expired':
    case 'key.evicted':
      break
  }
  return shown
}
