/**
 * Turns what nodes and the network tell into the trace: commands and their replies, and every message from its
 * PUBLISH to each receiver's socket, or to the reason why it never got there.
 */
import type { Cancel, Clock, KeyChange, Mark, NodeObserver, Publication } from '../../simulator/ports'
import type { CloseReason, Connection } from '../../simulator/network/connection'
import type { NetworkObserver } from '../../simulator/network/network'
import { asksForSecrets } from '../../../shared/secrets'
import { formatReply } from '../../simulator/resp/format-reply'
import { globMatches } from '../../../shared/glob'
import type { Reply } from '../../simulator/resp/reply'
import type { Bytes } from '../../../shared/bytes'
import { typeCodes, type LossReason } from '../../../shared/trace/event-types'
import type { Trace } from '../trace/trace'
import { commandText } from './command-text'
import { Relays, type Relayed } from './relays'

/** Longer than a node of a cluster takes to give a silent one up. */
const RELAY_PATIENCE_US = 20_000_000

/** A client is sent to another node: `MOVED 3999 127.0.0.1:7002`. */
const REDIRECT = /^(MOVED|ASK) (\d+) (\S+)$/

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

interface ActorState {
  connections: number
  readonly publishes: Set<string>
  readonly wanted: Map<string, Listening>
  readonly confirmed: Map<string, Listening>
  /** The node that has confirmed it. */
  readonly confirmedAt: Map<string, string>
}

interface MessageInFlight {
  readonly message: number
  readonly publishedSeq: number
  readonly publishedUs: number
  readonly channel: Bytes
  readonly receivers: { readonly client: number; readonly pattern?: Bytes }[]
}

export class Delivery implements NetworkObserver {
  private readonly actors = new Map<string, ActorState>()
  /** Those of them that mean to receive something. */
  private readonly receivers = new Map<string, ActorState>()
  /** The clients of each node, by their numbers there. */
  private readonly peers = new Map<string, Map<number, Peer>>()
  private readonly messages = new Map<number, MessageInFlight>()
  private readonly connectCauses = new Map<number, number>()
  /** Commands whose replies may hold passwords. */
  private readonly secretReplies = new Set<number>()
  private messageCount = 0
  private flightCount = 0
  private readonly relays = new Relays()
  private cancelSweep: Cancel | undefined
  /** Hears of replies that never arrived. */
  replyVanished: ((reply: Reply) => void) | undefined
  private heard = 0

  constructor(
    private readonly trace: Trace,
    private readonly clock: Clock,
    /** Whether nodes pass messages on to each other. */
    private readonly hasManyNodes = false,
  ) {}

  /** The event that tells what the network told a client last: what the client does next is a reaction to it. */
  get lastHeard(): number {
    return this.heard
  }

  /** A client has begun to connect, because of `cause`. */
  connecting(connection: Connection, cause: number): void {
    this.connectCauses.set(connection.id, cause)
  }

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
      confirmed: new Map(),
      confirmedAt: new Map(),
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

  isConnected(actor: string): boolean {
    return (this.actors.get(actor)?.connections ?? 0) > 0
  }

  /** A client that the network does not carry, such as a guest on TCP. */
  peerOpened(client: number, peer: Peer, address: string, cause = 0): void {
    this.peersOf(peer.node).set(client, peer)
    this.stateOf(peer.actor).connections++
    this.heard = this.trace.append({ type: 'connection.opened', cause, ...peer, address })
  }

  peerClosed(peer: Peer, why: string): void {
    const actor = this.actors.get(peer.actor)
    const cause = this.trace.append({ type: 'connection.closed', ...peer, why })
    this.heard = cause
    if (!actor) return
    actor.connections--
    for (const relayed of this.relays.awaitedBy(peer.actor)) {
      if (relayed.awaited.get(peer.actor) !== peer.node) continue
      this.missed(relayed, peer.actor, 'disconnected')
      this.relays.settle(relayed, peer.actor)
    }
    for (const { kind, resource } of actor.confirmed.values()) {
      this.trace.append({ type: 'subscription.closed', cause, actor: peer.actor, resource, kind, why: 'disconnected' })
    }
    actor.confirmed.clear()
  }

  peerArrived(peer: Peer, client: number, mark: Mark): void {
    if (mark.kind === 'message') this.messageArrived(peer, client, mark.message)
    else this.replyArrived(peer, mark.tag, mark.reply)
  }

  commandSent(connection: Connection, argv: readonly Bytes[]): number {
    return this.appendCommand(peerOf(connection), argv)
  }

  arrived(connection: Connection, mark: Mark): void {
    this.peerArrived(peerOf(connection), connection.client, mark)
  }

  vanished(connection: Connection, mark: Mark, why: LossReason): void {
    if (mark.kind === 'message') this.messageVanished(connection.owner, connection.client, mark.message, why)
    else this.replyVanished?.(mark.reply)
  }

  opened(connection: Connection): void {
    const { address, port } = connection.clientAddress
    this.peerOpened(connection.client, peerOf(connection), `${address}:${port}`, this.takeConnectCause(connection))
  }

  closed(connection: Connection, why: CloseReason): void {
    this.peerClosed(peerOf(connection), why)
  }

  failed(connection: Connection, code: string): void {
    const cause = this.takeConnectCause(connection)
    this.heard = this.trace.append({ type: 'connection.failed', cause, ...peerOf(connection), why: code })
  }

  private takeConnectCause({ id }: Connection): number {
    const cause = this.connectCauses.get(id) ?? 0
    this.connectCauses.delete(id)
    return cause
  }

  /** The ears of one node. */
  observe(node: string): NodeObserver {
    const peers = this.peersOf(node)
    return {
      clientConnected: () => undefined,
      clientClosed: (client) => peers.delete(client),
      command: (client, argv, tag) => {
        if (tag > 0) return tag
        const peer = peers.get(client)
        return peer ? this.appendCommand(peer, argv) : 0
      },
      messagePublished: (publication) => this.published(node, publication),
      keyChanged: (change) => this.keyChanged(node, change),
      replicationEvent: () => undefined,
      clusterEvent: () => undefined,
      sentinelEvent: () => undefined,
    }
  }

  private published(node: string, publication: Publication): number {
    const { cause, client, channel, message: payload, receivers } = publication
    const peers = this.peersOf(node)
    const { actor, connection, node: place } = peers.get(client) ?? { actor: node, connection: 0, node }
    if (publication.isRelayed) return this.relayed(node, publication)
    if (this.actors.has(actor)) this.publishesTo(actor, channel, cause)
    if (!this.concernsAnybody(node, actor, publication)) return ++this.flightCount
    const message = ++this.messageCount
    const values = [actor, connection, place, channel, message, payload, receivers.length]
    const publishedSeq = this.trace.note(typeCodes['message.published'], cause, values)
    let expected = receivers.length
    const awaited = new Map<string, string>()
    if (this.receivers.size > 0) {
      const reached = new Set(receivers.map((receiver) => peers.get(receiver.client)?.actor))
      for (const [wanting, state] of this.receivers) {
        if (reached.has(wanting) || !wants(state, channel, publication.sharded)) continue
        expected++
        const elsewhere = this.hasManyNodes ? listensAt(state, channel, publication.sharded) : undefined
        if (elsewhere !== undefined && elsewhere !== node) {
          awaited.set(wanting, elsewhere)
          continue
        }
        this.lose(publishedSeq, wanting, channel, message, state.connections > 0 ? 'not-subscribed' : 'disconnected')
      }
    }
    if (expected === 0) this.lose(publishedSeq, '', channel, message, 'no-subscriber')
    const publishedUs = this.clock.nowUs()
    if (this.hasManyNodes) {
      const reached = new Set([node])
      this.relays.add(payload, publication.sharded, { message, publishedSeq, publishedUs, channel, reached, awaited })
      this.sweepLater()
    }
    return this.takeOff({ message, publishedSeq, publishedUs, channel, receivers: [...receivers] })
  }

  /** What nodes say among themselves, as Sentinels greet each other, is nobody's message. */
  private concernsAnybody(node: string, actor: string, { channel, sharded, receivers }: Publication): boolean {
    if (!this.hasManyNodes || actor !== node) return true
    const peers = this.peersOf(node)
    if (receivers.some(({ client }) => peers.has(client))) return true
    for (const state of this.receivers.values()) if (wants(state, channel, sharded)) return true
    return false
  }

  /** Gives the number that the deliveries carry in their marks. */
  private takeOff(flight: MessageInFlight): number {
    const number = ++this.flightCount
    if (flight.receivers.length > 0) this.messages.set(number, flight)
    return number
  }

  /** A node passes on what was published on another one. */
  private relayed(node: string, { channel, message: payload, sharded, receivers }: Publication): number {
    const relayed = this.relays.take(node, channel, payload, sharded)
    if (!relayed) return ++this.flightCount
    const { message, publishedSeq, publishedUs } = relayed
    if (receivers.length > 0) {
      const values = [node, channel, message, receivers.length]
      this.trace.note(typeCodes['message.relayed'], publishedSeq, values)
    }
    const peers = this.peersOf(node)
    const reached = new Set(receivers.map(({ client }) => peers.get(client)?.actor))
    for (const [actor, place] of relayed.awaited) {
      if (place !== node) continue
      if (!reached.has(actor)) this.missed(relayed, actor, 'not-subscribed')
      this.relays.settle(relayed, actor)
    }
    return this.takeOff({ message, publishedSeq, publishedUs, channel, receivers: [...receivers] })
  }

  private missed(relayed: Relayed, actor: string, why: LossReason): void {
    this.lose(relayed.publishedSeq, actor, relayed.channel, relayed.message, why)
  }

  /** What no node has passed on for so long never will be: the way there was cut. */
  private sweepLater(): void {
    if (this.cancelSweep || !this.relays.isWaiting) return
    this.cancelSweep = this.clock.after(RELAY_PATIENCE_US, () => {
      this.cancelSweep = undefined
      for (const relayed of this.relays.waitingSince(this.clock.nowUs() - RELAY_PATIENCE_US)) {
        for (const actor of relayed.awaited.keys()) {
          this.missed(relayed, actor, 'partition')
          this.relays.settle(relayed, actor)
        }
      }
      this.sweepLater()
    })
  }

  private messageArrived(peer: Peer, client: number, number: number): void {
    const flight = this.land(client, number)
    if (!flight) return
    const { message, publishedSeq, publishedUs, channel } = flight
    const latencyUs = this.clock.nowUs() - publishedUs
    const values = [peer.actor, peer.connection, peer.node, channel, flight.pattern ?? '', message, latencyUs]
    this.heard = this.trace.note(typeCodes['message.delivered'], publishedSeq, values)
  }

  private messageVanished(actor: string, client: number, number: number, why: LossReason): void {
    const flight = this.land(client, number)
    if (flight) this.lose(flight.publishedSeq, actor, flight.channel, flight.message, why)
  }

  /** Takes one receiver off a message in flight. A client that matched twice lands twice, the channel first. */
  private land(client: number, number: number): (MessageInFlight & { readonly pattern?: Bytes }) | undefined {
    const flight = this.messages.get(number)
    const index = flight?.receivers.findIndex((receiver) => receiver.client === client) ?? -1
    if (!flight || index < 0) return undefined
    const [receiver] = flight.receivers.splice(index, 1)
    if (flight.receivers.length === 0) this.messages.delete(number)
    return { ...flight, ...(receiver!.pattern === undefined ? {} : { pattern: receiver!.pattern }) }
  }

  private lose(cause: number, actor: string, channel: Bytes, message: number, why: LossReason): void {
    this.trace.note(typeCodes['message.lost'], cause, [actor, channel, message, why])
  }

  private keyChanged(node: string, { cause, db, key, event }: KeyChange): void {
    if (event === 'expired' || event === 'evicted') this.trace.note(typeCodes[`key.${event}`], cause, [node, db, key])
    else this.trace.note(typeCodes['key.changed'], cause, [node, db, key, event])
  }

  private appendCommand(peer: Peer, argv: readonly Bytes[]): number {
    const { actor, connection, node } = peer
    const values = [actor, connection, node, commandText(argv)]
    const tag = this.trace.note(typeCodes['command.sent'], this.trace.cause, values)
    if (asksForSecrets(argv)) this.secretReplies.add(tag)
    return tag
  }

  private replyArrived(peer: Peer, tag: number, reply: Reply): void {
    const isSecret = this.secretReplies.size > 0 && this.secretReplies.delete(tag)
    const text = isSecret ? '(redacted)' : formatReply(reply)
    const { actor, connection, node } = peer
    const failed = reply.kind === 'error' ? 1 : 0
    this.heard = this.trace.note(typeCodes['command.replied'], tag, [actor, connection, node, text, failed])
    if (reply.kind === 'error' && this.hasManyNodes) this.redirected(peer, reply.text)
    if (reply.kind === 'many') for (const part of reply.replies) this.confirm(peer, tag, part)
    else this.confirm(peer, tag, reply)
  }

  private redirected({ actor, connection, node }: Peer, text: string): void {
    const [, kind, slot, address] = REDIRECT.exec(text) ?? []
    if (address === undefined) return
    const values = [actor, connection, node, kind!, Number(slot), address]
    this.heard = this.trace.note(typeCodes['command.redirected'], this.heard, values)
  }

  /** SUBSCRIBE and its siblings answer `[kind, resource, count]`, one for each resource. */
  private confirm({ actor, node }: Peer, cause: number, reply: Reply): void {
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
      if (state.confirmed.has(key)) return
      state.confirmed.set(key, listening)
      this.trace.append({ type: 'subscription.opened', cause, actor, resource: listening.resource, kind })
    } else if (state.confirmed.delete(key)) {
      this.trace.append({
        type: 'subscription.closed',
        cause,
        actor,
        resource: listening.resource,
        kind,
        why: 'unsubscribed',
      })
    }
  }

  private peersOf(node: string): Map<number, Peer> {
    let peers = this.peers.get(node)
    if (!peers) {
      peers = new Map()
      this.peers.set(node, peers)
    }
    return peers
  }

  private stateOf(actor: string): ActorState {
    const state = this.actors.get(actor)
    if (!state) throw new Error(`no actor ${actor} has joined`)
    return state
  }
}

function wants({ wanted }: ActorState, channel: Bytes, sharded: boolean): boolean {
  for (const { kind, resource } of wanted.values()) {
    if (
      kind === 'pattern'
        ? !sharded && globMatches(resource, channel)
        : resource === channel && (kind === 'sharded') === sharded
    ) {
      return true
    }
  }
  return false
}

/** Where an actor's subscription to a channel was confirmed. */
function listensAt({ confirmed, confirmedAt }: ActorState, channel: Bytes, sharded: boolean): string | undefined {
  for (const [key, { kind, resource }] of confirmed) {
    const matches = kind === 'pattern' ? !sharded && globMatches(resource, channel) : resource === channel
    if (matches && (kind === 'sharded') === sharded) return confirmedAt.get(key)
  }
  return undefined
}

function keyOf({ kind, resource }: Listening): string {
  return `${kind} ${resource}`
}

function peerOf(connection: Connection): Peer {
  return { actor: connection.owner, connection: connection.id, node: connection.node }
}
