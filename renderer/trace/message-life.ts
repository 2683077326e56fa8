/** One message from the command that sent it to the last of its receivers, gathered from the log when it is asked for. */
import type { TraceEventOf } from '../../shared/trace/event-types'
import { typeCodes, type TraceEvent } from '../../shared/trace/event-types'
import type { TraceLog } from './trace-log'

export interface MessageLife {
  readonly message: number
  readonly published: TraceEventOf<'message.published'> | undefined
  readonly command: TraceEventOf<'command.sent'> | undefined
  readonly reply: TraceEventOf<'command.replied'> | undefined
  readonly delivered: readonly TraceEventOf<'message.delivered'>[]
  readonly lost: readonly TraceEventOf<'message.lost'>[]
}

/** A message's copies all arrive or are lost within this time of a run's clock; later events need not be searched. */
const LIFE_US = 60_000_000

export function lifeOf(log: TraceLog, message: number): MessageLife {
  const published = log.publishedOf(message)
  const delivered: TraceEventOf<'message.delivered'>[] = []
  const lost: TraceEventOf<'message.lost'>[] = []
  const from = published?.seq ?? log.firstSeq
  const untilUs = (published?.t ?? log.timeAt(from)) + LIFE_US
  log.walk(from, log.lastSeq, (segment, index, seq) => {
    if (segment.times[index]! > untilUs) return false
    if (segment.messages[index] !== message) return true
    const event = log.at(seq)
    if (event?.type === 'message.delivered') delivered.push(event)
    else if (event?.type === 'message.lost') lost.push(event)
    return true
  })
  const cause = published && log.at(published.cause)
  const command = cause?.type === 'command.sent' ? cause : undefined
  return { message, published, command, reply: command && replyTo(log, command.seq), delivered, lost }
}

/** The events that led to this one, the first cause first; the event itself is not among them. */
export function causesOf(log: TraceLog, event: TraceEvent): TraceEvent[] {
  const causes: TraceEvent[] = []
  let current: TraceEvent | undefined = event
  // A cause is always older, so the chain ends; the bound is for a damaged recording.
  while (current && current.cause > 0 && current.cause < current.seq && causes.length < 50) {
    current = log.at(current.cause)
    if (current) causes.unshift(current)
  }
  return causes
}

/** What an event led to directly, at most `max` of it. */
export function effectsOf(log: TraceLog, seq: number, max = 50): TraceEvent[] {
  const effects: TraceEvent[] = []
  const untilUs = log.timeAt(seq) + LIFE_US
  log.walk(seq + 1, log.lastSeq, (segment, index, at) => {
    if (segment.times[index]! > untilUs || effects.length >= max) return false
    if (segment.causes[index] === seq) effects.push(log.at(at)!)
    return true
  })
  return effects
}

function replyTo(log: TraceLog, seq: number): TraceEventOf<'command.replied'> | undefined {
  let reply: TraceEventOf<'command.replied'> | undefined
  const code = typeCodes['command.replied']
  const untilUs = log.timeAt(seq) + LIFE_US
  log.walk(seq + 1, log.lastSeq, (segment, index, at) => {
    if (segment.times[index]! > untilUs) return false
    if (segment.types[index] !== code || segment.causes[index] !== seq) return true
    const event = log.at(at)
    if (event?.type === 'command.replied') reply = event
    return false
  })
  return reply
}
