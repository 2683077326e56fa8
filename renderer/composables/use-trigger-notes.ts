import { onScopeDispose } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TraceEvent } from '../../shared/trace/event-types'
import { useSelection } from '../stores/selection'
import { useUi } from '../stores/ui'
import { useTrace } from '../trace/trace-feed'

/** Notes come no more often than this, however often triggers fire: what comes between is counted. */
const APART_MS = 2000
/** What came before the newest by more than this is history that is being sent again. */
const NEWS_US = 1_500_000
const TEXT_MAX = 120

/** Shows what triggers tell the person who watches; a click leads to the event. */
export function useTriggerNotes(): void {
  const { t } = useI18n()
  const trace = useTrace()
  const ui = useUi()
  const selection = useSelection()
  let latest: { readonly seq: number; readonly actor: string; readonly text: string } | null = null
  let more = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function show(): void {
    timer = undefined
    if (!latest) return
    const { seq, actor, text } = latest
    const words = { actor, text: text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text, n: more }
    ui.say(t(more > 0 ? 'notes.several' : 'notes.one', words), () => {
      ui.view = 'playground'
      selection.select({ kind: 'event', seq })
    })
    latest = null
    more = 0
    timer = setTimeout(show, APART_MS)
  }

  function hear(event: TraceEvent): void {
    if (event.type !== 'trigger.acted' || !event.action.startsWith('notify ')) return
    if (latest) more++
    latest = { seq: event.seq, actor: event.actor, text: event.action.slice('notify '.length) }
  }

  function forget(): void {
    clearTimeout(timer)
    timer = undefined
    latest = null
    more = 0
  }

  const stop = trace.listen({
    reset: forget,
    events: (events) => {
      const newest = events.at(-1)!.t
      for (const event of events) if (newest - event.t <= NEWS_US) hear(event)
      if (latest && timer === undefined) show()
    },
  })
  onScopeDispose(() => {
    stop()
    forget()
  })
}
