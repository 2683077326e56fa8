import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { DeploymentView, NodeView } from '../../shared/deployment-view'
import type { ErrorData } from '../../shared/errors'
import { useBridge } from '../bridge/bridge'
import { useTrace } from '../trace/trace-feed'
import { useRun } from './run'

const POLL_MS = 250
/** How many of the latest samples of a node's operations a sparkline shows. */
const SAMPLES = 48

/**
 * The deployment as the engine last told of it. It is asked for four times a second while the run goes on and somebody
 * looks, and again whenever something has happened: looking changes nothing.
 */
export const useDeployment = defineStore('deployment', () => {
  const bridge = useBridge()
  const run = useRun()
  const trace = useTrace()

  const view = shallowRef<DeploymentView | null>(null)
  const error = shallowRef<ErrorData | null>(null)
  /** Operations a second by node, the oldest first: one sample per look. */
  const operations = shallowRef<ReadonlyMap<string, readonly number[]>>(new Map())
  let watchers = 0
  let mapWatchers = 0
  let timer: ReturnType<typeof setInterval> | undefined
  let isAsking = false
  let isStale = false

  /** Whether there is more than one node: only then is there a cluster, or a primary and its replicas, to look at. */
  const isMany = computed(() => {
    void trace.structure.value
    return trace.model.value.nodes.size > 1
  })
  const nodesByName = computed(() => new Map(view.value?.nodes.map((node) => [node.name, node])))

  async function refresh(): Promise<void> {
    if (!run.isOpen) return
    // One question at a time: an answer that comes late must not hide a newer one.
    if (isAsking) {
      isStale = true
      return
    }
    isAsking = true
    const asked = run.state.run
    const outcome = await bridge.call('deployment.view', { slotMaps: mapWatchers > 0 })
    isAsking = false
    if (asked === run.state.run) take(outcome.ok ? outcome.value : null, outcome.ok ? null : outcome.error)
    else isStale = true
    if (!isStale) return
    isStale = false
    await refresh()
  }

  function take(next: DeploymentView | null, problem: ErrorData | null): void {
    error.value = problem
    if (!next) return
    // Paused, the same moment is looked at again: it is no new sample.
    if (next.nowUs !== view.value?.nowUs) {
      operations.value = new Map(next.nodes.map((node) => [node.name, sampled(operations.value.get(node.name), node)]))
    }
    view.value = next
  }

  function restartTimer(): void {
    clearInterval(timer)
    timer = watchers > 0 && run.isRunning ? setInterval(() => void refresh(), POLL_MS) : undefined
  }

  /** Keeps the view fresh for as long as the calling scope lives. */
  function keepFresh(): void {
    watchers++
    restartTimer()
    void refresh()
    onScopeDispose(() => {
      watchers--
      restartTimer()
    })
  }

  /** Keeps the clients' own maps of the slots in the view too, for as long as the calling scope lives. */
  function keepSlotMaps(): void {
    mapWatchers++
    void refresh()
    onScopeDispose(() => mapWatchers--)
  }

  watch(() => run.isRunning, restartTimer)
  // What happened while the run goes on is there with the next look; paused, nothing else would tell of it.
  watch([() => run.state.revision, trace.structure], () => {
    if (watchers > 0 && !run.isRunning) void refresh()
  })
  watch(trace.epoch, () => {
    view.value = null
    operations.value = new Map()
    if (watchers > 0) void refresh()
  })

  return { view, error, operations, isMany, nodesByName, refresh, keepFresh, keepSlotMaps }
})

function sampled(before: readonly number[] = [], node: NodeView): readonly number[] {
  return [...before.slice(1 - SAMPLES), node.operationsPerSecond]
}
