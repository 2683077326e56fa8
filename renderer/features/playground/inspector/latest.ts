import { computed, type ComputedRef } from 'vue'
import type { EventType, TraceEvent } from '../../../../shared/trace/event-types'
import { typeNames } from '../../../../shared/trace/event-types'
import { useTrace } from '../../../trace/trace-feed'

/** How far back the newest events of somebody are looked for. */
const SEARCH_MAX = 20_000

export interface LatestQuery {
  readonly types: readonly EventType[]
  readonly actor?: string
  readonly resource?: string
  readonly max: number
}

/** The newest events that fit, newest first; follows the trace. */
export function useLatest(query: () => LatestQuery): ComputedRef<readonly TraceEvent[]> {
  const trace = useTrace()
  return computed(() => {
    void trace.tick.value
    void trace.epoch.value
    const { types, actor, resource, max } = query()
    const log = trace.log.value
    const codes = new Set(types.map((type) => typeNames.indexOf(type)))
    const who = actor === undefined ? -2 : log.actors.find(actor)
    const where = resource === undefined ? -2 : log.resources.find(resource)
    const found: TraceEvent[] = []
    log.walkBack(log.lastSeq, log.lastSeq - SEARCH_MAX, (segment, index, seq) => {
      if (!codes.has(segment.types[index]!)) return true
      if (who !== -2 && segment.who[index] !== who) return true
      if (where !== -2 && segment.where[index] !== where) return true
      found.push(log.at(seq)!)
      return found.length < max
    })
    return found
  })
}
