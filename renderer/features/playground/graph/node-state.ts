import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { textOf } from '../../../../shared/bytes'
import { formatCount, formatRate, formatSpan } from '../../../composables/format'
import { useRun } from '../../../stores/run'
import type { GlyphName } from '../../../trace/describe'
import type { ActorModel, QueueModel } from '../../../trace/model'
import { useTrace } from '../../../trace/trace-feed'
import { audienceOf, isAway, isJobRole, subscriptionsOf } from './edges'
import { verbOf } from './job-edges'
import { useQueueFacts } from './queue-facts-store'
import type { QueueFacts } from './queue-peek'
import { useGraph, type GraphNode } from './graph-store'

export interface NodeState {
  readonly state: 'open' | 'connecting' | 'away' | 'idle' | 'unheard' | 'paused' | 'killed' | 'stopped' | 'draft'
  readonly hue: 'send' | 'arrive' | 'wait' | 'react' | 'break' | 'neutral'
  /** Round forgets, square keeps. */
  readonly shape: 'round' | 'square' | 'diamond'
  readonly glyph: string
  readonly sub: string
  readonly mark: GlyphName | null
  /** All of it in words, for people who do not see it. */
  readonly label: string
}

const hues: Readonly<Record<string, NodeState['hue']>> = {
  publisher: 'send',
  producer: 'send',
  subscriber: 'arrive',
  consumer: 'arrive',
  requester: 'send',
  responder: 'arrive',
  trigger: 'react',
}

/** How a node looks now: its state, the line below its name, its mark. */
export function useNodeState(of: () => GraphNode): ComputedRef<NodeState> {
  const { t } = useI18n()
  const trace = useTrace()
  const graph = useGraph()
  const run = useRun()
  const queues = useQueueFacts()

  function actorState(actor: ActorModel): NodeState {
    const isJobs = isJobRole(actor.role)
    const hue = hues[actor.role] ?? 'neutral'
    const shape = actor.role === 'trigger' ? 'diamond' : isJobs ? 'square' : 'round'
    const base = { glyph: actor.role, mark: null, hue, shape } as const
    const roleName = t(`roles.${actor.role}`)
    const named = (sub: string) => `${actor.name}, ${roleName}, ${sub}`
    const ago = (us: number) => formatSpan(Math.max(0, run.clockUs() - us))
    if (actor.hasLeft && actor.killed) {
      const sub = t('graph.killed', { span: ago(actor.killed.t) })
      return { ...base, hue: 'break', state: 'killed', sub, mark: 'node-down', label: named(sub) }
    }
    if (actor.hasLeft) {
      const sub = t('graph.stopped')
      return { ...base, hue: 'neutral', state: 'stopped', sub, label: named(sub) }
    }
    if (actor.pausedUs >= 0) {
      const sub = t('graph.paused', { span: ago(actor.pausedUs) })
      return { ...base, hue: 'wait', state: 'paused', sub, mark: 'paused', label: named(sub) }
    }
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
    if (isJobs) return { ...base, state: 'open', ...jobLine(actor, named) }
    const isSender = actor.role === 'publisher'
    const sub = isSender ? sendingLine(actor) : subscriptionLine(actor)
    const counts = trace.model.value.ledger.actors.get(actor.name)
    const done = t(isSender ? 'graph.sentCount' : 'graph.deliveredCount', {
      n: isSender ? (counts?.sent ?? 0) : (counts?.delivered ?? 0),
    })
    return { ...base, state: 'open', sub, label: `${named(sub)}, ${done}` }
  }

  /** What an actor around queues does, and how much of it it has done. */
  function jobLine(actor: ActorModel, named: (sub: string) => string): { sub: string; label: string } {
    const { flows, ledger } = trace.model.value
    const mine = graph.graph.edges.filter((edge) => edge.actor === actor.name)
    const rateOf = (kinds: readonly string[]) =>
      mine.reduce(
        (sum, { id, kind }) => sum + (kinds.includes(kind) ? (flows.get(id)?.rate.perSecond(run.clockUs()) ?? 0) : 0),
        0,
      )
    const counts = ledger.jobs.actors.get(actor.name)
    switch (actor.role) {
      case 'requester':
      case 'bull-producer':
      case 'producer': {
        const edge = mine.find(({ kind }) => kind === 'add')
        const sub = edge ? verbOf(trace.model.value, edge) : t('graph.noQueue')
        return { sub, label: `${named(sub)}, ${t('graph.addedCount', { n: counts?.sent ?? 0 })}` }
      }
      case 'responder':
      case 'bull-worker':
      case 'consumer': {
        const edge = mine.find(({ kind }) => kind === 'take')
        const held = pendingOf(actor.name)
        const verb = edge ? verbOf(trace.model.value, edge) : t('graph.noQueue')
        const sub = held > 1 ? t('graph.verbHolding', { verb, n: formatCount(held) }) : verb
        return { sub, label: `${named(verb)}, ${t('graph.handledCount', { n: counts?.handled ?? 0, held })}` }
      }
      case 'mover':
        return sameLine(t('graph.moving', { rate: formatRate(rateOf(['take'])) }), named)
      case 'trigger':
        return sameLine(t('graph.fired', { n: formatCount(actor.fired) }), named)
      default:
        return sameLine(t('graph.reclaimed', { n: formatCount(counts?.claimed ?? 0) }), named)
    }
  }

  function sameLine(sub: string, named: (sub: string) => string) {
    return { sub, label: named(sub) }
  }

  function pendingOf(name: string): number {
    let held = 0
    for (const { groups } of trace.model.value.queues.values()) {
      for (const { pending } of groups.values()) held += pending.get(name) ?? 0
    }
    return held
  }

  /** What the tapes show, in words. */
  function groupsLine(queue: QueueModel | undefined): string {
    return [...(queue?.groups.values() ?? [])]
      .filter(({ name }) => name !== '')
      .map(({ name, holders }) => `, ${name}: ${t('queue.pending', { n: formatCount(holders.size) })}`)
      .join('')
  }

  function lengthLine({ queue }: GraphNode, kind: string, { length, dueMs }: QueueFacts): string {
    const n = formatCount(length)
    if (dueMs !== null && queues.unixMs > 0) {
      const us = (dueMs - queues.unixMs) * 1000
      return us <= 0 ? t('queue.dueNow', { n }) : t('queue.due', { n, span: formatSpan(us) })
    }
    return `${kind}, ${{ list: 'LLEN', stream: 'XLEN' }[queue as string] ?? 'ZCARD'} ${n}`
  }

  function queueState(node: GraphNode): NodeState {
    const queue = trace.model.value.queues.get(node.name)
    const facts = queues.facts.get(node.name)
    const kind = t(`queue.kinds.${node.queue ?? 'list'}`)
    const open = Math.max(0, trace.model.value.ledger.jobs.queues.get(node.name)?.inFlight ?? 0)
    const sub = queue?.isDead
      ? t('queue.deadLetters', { n: formatCount(facts?.length ?? open) })
      : facts
        ? lengthLine(node, kind, facts)
        : t('queue.open', { kind, n: formatCount(open) })
    const hue = queue?.isDead ? 'break' : node.queue === 'delayed' ? 'wait' : 'neutral'
    const label = `${textOf(node.name)}, ${sub}${node.queue === 'stream' ? groupsLine(queue) : ''}`
    return { state: 'open', hue, shape: 'square', glyph: node.queue ?? 'list', sub, mark: null, label }
  }

  function draftState(node: GraphNode): NodeState {
    const glyph = node.queue ?? node.kind
    const sub = t('graph.unused', { kind: t(node.queue ? `queue.kinds.${node.queue}` : `roles.${node.kind}`) })
    const shape = node.kind === 'queue' ? 'square' : 'round'
    return { state: 'draft', hue: 'neutral', shape, glyph, sub, mark: null, label: `${textOf(node.name)}, ${sub}` }
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
    if (all.length === 0 && actor.role === 'client' && actor.speech.message) {
      return `${actor.speech.message.split(' ')[0]} ${formatRate(actor.speech.rate)}`
    }
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
    const label = `${name}, ${t('roles.channel')}, ${sub}`
    return { state, hue: 'neutral', shape: 'round', glyph: 'channel', sub, mark: null, label }
  }

  return computed(() => {
    void trace.structure.value
    void trace.tick.value
    void graph.beat
    const node = of()
    if (node.isDraft) return draftState(node)
    if (node.kind === 'channel') return channelState(node)
    if (node.kind === 'queue') return queueState(node)
    if (node.kind === 'pattern') {
      const sub = t('graph.noMatch')
      const label = `${textOf(node.name)}, ${t('roles.pattern')}, ${sub}`
      return { state: 'open', hue: 'neutral', shape: 'round', glyph: 'pattern', sub, mark: null, label }
    }
    const actor = trace.model.value.actors.get(node.name)
    if (actor) return actorState(actor)
    return { state: 'idle', hue: 'neutral', shape: 'round', glyph: 'guest', sub: '', mark: null, label: node.name }
  })
}
