/**
 * Turns what nodes and the network tell into the trace: commands and their replies, and every message from its
 * PUBLISH to each receiver's socket, or to the reason why it never got there.
 */
import type { Cancel, Clock, KeyChange, Mark, NodeObserver, Publication } from '../../simulator/ports'
import type { CloseReason, Connection } from '../../simulator/network/connection'
import type { NetworkObserver } from '../../simulator/network/network'
import { asksForSecrets } from '../../../shared/secrets'
import { formatReply } from '../../simulator/resp/format-reply'
import type { Reply } from '../../simulator/resp/reply'
import type { Bytes } from '../../../shared/bytes'
import { typeCodes, type LossReason } from '../../../shared/trace/event-types'
import type { Trace } from '../trace/trace'
import { commandText, spellCommand } from './command-text'
import { arrivalOf, countOnTheWay, isTold, Relays, type Relayed } from './relays'
import { spellReply } from './reply-text'
import { matches, Roster, wants, type ActorState, type Peer } from './roster'

/** Longer than a node of a cluster takes to give a silent one up. */
const RELAY_PATIENCE_US = 20_000_000

/** Longer than a confirmation is on its way. */
const CONFIRMATION_US = 1_000_000
/** Stands for a node that is not known. */
const ANY_NODE = ''

const EXPIRIES_KEPT = 10_000

/** What a node says of its own keys, and tells no other node. */
const KEY_EVENT = /^__key(?:space|event)@\d+__:/

/** A client is sent to another node: `MOVED 3999 127.0.0.1:7002`. */
const REDIRECT = /^(MOVED|ASK) (\d+) (\S+)$/

interface MessageInFlight {
  readonly message: number
  readonly publishedSeq: number
  readonly publishedUs: number
  readonly channel: Bytes
  readonly receivers: { readonly client: number; readonly pattern?: Bytes }[]
  /** Where several nodes may have it. */
  readonly relayed?: Relayed
}

export class Delivery extends Roster implements NetworkObserver {
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
  private lastLatencyUs = 0
  /** By key: how long after its time to live had passed it was deleted, in microseconds. */
  private readonly lateExpiries = new Map<Bytes, number>()

  constructor(
    trace: Trace,
    private readonly clock: Clock,
    /** Whether nodes pass messages on to each other. */
    private readonly hasManyNodes = false,
  ) {
    super(trace)
  }

  /** The event that tells what the network told a client last: what the client does next is a reaction to it. */
  get lastHeard(): number {
    return this.heard
  }

  /**
   * How long ago it happened what the message that arrived last tells of, in microseconds: a key event may come long
   * after the key's time was over.
   */
  override ageOfFact(key: Bytes): number {
    return this.lastLatencyUs + (this.lateExpiries.get(key) ?? 0)
  }

  /** A client has begun to connect, because of `cause`. */
  connecting(connection: Connection, cause: number): void {
    this.connectCauses.set(connection.id, cause)
  }

  /** A client that the network does not carry, such as a guest on TCP. */
  peerOpened(client: number, peer: Peer, address: string, cause = 0): void {
    if (client > 0) this.peersOf(peer.node).set(client, peer)
    this.stateOf(peer.actor).connections++
    this.heard = this.trace.append({ type: 'connection.opened', cause, ...peer, address })
  }

  peerClosed(peer: Peer, why: string): void {
    const actor = this.actors.get(peer.actor)
    const cause = this.trace.append({ type: 'connection.closed', ...peer, why })
    this.heard = cause
    if (!actor) return
    actor.connections--
    const ended = [...actor.confirmed].filter(([key]) => actor.confirmedOver.get(key) === peer.connection)
    if (ended.length === 0) return
    for (const relayed of this.relays.awaitedBy(peer.actor)) {
      if (relayed.awaited.get(peer.actor) !== peer.node) continue
      this.missed(relayed, peer.actor, 'disconnected')
    }
    for (const [key, { kind, resource }] of ended) {
      actor.confirmed.delete(key)
      this.trace.append({ type: 'subscription.closed', cause, actor: peer.actor, resource, kind, why: 'disconnected' })
    }
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
    if (mark.kind === 'message') this.messageVanished(peerOf(connection), connection.client, mark.message, why)
    else this.replyVanished?.(mark.reply)
  }

  accepted(connection: Connection): void {
    this.peersOf(connection.node).set(connection.client, peerOf(connection))
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
    // Nobody gets it, and nobody was to: the way of most messages in a rush.
    if (receivers.length === 0 && this.receivers.size === 0 && !this.hasManyNodes) {
      this.lose(publishedSeq, '', channel, message, 'no-subscriber')
      return ++this.flightCount
    }
    let expected = receivers.length
    const awaited = new Map<string, string>()
    if (this.receivers.size > 0) {
      const reached = new Set(receivers.map((receiver) => peers.get(receiver.client)?.actor))
      for (const [wanting, state] of this.receivers) {
        if (reached.has(wanting) || !wants(state, channel, publication.sharded)) continue
        expected++
        const elsewhere = this.hasManyNodes ? listensAt(state, channel, publication.sharded) : undefined
        if (elsewhere !== undefined && elsewhere !== node && KEY_EVENT.test(channel)) {
          this.lose(publishedSeq, wanting, channel, message, 'other-node')
          continue
        }
        if (elsewhere !== undefined && elsewhere !== node) {
          awaited.set(wanting, elsewhere)
          continue
        }
        // Another node may have subscribed it already, and its confirmation be on the way.
        if (this.hasManyNodes && elsewhere === undefined && state.connections > 0) awaited.set(wanting, ANY_NODE)
        else {
          this.lose(publishedSeq, wanting, channel, message, state.connections > 0 ? 'not-subscribed' : 'disconnected')
        }
      }
    }
    if (expected === 0) this.lose(publishedSeq, '', channel, message, 'no-subscriber')
    const publishedUs = this.clock.nowUs()
    const flight = { message, publishedSeq, publishedUs, channel, receivers: [...receivers] }
    if (!this.hasManyNodes) return this.takeOff(flight)
    const [reached, told, onTheWay] = [new Set([node]), new Set<string>(), new Map<string, number>()]
    const { sharded: isSharded } = publication
    const relayed: Relayed = {
      message,
      publishedSeq,
      publishedUs,
      channel,
      isSharded,
      reached,
      awaited,
      told,
      onTheWay,
    }
    this.relays.add(payload, relayed)
    if ([...awaited.values()].includes(ANY_NODE)) this.giveUpSoon(relayed)
    this.sweepLater()
    return this.takeOff({ ...flight, relayed }, peers)
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
  private takeOff(flight: MessageInFlight, peers?: ReadonlyMap<number, Peer>): number {
    const number = ++this.flightCount
    const { receivers, relayed } = flight
    if (receivers.length > 0) this.messages.set(number, flight)
    if (relayed) {
      for (const { client, pattern } of receivers) countOnTheWay(relayed, peers?.get(client)?.actor, pattern, 1)
    }
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
      if (place === ANY_NODE && reached.has(actor)) this.relays.settle(relayed, actor)
      if (place !== node) continue
      if (reached.has(actor)) this.relays.settle(relayed, actor)
      else this.missed(relayed, actor, 'not-subscribed')
    }
    return this.takeOff({ message, publishedSeq, publishedUs, channel, receivers: [...receivers], relayed }, peers)
  }

  private missed(relayed: Relayed, actor: string, why: LossReason): void {
    relayed.told.add(actor)
    this.relays.settle(relayed, actor)
    this.lose(relayed.publishedSeq, actor, relayed.channel, relayed.message, why)
  }

  /** Whoever was subscribed nowhere when it was published, and has not got it by now, was not. */
  private giveUpSoon(relayed: Relayed): void {
    this.clock.after(CONFIRMATION_US, () => {
      for (const [actor, place] of [...relayed.awaited]) {
        if (place !== ANY_NODE) continue
        this.missed(relayed, actor, 'not-subscribed')
      }
    })
  }

  /** What no node has passed on for so long never will be: the way there was cut. */
  private sweepLater(): void {
    if (this.cancelSweep || !this.relays.isWaiting) return
    this.cancelSweep = this.clock.after(RELAY_PATIENCE_US, () => {
      this.cancelSweep = undefined
      for (const relayed of this.relays.waitingSince(this.clock.nowUs() - RELAY_PATIENCE_US)) {
        for (const actor of relayed.awaited.keys()) this.missed(relayed, actor, 'partition')
      }
      this.sweepLater()
    })
  }

  private messageArrived(peer: Peer, client: number, number: number): void {
    const flight = this.land(client, number)
    if (!flight) return
    const { message, publishedSeq, publishedUs, channel } = flight
    if (flight.relayed) {
      flight.relayed.told.add(arrivalOf(peer.actor, flight.pattern))
      countOnTheWay(flight.relayed, peer.actor, flight.pattern, -1)
    }
    const latencyUs = this.clock.nowUs() - publishedUs
    this.lastLatencyUs = latencyUs
    const values = [peer.actor, peer.connection, peer.node, channel, flight.pattern ?? '', message, latencyUs]
    this.heard = this.trace.note(typeCodes['message.delivered'], publishedSeq, values)
  }

  private messageVanished(peer: Peer, client: number, number: number, why: LossReason): void {
    const flight = this.land(client, number)
    if (!flight) return
    const { relayed, pattern } = flight
    if (relayed) {
      const isOnTheWay = countOnTheWay(relayed, peer.actor, pattern, -1) > 0
      if (isOnTheWay || isTold(relayed, peer.actor, pattern) || this.comesAgain(relayed, peer)) return
      relayed.told.add(arrivalOf(peer.actor, pattern))
    }
    this.lose(flight.publishedSeq, peer.actor, flight.channel, flight.message, why)
  }

  /** The actor listens at another node meanwhile, which has not passed it on yet. */
  private comesAgain(relayed: Relayed, { actor, node }: Peer): boolean {
    const state = this.actors.get(actor)
    const elsewhere = state && listensAt(state, relayed.channel, relayed.isSharded)
    if (elsewhere === undefined || elsewhere === node || relayed.reached.has(elsewhere)) return false
    this.relays.await(relayed, actor, elsewhere)
    return true
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

  private keyChanged(node: string, { cause, db, key, event, lateMs }: KeyChange): void {
    if (event === 'expired') {
      this.lateExpiries.delete(key)
      this.lateExpiries.set(key, lateMs * 1000)
      if (this.lateExpiries.size > EXPIRIES_KEPT) this.lateExpiries.delete(this.lateExpiries.keys().next().value!)
    }
    if (event === 'expired' || event === 'evicted') this.trace.note(typeCodes[`key.${event}`], cause, [node, db, key])
    else this.trace.note(typeCodes['key.changed'], cause, [node, db, key, event])
  }

  private appendCommand(peer: Peer, argv: readonly Bytes[]): number {
    const { actor, connection, node } = peer
    const code = typeCodes['command.sent']
    const texts = this.trace.textsOf(code)
    const text = (texts && spellCommand(texts, argv)) ?? commandText(argv)
    const tag = this.trace.note(code, this.trace.cause, [actor, connection, node, text])
    if (asksForSecrets(argv)) this.secretReplies.add(tag)
    return tag
  }

  private replyArrived(peer: Peer, tag: number, reply: Reply): void {
    const isSecret = this.secretReplies.size > 0 && this.secretReplies.delete(tag)
    const code = typeCodes['command.replied']
    const texts = this.trace.textsOf(code)
    const text = isSecret ? '(redacted)' : texts ? spellReply(texts, reply) : formatReply(reply)
    const { actor, connection, node } = peer
    const failed = reply.kind === 'error' ? 1 : 0
    this.heard = this.trace.note(code, tag, [actor, connection, node, text, failed])
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

  private peersOf(node: string): Map<number, Peer> {
    let peers = this.peers.get(node)
    if (!peers) {
      peers = new Map()
      this.peers.set(node, peers)
    }
    return peers
  }
}

/** Where an actor's subscription to a channel was confirmed. */
function listensAt({ confirmed, confirmedAt }: ActorState, channel: Bytes, sharded: boolean): string | undefined {
  for (const [key, listening] of confirmed) {
    if (matches(listening, channel, sharded)) return confirmedAt.get(key)
  }
  return undefined
}

function peerOf(connection: Connection): Peer {
  return { actor: connection.owner, connection: connection.id, node: connection.node }
}
