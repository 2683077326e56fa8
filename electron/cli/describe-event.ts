import { textOf } from '../../shared/bytes'
import type { TraceEvent } from '../../shared/trace/event-types'

/**
 * What a terminal shows of an event while a scenario plays: the narration and what was lost; with `all` also who
 * joined and every message. Undefined for the rest.
 */
export function describeEvent(event: TraceEvent, all: boolean): string | undefined {
  const what = sentence(event, all)
  return what === undefined ? undefined : `${clock(event.t)}  ${what}`
}

function sentence(event: TraceEvent, all: boolean): string | undefined {
  switch (event.type) {
    case 'step.started':
      return event.text === '' ? undefined : plain(event.text)
    case 'message.lost':
      return `lost       ${textOf(event.channel)} -> ${event.actor || 'nobody'}: message ${event.message}, ${event.why}`
    case 'message.published':
      return all
        ? `published  ${event.actor} -> ${textOf(event.channel)}: ${textOf(event.payload)} (${event.receivers} receivers)`
        : undefined
    case 'message.delivered':
      return all ? `delivered  ${textOf(event.channel)} -> ${event.actor}: message ${event.message}` : undefined
    case 'connection.opened':
      return all ? `connected  ${event.actor} to ${event.node}` : undefined
    case 'connection.closed':
      return all ? `closed     ${event.actor}: ${event.why}` : undefined
    default:
      return undefined
  }
}

/** Narration is Markdown; a terminal shows its words. */
function plain(markdown: string): string {
  return markdown
    .replace(/`([^`]*)`|\*\*([^*]+)\*\*/g, (_, code?: string, bold?: string) => code ?? bold ?? '')
    .replace(/\s+/g, ' ')
    .trim()
}

function clock(us: number): string {
  const ms = Math.floor(us / 1000)
  const pad = (value: number, width: number) => String(value).padStart(width, '0')
  return `${pad(Math.floor(ms / 60_000), 2)}:${pad(Math.floor(ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`
}
