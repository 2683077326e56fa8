import { onScopeDispose } from 'vue'
import { useI18n } from 'vue-i18n'
import { textOf } from '../../../../shared/bytes'
import { useUi } from '../../../stores/ui'
import { useActorActions } from '../actors/use-actor-actions'
import { useGraph } from '../graph/graph-store'
import type { Point } from '../graph/layout'
import { useDrawing } from './drawing-store'

/** Draws a line from a node's handle with the pointer; where it is let go on a node that it fits, the two are bound. */
export function useLineDrag(toPlane: (x: number, y: number) => Point) {
  const { t } = useI18n()
  const drawing = useDrawing()
  const graph = useGraph()
  const ui = useUi()
  const actions = useActorActions()
  let stopListening: (() => void) | undefined

  function nodeAt(x: number, y: number): string {
    const element = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-node]')
    return element?.dataset.node ?? ''
  }

  function begin(event: PointerEvent, id: string): void {
    const box = graph.boxOf(id)
    if (!box || event.button !== 0) return
    event.preventDefault()
    event.stopPropagation()
    const at = toPlane(event.clientX, event.clientY)
    const isRight = at.x > box.at.x + box.size.width / 2
    drawing.begin(id, { x: isRight ? box.at.x + box.size.width : box.at.x, y: box.at.y + box.size.height / 2 })
    const listening = new AbortController()
    const { signal } = listening
    window.addEventListener('pointermove', move, { signal })
    window.addEventListener('pointerup', (up) => void drop(up), { signal })
    window.addEventListener('pointercancel', stop, { signal })
    window.addEventListener('keydown', (key) => key.key === 'Escape' && (key.stopPropagation(), stop()), {
      signal,
      capture: true,
    })
    stopListening = () => listening.abort()
  }

  function move({ clientX, clientY }: PointerEvent): void {
    drawing.end = toPlane(clientX, clientY)
    drawing.overId = nodeAt(clientX, clientY)
  }

  async function drop(event: PointerEvent): Promise<void> {
    move(event)
    const { over: verdict, hint } = drawing
    stop()
    if (!verdict) return
    if (verdict.kind === 'no') {
      if (verdict.why !== 'self' && hint) ui.say(hint.text)
      return
    }
    const outcome = await actions.bind(verdict.actor, verdict.role, verdict.binding)
    if (!outcome.ok) ui.notice = outcome.error
    else ui.say(t('draw.done', { actor: verdict.actor, what: textOf(graph.nodesById.get(verdict.to)?.name ?? '') }))
  }

  function stop(): void {
    stopListening?.()
    stopListening = undefined
    drawing.stop()
  }

  onScopeDispose(stop)

  return { begin }
}
