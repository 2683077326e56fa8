import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { useBridge } from '../../../bridge/bridge'
import { useRun } from '../../../stores/run'
import { useTrace } from '../../../trace/trace-feed'
import type { Bytes } from '../../../../shared/bytes'
import { questionsOf, readFacts, type QueueFacts } from './queue-peek'

const POLL_MS = 250

/**
 * How long queues are, as the nodes themselves tell. They are asked four times a second while the run goes on and somebody
 * looks: looking costs the run nothing, and works while it stands still. Where nobody can be asked there are no facts, and
 * what the trace tells has to do.
 */
export const useQueueFacts = defineStore('queue-facts', () => {
  const bridge = useBridge()
  const run = useRun()
  const trace = useTrace()
  const facts = shallowRef<ReadonlyMap<string, QueueFacts>>(new Map())
  /** The nodes' time of day when they were asked, in milliseconds; 0 while nobody knows. */
  const unixMs = shallowRef(0)
  let watchers = 0
  let timer: ReturnType<typeof setInterval> | undefined
  let isAsking = false

  async function refresh(): Promise<void> {
    const { queues, nodes } = trace.model.value
    if (isAsking || queues.size === 0) return
    const asked = [...queues.values()].map((queue) => ({ ...queue, questions: questionsOf(queue) }))
    const commands: Bytes[][] = [['TIME' as Bytes], ...asked.flatMap(({ questions }) => questions)]
    isAsking = true
    const next = new Map<string, QueueFacts>()
    const epoch = trace.epoch.value
    for (const { name: node, isUp, role } of nodes.values()) {
      if (!isUp || role !== 'primary') continue
      const outcome = await bridge.call('data.peek', { db: 0, commands, node })
      if (!outcome.ok) continue
      const [time, ...replies] = outcome.value.replies
      if (time?.kind === 'array' && time.items[0]?.kind === 'bulk') unixMs.value = Number(time.items[0].bytes) * 1000
      let at = 0
      for (const { name, kind, questions } of asked) {
        const found = readFacts(kind, replies.slice(at, (at += questions.length)))
        const known = next.get(name)
        // In a cluster a key is on one node, and the others know nothing of it.
        if (found && (!known || found.length > known.length)) next.set(name, found)
      }
    }
    isAsking = false
    if (epoch === trace.epoch.value) facts.value = next
  }

  function follow(): void {
    clearInterval(timer)
    if (watchers > 0 && run.isRunning) timer = setInterval(() => void refresh(), POLL_MS)
  }

  /** Asks for as long as the scope lives that looks. */
  function look(): void {
    watchers++
    void refresh()
    follow()
    onScopeDispose(() => {
      watchers--
      follow()
    })
  }

  watch(() => run.isRunning, follow)
  // Standing still, what has just happened is looked at once.
  watch(trace.tick, () => watchers > 0 && !run.isRunning && void refresh())
  trace.listen({ reset: () => (facts.value = new Map()) })

  return { facts, unixMs, look }
})
