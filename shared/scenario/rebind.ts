/** Which role can have to do with what, at which of its ends, and what an actor's settings become when it moves there. */
import { consumerKeys, producerKeys } from './queue-keys'
import { parseTriggerOn } from './trigger-on'
import type { ActorSpec } from './actor-roles'

/** What an actor can be bound to. */
export const resourceKinds = ['channel', 'pattern', 'list', 'stream', 'delayed', 'priority', 'bull'] as const
export type ResourceKind = (typeof resourceKinds)[number]

/** `source`: it hears or takes from there. `target`: it sends or adds there. */
export type End = 'source' | 'target'

type Ends = Readonly<Record<End, readonly ResourceKind[]>>
const queues = ['list', 'stream', 'delayed', 'priority'] as const

const ends: Readonly<Record<string, Ends>> = {
  publisher: { source: [], target: ['channel'] },
  subscriber: { source: ['channel', 'pattern'], target: [] },
  producer: { source: [], target: queues },
  // Nobody takes from a delayed queue but a mover: what is in it is not due yet.
  consumer: { source: ['list', 'stream', 'priority'], target: [] },
  mover: { source: ['delayed'], target: ['list'] },
  reclaimer: { source: ['list'], target: [] },
  requester: { source: [], target: ['channel', 'list'] },
  responder: { source: ['channel', 'list'], target: [] },
  'bull-producer': { source: [], target: ['bull'] },
  'bull-worker': { source: ['bull'], target: [] },
  trigger: { source: ['channel', 'pattern', 'stream'], target: ['channel', 'list', 'stream'] },
}
const none: Ends = { source: [], target: [] }

/** What a role can be bound to; nothing at all for guests, consoles and clients, which do as their program says. */
export function endsOf(role: string): Ends {
  return ends[role] ?? none
}

export interface Binding {
  readonly end: End
  readonly kind: ResourceKind
  readonly resource: string
}

/** Settings that mean something for one kind of queue only: they stay behind when an actor leaves it. */
const ownKeys: readonly string[] = [
  ...queues,
  ...['lists', 'channel'],
  ...[producerKeys, consumerKeys].flatMap((byKind) => Object.values<readonly string[]>(byKind).flat()),
]

/** The settings of the same actor elsewhere; undefined where its role cannot have to do with that. */
export function reboundSpec(spec: ActorSpec, { end, kind, resource }: Binding): ActorSpec | undefined {
  if (!endsOf(spec.role)[end].includes(kind)) return undefined
  switch (spec.role) {
    case 'publisher':
      return { ...spec, channel: resource }
    case 'mover':
      return end === 'source' ? { ...spec, from: resource } : { ...spec, to: resource }
    case 'reclaimer':
      return { ...spec, list: resource }
    case 'bull-producer':
    case 'bull-worker':
      // BullMQ takes the colon for itself.
      return resource.includes(':') ? undefined : { ...spec, queue: resource }
    case 'trigger':
      return end === 'source' ? listening(spec, kind, resource) : { ...spec, do: actionOf(spec, kind, resource) }
    case 'producer':
    case 'consumer':
    case 'requester':
    case 'responder': {
      const isSame = (spec as Readonly<Record<string, unknown>>)[kind] !== undefined
      const kept = Object.entries(spec).filter(([key]) => isSame || !ownKeys.includes(key))
      return { ...Object.fromEntries(kept), [kind]: resource } as unknown as ActorSpec
    }
    default:
      return undefined
  }
}

type TriggerSpec = Extract<ActorSpec, { role: 'trigger' }>

function listening(spec: TriggerSpec, kind: ResourceKind, resource: string): ActorSpec | undefined {
  const word = { channel: 'message', pattern: 'pmessage', stream: 'entry' }[kind as 'channel']
  const on = `${word} ${resource}`
  // Words have spaces between them, so a name with one cannot be said.
  return parseTriggerOn(on) ? { ...spec, on } : undefined
}

const verbs = { channel: 'PUBLISH', list: 'LPUSH', stream: 'XADD' } as const

/** Its command with another target where the verb fits, and a plain one where it does not. */
function actionOf({ do: action = '', on }: TriggerSpec, kind: ResourceKind, resource: string): string {
  const target = /^[^\s"'\\{}]+$/.test(resource) ? resource : `"${resource.replace(/["\\]/g, '\\$&')}"`
  const verb = verbs[kind as keyof typeof verbs]
  const [, known = '', rest = ''] = /^(\w+)\s+(?:"(?:[^"\\]|\\.)*"|\S+)(.*)$/s.exec(action) ?? []
  const fits = known.toUpperCase() === verb || (kind === 'list' && /^[LR]PUSH$/i.test(known))
  if (fits) return `${known} ${target}${rest}`
  const said = parseTriggerOn(on)?.kind === 'key' ? '{{key}}' : '{{message}}'
  return kind === 'stream' ? `${verb} ${target} * what ${said}` : `${verb} ${target} ${said}`
}
