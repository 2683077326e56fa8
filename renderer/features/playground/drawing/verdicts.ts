/** What a line from one node to another would mean: a binding, or why there can be none. Pure. */
import { textOf } from '../../../../shared/bytes'
import { endsOf, type Binding, type End, type ResourceKind } from '../../../../shared/scenario/rebind'
import { bindingKey, type ActorModel, type Model } from '../../../trace/model'
import type { GraphNode } from '../graph/edges'
import { addVerbs } from '../graph/job-edges'

export type Refusal = 'self' | 'actors' | 'resources' | 'guest' | 'gone' | 'known' | 'role'

export type Verdict =
  | ({ readonly kind: 'bind'; readonly actor: string; readonly role: string; readonly to: string } & {
      binding: Binding
    })
  | { readonly kind: 'no'; readonly why: Refusal; readonly actor: string; readonly role: string }

export function verdictOf(model: Model, from: GraphNode, to: GraphNode): Verdict {
  const refused = (why: Refusal, actor = '', role = ''): Verdict => ({ kind: 'no', why, actor, role })
  if (from.id === to.id) return refused('self')
  const isActor = (node: GraphNode) => node.kind === 'actor'
  if (isActor(from) === isActor(to)) return refused(isActor(from) ? 'actors' : 'resources')
  const [node, resource] = isActor(from) ? [from, to] : [to, from]
  const actor = model.actors.get(node.name)
  if (!actor) return refused('gone', node.name)
  const { name, role } = actor
  const { source, target } = endsOf(role)
  if (source.length + target.length === 0) return refused('guest', name, role)
  if (actor.hasLeft) return refused('gone', name, role)
  const kind = kindOf(resource)
  // A line is drawn the way things go; where that means nothing, the other way round does as well.
  const wanted: readonly End[] = isActor(from) ? ['target', 'source'] : ['source', 'target']
  const end = wanted.find((one) => kind !== null && { source, target }[one].includes(kind))
  if (!end || !kind) return refused('role', name, role)
  if (isKnown(actor, end, kind, resource.name)) return refused('known', name, role)
  const binding = { end, kind, resource: textOf(resource.name) }
  return { kind: 'bind', actor: name, role, to: resource.id, binding }
}

function kindOf({ kind, queue }: GraphNode): ResourceKind | null {
  if (kind === 'channel' || kind === 'pattern') return kind
  return queue === undefined || queue === 'request' || queue === 'bull-failed' ? null : queue
}

function isKnown({ bound, role }: ActorModel, end: End, kind: ResourceKind, name: string): boolean {
  // What a trigger does is a command of any kind, of which its bindings say nothing.
  if (role === 'trigger' && end === 'target') return false
  const words =
    end === 'target'
      ? kind === 'channel' && role === 'publisher'
        ? ['publish']
        : ['add']
      : kind === 'channel' || kind === 'pattern'
        ? [kind, 'take']
        : ['take', 'move']
  return words.some((word) => bound.has(bindingKey(word, name)))
}

/** The command by which the actor has to do with the resource from then on. */
export function commandOf({ role, binding: { end, kind, resource } }: Extract<Verdict, { kind: 'bind' }>): string[] {
  if (kind === 'channel' || kind === 'pattern') {
    return [end === 'target' ? 'PUBLISH' : kind === 'pattern' ? 'PSUBSCRIBE' : 'SUBSCRIBE', resource]
  }
  if (end === 'target') return [addVerbs[kind], resource]
  if (role === 'mover') return ['ZRANGEBYSCORE', resource]
  if (role === 'reclaimer') return ['LRANGE', resource]
  if (kind === 'stream') return [role === 'trigger' ? 'XREAD' : 'XREADGROUP', resource]
  return [kind === 'list' ? 'BRPOP' : 'BZPOPMIN', resource]
}
