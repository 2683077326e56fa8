/**
 * Who takes part in a run, what they mean to hear, and what servers have confirmed to them: the same on simulated
 * nodes and on real ones.
 */
import { globMatches } from '../../../shared/glob'
import type { Bytes } from '../../../shared/bytes'
import type { Reply } from '../../simulator/resp/reply'
import type { Attendance } from '../actors/yard'
import type { Trace } from '../trace/trace'

/** A client of a node, as the trace names it. */
export interface Peer {
  readonly actor: string
  readonly connection: number
  readonly node: string
}

export type SubscriptionKind = 'channel' | 'pattern' | 'sharded'

/** What an actor listens to, as it means to and as its node has confirmed. */
export interface Listening {
  readonly kind: SubscriptionKind
  readonly resource: Bytes
}

/** What an actor publishes by itself: messages a second and their template. */
export interface Speech {
  readonly rate: number
  readonly template: string
}

export const silence: Speech = { rate: 0, template: '' }

export interface ActorState {
  connections: number
  readonly publishes: Set<string>
  readonly wanted: Map<string, Listening>
  /** What it has ever wanted. */
  readonly meant: Set<string>
  readonly confirmed: Map<string, Listening>
  /** The node that has confirmed it. */
  readonly confirmedAt: Map<string, string>
  /** The connection over which it has: a client of a cluster has several. */
  readonly confirmedOver: Map<string, number>
}

export class Roster implements Attendance {
  protected readonly actors = new Map<string, ActorState>()
  /** Those of them that mean to receive something. */
  protected readonly receivers = new Map<string, ActorState>()

  constructor(protected readonly trace: Trace) {}

  /** Who has joined the run and not left it. */
  get participants(): readonly string[] {
    return [...this.actors.keys()]
  }

  /** The sharded channels that actors mean to listen to. */
  shardedChannels(): readonly Bytes[] {
    const channels = new Set<Bytes>()
    for (const { wanted } of this.actors.values()) {
      for (const { kind, resource } of wanted.values()) if (kind === 'sharded') channels.add(resource)
    }
    return [...channels]
  }

  join(actor: string, role: string, speech: Speech = silence): void {
    this.actors.set(actor, {
      connections: 0,
      publishes: new Set(),
      wanted: new Map(),
      meant: new Set(),
      confirmed: new Map(),
      confirmedAt: new Map(),
      confirmedOver: new Map(),
    })
    this.trace.append({ type: 'actor.joined', actor, role, ...speech })
  }

  leave(actor: string): void {
    this.trace.append({ type: 'actor.left', actor })
    this.actors.delete(actor)
    this.receivers.delete(actor)
  }

  /** From now on this actor is to receive what is published there: missing it is a loss. */
  want(actor: string, listening: Listening): void {
    const state = this.stateOf(actor)
    const key = keyOf(listening)
    if (state.wanted.has(key)) return
    state.wanted.set(key, listening)
    state.meant.add(key)
    this.receivers.set(actor, state)
    this.trace.append({ type: 'actor.bound', actor, resource: listening.resource, kind: listening.kind })
  }

  unwant(actor: string, listening: Listening): void {
    if (!this.stateOf(actor).wanted.delete(keyOf(listening))) return
    this.trace.append({ type: 'actor.unbound', actor, resource: listening.resource, kind: listening.kind })
  }

  /** From now on this actor is drawn as one that publishes there. */
  publishesTo(actor: string, channel: Bytes, cause = this.trace.cause): void {
    const { publishes } = this.stateOf(actor)
    if (publishes.has(channel)) return
    publishes.add(channel)
    this.trace.append({ type: 'actor.bound', cause, actor, resource: channel, kind: 'publish' })
  }

  usesQueue(actor: string, resource: Bytes, kind: 'add' | 'take' | 'move'): void {
    this.trace.append({ type: 'actor.bound', actor, resource, kind })
  }

  /** Nobody knows, unless who can see into the nodes. */
  ageOfFact(_key: Bytes): number {
    return -1
  }

  isConnected(actor: string): boolean {
    return (this.actors.get(actor)?.connections ?? 0) > 0
  }

  subscriptionsOf(actor: string): number {
    const state = this.actors.get(actor)
    if (!state) return 0
    // With Sentinels, clients listen for a new primary too, which is nothing that an actor does.
    return [...state.confirmed.keys()].filter((key) => state.meant.has(key)).length
  }

  /** SUBSCRIBE and its siblings answer `[kind, resource, count]`, one for each resource. */
  protected confirm({ actor, connection, node }: Peer, cause: number, reply: Reply): void {
    if (reply.kind !== 'push' && reply.kind !== 'array') return
    const [kindReply, resourceReply] = reply.items
    if (reply.items.length !== 3 || kindReply?.kind !== 'bulk' || resourceReply?.kind !== 'bulk') return
    const found = /^(p|s)?(un)?subscribe$/.exec(kindReply.bytes)
    const state = this.actors.get(actor)
    if (!found || !state) return
    const kind = found[1] === 'p' ? 'pattern' : found[1] === 's' ? 'sharded' : 'channel'
    const listening: Listening = { kind, resource: resourceReply.bytes as Bytes }
    const key = keyOf(listening)
    if (!found[2]) {
      state.confirmedAt.set(key, node)
      state.confirmedOver.set(key, connection)
      if (state.confirmed.has(key)) return
      state.confirmed.set(key, listening)
      this.trace.append({ type: 'subscription.opened', cause, actor, resource: listening.resource, kind })
    } else if (state.confirmed.delete(key)) {
      const { resource } = listening
      this.trace.append({ type: 'subscription.closed', cause, actor, resource, kind, why: 'unsubscribed' })
    }
  }

  protected stateOf(actor: string): ActorState {
    const state = this.actors.get(actor)
    if (!state) throw new Error(`no actor ${actor} has joined`)
    return state
  }
}

/** Whether what is published there matches what an actor listens to. */
export function matches({ kind, resource }: Listening, channel: Bytes, sharded: boolean): boolean {
  if (kind === 'pattern') return !sharded && globMatches(resource, channel)
  return resource === channel && (kind === 'sharded') === sharded
}

/** Whether an actor means to hear what is published there. */
export function wants({ wanted }: ActorState, channel: Bytes, sharded: boolean): boolean {
  for (const listening of wanted.values()) if (matches(listening, channel, sharded)) return true
  return false
}

export function keyOf({ kind, resource }: Listening): string {
  return `${kind} ${resource}`
}
