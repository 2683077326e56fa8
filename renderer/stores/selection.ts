import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useTrace } from '../trace/trace-feed'
import type { Edge } from '../features/playground/graph/edges'

/** What is selected, in the graph, the lanes, the table and the inspector alike. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'event'; readonly seq: number }
  | { readonly kind: 'actor'; readonly name: string }
  | { readonly kind: 'channel'; readonly name: string }
  | { readonly kind: 'pattern'; readonly name: string }
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'edge'; readonly edge: Edge }

const nothing: Selection = { kind: 'none' }

export const useSelection = defineStore('selection', () => {
  const trace = useTrace()
  const current = shallowRef<Selection>(nothing)

  const event = computed(() => {
    void trace.epoch.value
    return current.value.kind === 'event' ? trace.log.value.at(current.value.seq) : undefined
  })
  /** The message that is selected, or that the selected event is about; 0 for none. */
  const message = computed(() => (event.value && 'message' in event.value ? event.value.message : 0))
  /** The id of the job that the selected event is about. */
  const job = computed(() => (event.value && 'job' in event.value ? event.value.job : null))
  /** Who takes part in what is selected: their nodes, edges and lanes are marked. */
  const actor = computed(() => {
    if (current.value.kind === 'actor') return current.value.name
    if (current.value.kind === 'edge') return current.value.edge.actor
    return event.value && 'actor' in event.value ? event.value.actor : null
  })
  const channel = computed(() => {
    if (current.value.kind === 'channel') return current.value.name
    if (current.value.kind === 'edge') return current.value.edge.resource
    return event.value && 'channel' in event.value ? event.value.channel : null
  })

  const queue = computed(() => {
    if (current.value.kind === 'queue') return current.value.name
    if (current.value.kind === 'edge') return current.value.edge.resource
    return event.value && 'resource' in event.value ? event.value.resource : null
  })

  function select(selection: Selection): void {
    current.value = selection
  }

  function clear(): void {
    current.value = nothing
  }

  trace.listen({
    // Names mean the same in the next run, event numbers do not.
    reset: () => {
      if (current.value.kind === 'event') clear()
    },
  })

  return { current, event, message, job, actor, channel, queue, select, clear }
})
