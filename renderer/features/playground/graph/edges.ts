/** The graph that a model amounts to: nodes and edges by name, without places. Pure, and cheap enough for each change. */
import { globMatches } from '../../../../shared/glob'
import type { QueueKind } from '../../../../shared/trace/event-types'
import {
  bindingKey,
  deliveryEdge,
  isKeyEventChannel,
  isQueueBinding,
  publishEdge,
  type ActorModel,
  type Binding,
  type JobEdgeKind,
  type Model,
} from '../../../trace/model'
import { jobEdgesOf, queueNodesOf } from './job-edges'

export interface GraphNode {
  readonly id: string
  readonly kind: 'actor' | 'channel' | 'pattern' | 'queue'
  /** An actor's name, or the bytes of a channel, pattern or queue. */
  readonly name: string
  /** Senders stand left (0), resources in the middle (1), receivers right (2). */
  readonly column: 0 | 1 | 2
  readonly sinceUs: number
  /** What it is made of, where it is a queue, and how many groups read it. */
  readonly queue?: QueueKind
  readonly groups?: number
  /** Put there by hand, and used by nobody yet. */
  readonly isDraft?: boolean
}

export interface Edge {
  readonly id: string
  readonly kind: 'publish' | 'delivery' | JobEdgeKind
  readonly actor: string
  /** The queue; the channel, or the pattern when no channel matches it yet. */
  readonly resource: string
  /** The pattern it came by, empty for a plain subscription. */
  readonly pattern: string
  readonly source: string
  readonly target: string
  /** `waiting`: meant but not confirmed yet. `away`: the actor is not connected, so what is published is lost to it. */
  readonly state: 'open' | 'waiting' | 'away'
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly Edge[]
}

export const actorNode = (name: string) => `actor:${name}`
export const queueNode = (name: string) => `queue:${name}`
export const channelNode = (name: string) => `channel:${name}`
export const patternNode = (name: string) => `pattern:${name}`

export function graphOf(model: Model): Graph {
  const nodes: GraphNode[] = []
  const edges: Edge[] = []
  const used = new Set<string>()
  const channels = [...model.channels.values()]

  for (const actor of model.actors.values()) {
    if (!isDrawn(actor) || isOnlooker(model, actor)) continue
    const { name, sinceUs } = actor
    nodes.push({ id: actorNode(name), kind: 'actor', name, column: isSender(model, actor) ? 0 : 2, sinceUs })
    for (const channel of channels) {
      if (publishes(model, actor, channel.name)) {
        used.add(channel.name)
        edges.push(publishing(actor, channel.name))
      }
    }
    for (const binding of subscriptionsOf(actor)) {
      const matching =
        binding.kind === 'pattern' ? channels.filter((channel) => globMatches(binding.resource, channel.name)) : null
      if (matching?.length === 0) {
        const id = patternNode(binding.resource)
        if (!nodes.some((node) => node.id === id)) {
          nodes.push({ id, kind: 'pattern', name: binding.resource, column: 1, sinceUs })
        }
        edges.push(delivering(actor, binding, binding.resource, id))
      }
      for (const channel of matching?.map((match) => match.name) ?? [binding.resource]) {
        used.add(channel)
        edges.push(delivering(actor, binding, channel, channelNode(channel)))
      }
    }
  }
  for (const { name, sinceUs } of channels) {
    // A channel is nothing that is stored: it is there while someone means it, or something was sent on it.
    if (!used.has(name) && (isKeyEventChannel(name) || !model.ledger.channels.get(name)?.sent)) continue
    nodes.push({ id: channelNode(name), kind: 'channel', name, column: 1, sinceUs })
  }
  nodes.push(...queueNodesOf(model))
  edges.push(...jobEdgesOf(model))
  return { nodes, edges }
}

/** The graph as it was known where the new one says the same, with every part that stayed the same in any case. */
export function unlessSame(known: Graph | undefined, next: Graph): Graph {
  if (!known) return next
  const nodes = kept(known.nodes, next.nodes)
  const edges = kept(known.edges, next.edges)
  return nodes === known.nodes && edges === known.edges ? known : { nodes, edges }
}

function kept<T extends { readonly id: string }>(known: readonly T[], next: readonly T[]): readonly T[] {
  const byId = new Map(known.map((part) => [part.id, part]))
  const all = next.map((part) => {
    const before = byId.get(part.id)
    return before && isSame(before, part) ? before : part
  })
  return all.length === known.length && all.every((part, index) => part === known[index]) ? known : all
}

function isSame<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

/** How many of those who mean to listen on a channel are subscribed now. */
export function audienceOf(model: Model, channel: string): { subscribed: number; meant: number } {
  let subscribed = 0
  let meant = 0
  for (const actor of model.actors.values()) {
    if (actor.hasLeft) continue
    for (const binding of subscriptionsOf(actor)) {
      if (!reaches(binding, channel)) continue
      meant++
      if (actor.open.has(bindingKey(binding.kind, binding.resource))) subscribed++
    }
  }
  return { subscribed, meant }
}

export function reaches(binding: Binding, channel: string): boolean {
  if (binding.kind === 'pattern') return globMatches(binding.resource, channel)
  return binding.kind !== 'publish' && !isQueueBinding(binding.kind) && binding.resource === channel
}

/** What an actor means to hear and what a node has confirmed, each once. */
export function subscriptionsOf(actor: ActorModel): Binding[] {
  const all = new Map([...actor.bound, ...actor.open])
  return [...all.values()].filter(({ kind }) => kind !== 'publish' && !isQueueBinding(kind))
}

const jobRoles: ReadonlySet<string> = new Set([
  'producer',
  'consumer',
  'mover',
  'reclaimer',
  'trigger',
  'requester',
  'responder',
  'bull-producer',
  'bull-worker',
])

/** Whether an actor is one around queues: it has jobs, not messages. */
export function isJobRole(role: string): boolean {
  return jobRoles.has(role)
}

/** Who was killed or stopped stays in its place, to be started again; who was removed, or hung up for good, does not. */
export function isDrawn(actor: ActorModel): boolean {
  return !actor.hasLeft || (!actor.isRemoved && (actor.killed !== null || isJobRole(actor.role)))
}

/** A console takes part in the graph once it publishes or subscribes. */
function isOnlooker(model: Model, actor: ActorModel): boolean {
  if (actor.role !== 'console') return false
  return subscriptionsOf(actor).length === 0 && !model.ledger.actors.get(actor.name)?.sent
}

function isSender(model: Model, actor: ActorModel): boolean {
  if (['publisher', 'producer', 'requester', 'bull-producer'].includes(actor.role)) return true
  if (actor.role !== 'guest' && actor.role !== 'console') return false
  return subscriptionsOf(actor).length === 0 && Boolean(model.ledger.actors.get(actor.name)?.sent)
}

function publishes(model: Model, actor: ActorModel, channel: string): boolean {
  // Whoever changes a key makes its node tell of it: that is no publishing of its own.
  if (isKeyEventChannel(channel)) return false
  if (actor.bound.has(bindingKey('publish', channel))) return true
  return Boolean(model.flows.get(publishEdge(actor.name, channel))?.count)
}

function publishing(actor: ActorModel, channel: string): Edge {
  return {
    id: publishEdge(actor.name, channel),
    kind: 'publish',
    actor: actor.name,
    resource: channel,
    pattern: '',
    source: actorNode(actor.name),
    target: channelNode(channel),
    state: isAway(actor) ? 'away' : 'open',
  }
}

function delivering(actor: ActorModel, binding: Binding, resource: string, source: string): Edge {
  const pattern = binding.kind === 'pattern' ? binding.resource : ''
  const isOpen = actor.open.has(bindingKey(binding.kind, binding.resource))
  return {
    id: deliveryEdge(resource, actor.name, pattern),
    kind: 'delivery',
    actor: actor.name,
    resource,
    pattern,
    source,
    target: actorNode(actor.name),
    state: isAway(actor) ? 'away' : isOpen ? 'open' : 'waiting',
  }
}

export function isAway(actor: ActorModel): boolean {
  return actor.link === 'closed' || actor.link === 'failed' || actor.link === 'retrying'
}
