/** The part of the graph that has to do with queues. Square things keep what they are given. */
import { jobEdge, type ActorModel, type JobEdgeKind, type Model } from '../../../trace/model'
import { actorNode, isAway, isDrawn, queueNode, type Edge, type GraphNode } from './edges'

/** Where the people put jobs first, where jobs wait second, and where they end last. */
export function queueNodesOf(model: Model): GraphNode[] {
  const used = new Set<string>()
  for (const actor of model.actors.values()) for (const { resource } of actor.bound.values()) used.add(resource)
  const rank = (name: string, isDead: boolean) => (isDead || !used.has(name) ? 1 : 0)
  return [...model.queues.values()]
    .sort((a, b) => rank(a.name, a.isDead) - rank(b.name, b.isDead))
    .map(({ name, kind, sinceUs, groups }) => {
      const named = [...groups.keys()].filter((group) => group !== '').length
      return { id: queueNode(name), kind: 'queue', name, column: 1, sinceUs, queue: kind, groups: named }
    })
}

/** What actors mean to do with queues, and what was seen to pass besides: retries, dead letters, what triggers do. */
export function jobEdgesOf(model: Model): Edge[] {
  const edges: Edge[] = []
  for (const actor of model.actors.values()) {
    if (!isDrawn(actor)) continue
    const seen = new Set<string>()
    const join = (kind: JobEdgeKind, queue: string) => {
      const edge = edgeOf(actor, kind, queue)
      if (seen.has(edge.id)) return
      seen.add(edge.id)
      edges.push(edge)
    }
    for (const { kind, resource } of actor.bound.values()) {
      if (kind === 'add') join('add', resource)
      else if (kind === 'take' || kind === 'move') join('take', resource)
    }
    for (const queue of model.queues.keys()) {
      for (const kind of ['add', 'take', 'retry', 'dead', 'fire', 'act'] as const) {
        if (model.flows.has(jobEdge(kind, actor.name, queue))) join(kind, queue)
      }
    }
  }
  return edges
}

/** Whether a job goes from the queue to the actor on it, and not the other way. */
export function isTaking(kind: Edge['kind']): boolean {
  return kind === 'take' || kind === 'fire' || kind === 'delivery'
}

function edgeOf(actor: ActorModel, kind: JobEdgeKind, queue: string): Edge {
  const [source, target] = isTaking(kind)
    ? [queueNode(queue), actorNode(actor.name)]
    : [actorNode(actor.name), queueNode(queue)]
  const isOff = actor.hasLeft || isAway(actor)
  const id = jobEdge(kind, actor.name, queue)
  return { id, kind, actor: actor.name, resource: queue, pattern: '', source, target, state: isOff ? 'away' : 'open' }
}

/** The command that puts a job there. BullMQ adds by a script. */
export const addVerbs = { list: 'LPUSH', stream: 'XADD', delayed: 'ZADD', priority: 'ZADD', bull: 'EVALSHA' } as const

/** The command by which something passes along an edge. */
export function verbOf(model: Model, edge: Edge): string {
  const actor = model.actors.get(edge.actor)
  const queue = model.queues.get(edge.resource)
  switch (edge.kind) {
    case 'publish':
      return 'PUBLISH'
    case 'add':
      if (actor?.role === 'mover' || actor?.role === 'trigger') return ''
      if (actor?.verbs.add) return actor.verbs.add
      return addVerbs[queue?.kind as keyof typeof addVerbs] ?? 'ZADD'
    case 'take':
      if (actor?.role === 'mover' || actor?.role === 'reclaimer') return ''
      if (actor?.verbs.take) return actor.verbs.take
      return queue?.kind === 'stream' ? 'XREADGROUP' : queue?.kind === 'list' ? 'BRPOP' : 'BZPOPMIN'
    default:
      return ''
  }
}

/** The glyph of what somebody does along an edge. */
export function roleOf({ kind }: Edge): string {
  if (kind === 'publish') return 'publisher'
  if (kind === 'delivery') return 'subscriber'
  if (kind === 'fire' || kind === 'act') return 'trigger'
  return kind === 'add' ? 'producer' : 'consumer'
}
