import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { textOf } from '../../../../shared/bytes'
import { endsOf } from '../../../../shared/scenario/rebind'
import { commandText } from '../../../composables/commands'
import { useTrace } from '../../../trace/trace-feed'
import { useGraph } from '../graph/graph-store'
import type { Point } from '../graph/layout'
import { commandOf, verdictOf, type Verdict } from './verdicts'

/** The line that somebody is drawing from a node, and what it would mean at each of the others. */
export const useDrawing = defineStore('drawing', () => {
  const { t } = useI18n()
  const trace = useTrace()
  const graph = useGraph()
  const fromId = shallowRef('')
  const overId = shallowRef('')
  /** Where the line begins and ends, on the graph's own plane. */
  const start = shallowRef<Point>({ x: 0, y: 0 })
  const end = shallowRef<Point>({ x: 0, y: 0 })

  const from = computed(() => graph.nodesById.get(fromId.value) ?? null)
  const verdicts = computed<ReadonlyMap<string, Verdict>>(() => {
    void trace.structure.value
    const { value: node } = from
    if (!node) return new Map()
    return new Map(graph.graph.nodes.map((other) => [other.id, verdictOf(trace.model.value, node, other)]))
  })
  const over = computed(() => (overId.value === '' ? null : (verdicts.value.get(overId.value) ?? null)))

  function begin(id: string, at: Point): void {
    fromId.value = id
    overId.value = ''
    start.value = end.value = at
  }

  function stop(): void {
    fromId.value = overId.value = ''
  }

  /** The verdict in words: the command that would be sent from then on, or why there is none. */
  function wordsOf(verdict: Verdict): string {
    if (verdict.kind === 'bind') {
      return t('draw.would', { actor: verdict.actor, command: commandText(...commandOf(verdict)) })
    }
    const { why, actor, role } = verdict
    if (why !== 'role') return t(`draw.no.${why}`, { actor, role: t(`roles.${role || 'guest'}`) })
    const { source, target } = endsOf(role)
    const names = [...new Set([...source, ...target])].map((kind) => t(`draw.kinds.${kind}`))
    return t('draw.no.role', { actor, role: t(`roles.${role}`), kinds: names.join(t('draw.and')) })
  }

  /** What the line is about to mean, or what it waits for. */
  const hint = computed(() => {
    if (!from.value) return null
    const { value: verdict } = over
    if (!verdict || (verdict.kind === 'no' && verdict.why === 'self')) {
      return { isNo: false, text: t('draw.hint', { what: textOf(from.value.name) }) }
    }
    return { isNo: verdict.kind === 'no', text: wordsOf(verdict) }
  })

  return { from, overId, over, start, end, verdicts, hint, begin, stop, wordsOf }
})
