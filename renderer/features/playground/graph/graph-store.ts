import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Settings } from '../../../../shared/contract'
import { useRun } from '../../../stores/run'
import { useSettings } from '../../../stores/settings'
import { useUndo } from '../../../stores/undo'
import { useTrace } from '../../../trace/trace-feed'
import { useDrafts } from '../drawing/drafts-store'
import { graphOf, unlessSame, type Edge, type Graph, type GraphNode } from './edges'
import { curveOf, type Curve } from './geometry'
import { place, sizeOf, type Point } from './layout'

const BEAT_MS = 250

/** The graph's parts with their places. Places that the user chose are kept per scenario; all others are computed. */
export const useGraph = defineStore('graph', () => {
  const trace = useTrace()
  const run = useRun()
  const settings = useSettings()
  const undo = useUndo()
  const drafts = useDrafts()

  // What has not changed stays the same object: drawing it all anew is dear, and most news concern no node or edge.
  const graph = computed<Graph>((known) => {
    void trace.structure.value
    const { nodes, edges } = graphOf(trace.model.value)
    const ids = new Set(nodes.map(({ id }) => id))
    const unused = drafts.nodes.filter(({ id }) => !ids.has(id))
    return unlessSame(known, { nodes: [...nodes, ...unused], edges })
  })
  const nodesById = computed(() => new Map(graph.value.nodes.map((node) => [node.id, node])))
  const edgesById = computed(() => new Map(graph.value.edges.map((edge) => [edge.id, edge])))

  const places = shallowRef<ReadonlyMap<string, Point>>(new Map())
  const layoutKey = computed(() => {
    void trace.structure.value
    return trace.model.value.scenario
  })
  /** Whether the user has moved nodes of this scenario. */
  const isMoved = computed(() => Object.keys(settings.values.layouts[layoutKey.value] ?? {}).length > 0)
  let placedEpoch = -1
  let placedSizes = ''

  watch(
    [() => graph.value.nodes, () => settings.isRead],
    ([nodes]) => {
      const saved = Object.entries(settings.values.layouts[layoutKey.value] ?? {})
      const isNewRun = placedEpoch !== trace.epoch.value
      placedEpoch = trace.epoch.value
      // A stream grows by what its groups have to show: what stands below it makes room.
      const sizes = nodes.map((node) => `${node.id} ${sizeOf(node).height}`).filter((size) => !size.endsWith(' 44'))
      const hasGrown = sizes.join() !== placedSizes
      placedSizes = sizes.join()
      places.value = place(nodes, new Map([...(isNewRun || hasGrown ? [] : places.value), ...saved]))
    },
    { immediate: true },
  )

  const curves = computed(() => {
    const all = new Map<string, Curve>()
    const plain = new Set(graph.value.edges.filter((edge) => !edge.pattern).map((edge) => edge.source + edge.target))
    for (const edge of graph.value.edges) {
      const source = boxOf(edge.source)
      const target = boxOf(edge.target)
      if (!source || !target) continue
      all.set(edge.id, curveOf(edge, source, target, edge.pattern !== '' && plain.has(edge.source + edge.target)))
    }
    return all
  })

  /** Goes on while the run does: rates fall although nothing happens. */
  const beat = shallowRef(0)
  let timer: ReturnType<typeof setInterval> | undefined
  watch(
    () => run.isRunning,
    (isRunning) => {
      clearInterval(timer)
      if (isRunning) timer = setInterval(() => beat.value++, BEAT_MS)
    },
    { immediate: true },
  )

  function boxOf(id: string) {
    const node = nodesById.value.get(id)
    const at = places.value.get(id)
    return node && at && { at, size: sizeOf(node) }
  }

  /** Shows nodes where they are being dragged to. */
  function drag(moves: ReadonlyMap<string, Point>): void {
    places.value = new Map([...places.value, ...moves])
  }

  /** Keeps what was dragged, so that it can be undone and is there next time. */
  function drop(moves: ReadonlyMap<string, Point>, before: ReadonlyMap<string, Point>, label: string): void {
    const saved = settings.values.layouts[layoutKey.value]
    drag(moves)
    save(moves)
    undo.push({
      label,
      undo: () => {
        drag(before)
        restore(saved)
      },
    })
  }

  function save(moves: ReadonlyMap<string, Point>): void {
    const key = layoutKey.value
    if (!key) return
    const { layouts } = settings.values
    const rounded = [...moves].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }] as const)
    settings.change({ layouts: { ...layouts, [key]: { ...layouts[key], ...Object.fromEntries(rounded) } } })
  }

  /** Makes the scenario's saved places what they were, none included. */
  function restore(saved: Settings['layouts'][string] | undefined): void {
    const { [layoutKey.value]: _now, ...others } = settings.values.layouts
    settings.change({ layouts: saved ? { ...others, [layoutKey.value]: saved } : others })
  }

  /** Puts every node back to where the layout would have it. */
  function tidy(label: string): void {
    const before = places.value
    const saved = settings.values.layouts[layoutKey.value]
    restore(undefined)
    places.value = place(graph.value.nodes, new Map())
    undo.push({
      label,
      undo: () => {
        places.value = before
        restore(saved)
      },
    })
  }

  return { graph, nodesById, edgesById, places, isMoved, curves, beat, boxOf, drag, drop, tidy }
})

export type { Edge, GraphNode }
