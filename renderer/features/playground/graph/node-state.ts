import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { textOf } from '../../../../shared/bytes'
import { formatRate } from '../../../composables/format'
import { useRun } from '../../../stores/run'
import type { GlyphName } from '../../../trace/describe'
import type { ActorModel } from '../../../trace/model'
import { useTrace } from '../../../trace/trace-feed'
import { audienceOf, isAway, subscriptionsOf } from './edges'
import { useGraph, type GraphNode } from './graph-store'

export interface NodeState {
  readonly state: 'open' | 'connecting' | 'away' | 'idle' | 'unheard'
  readonly hue: 'send' | 'arrive' | 'break' | 'neutral'
  readonly glyph: string
  readonly sub: string
  readonly mark: GlyphName | null
  /** All of it in words, for people who do not see it. */
  readonly label: string
}

/** How a node looks now: its state, the line below its name, its mark. */
export function useNodeState(of: () => GraphNode): ComputedRef<NodeState> {
  const { t } = useI18n()
  const trace = useTrace()
  const graph = useGraph()
  const run = useRun()

  function actorState(actor: ActorModel): NodeState {
    const isSender = actor.role === 'publisher'
    const hue = isSender ? 'send' : actor.role === 'subscriber' ? 'arrive' : 'neutral'
    const base = { glyph: actor.role, mark: null, hue } as const
    const roleName = t(`roles.${actor.role}`)
    const named = (sub: string) => `${actor.name}, ${roleName}, ${sub}`
    if (actor.link === 'retrying') {
      const sub = t('graph.attempt', { n: actor.attempt })
      return { ...base, hue: 'neutral', state: 'connecting', sub, label: named(sub) }
    }
    if (isAway(actor)) {
      const sub = t('graph.notConnected')
      return { ...base, hue: 'break', state: 'away', sub, mark: 'disconnected', label: named(sub) }
    }
    if (actor.link === 'none') {
      const sub = t('graph.notStarted')
      return { ...base, hue: 'neutral', state: 'idle', sub, label: named(sub) }
    }
    const sub = isSender ? sendingLine(actor) : subscriptionLine(actor)
    const counts = trace.model.value.ledger.actors.get(actor.name)
    const done = t(isSender ? 'graph.sentCount' : 'graph.deliveredCount', {
      n: isSender ? (counts?.sent ?? 0) : (counts?.delivered ?? 0),
    })
    return { ...base, state: 'open', sub, label: `${named(sub)}, ${done}` }
  }

  function sendingLine(actor: ActorModel): string {
    let perSecond = 0
    for (const edge of graph.graph.edges) {
      if (edge.kind !== 'publish' || edge.actor !== actor.name) continue
      perSecond += trace.model.value.flows.get(edge.id)?.rate.perSecond(run.clockUs()) ?? 0
    }
    return perSecond > 0 ? `PUBLISH ${formatRate(perSecond)}` : 'PUBLISH'
  }

  function subscriptionLine(actor: ActorModel): string {
    const all = subscriptionsOf(actor)
    if (all.length === 0) return t('graph.noSubscription')
    const patterns = all.filter((binding) => binding.kind === 'pattern')
    const [first] = patterns
    if (first && patterns.length === all.length) {
      return patterns.length === 1 ? `PSUBSCRIBE ${textOf(first.resource)}` : `PSUBSCRIBE ×${patterns.length}`
    }
    return all.length === 1 ? 'SUBSCRIBE' : t('graph.subscriptions', { n: all.length })
  }

  function channelState(node: GraphNode): NodeState {
    const { subscribed, meant } = audienceOf(trace.model.value, node.name)
    const name = textOf(node.name)
    const sub = meant === 0 ? t('graph.noSubscriber') : t('graph.subscribed', { n: subscribed, of: meant })
    const state = meant === 0 ? 'unheard' : 'open'
    return { state, hue: 'neutral', glyph: 'channel', sub, mark: null, label: `${name}, ${t('roles.channel')}, ${sub}` }
  }

  return computed(() => {
    void trace.structure.value
    void trace.tick.value
    void graph.beat
    const node = of()
    if (node.kind === 'channel') return channelState(node)
    if (node.kind === 'pattern') {
      const sub = t('graph.noMatch')
      const label = `${textOf(node.name)}, ${t('roles.pattern')}, ${sub}`
      return { state: 'open', hue: 'neutral', glyph: 'pattern', sub, mark: null, label }
    }
    const actor = trace.model.value.actors.get(node.name)
    if (actor) return actorState(actor)
    return { state: 'idle', hue: 'neutral', glyph: 'guest', sub: '', mark: null, label: node.name }
  })
}
