/**
 * Turns what is seen on clients' connections into the trace, as a world's `Delivery` does with what its nodes tell. A
 * real server does not say who got a message: deliveries are seen where they arrive, and where one is missing, only
 * what can be known is said.
 */
import { asksForSecrets } from '../../../shared/secrets'
import type { Bytes } from '../../../shared/bytes'
import { typeCodes, type LossReason } from '../../../shared/trace/event-types'
import { formatReply } from '../../simulator/resp/format-reply'
import type { Cancel, Clock } from '../../simulator/ports'
import type { Reply } from '../../simulator/resp/reply'
import { commandText } from '../world/command-text'
import { keyOf, matches, Roster, wants, type ActorState, type Listening, type Peer } from '../world/roster'
import type { LiveTrace } from './live-trace'
import { Publications, type Arrival, type Publication } from './publications'

/** How long a message may be on its way before it counts as lost, nobody knows where. */
const PATIENCE_US = 10_000_000
const SWEEP_US = 500_000

/** In whose name messages are shown that no actor was seen to publish: other programs, and scripts. */
export const OTHERS = 'others'

const REDIRECT = /^(MOVED|ASK) (\d+) (\S+)$/
const MESSAGE_KINDS = { message: 'channel', pmessage: 'pattern', smessage: 'sharded' } as const

interface Connected {
  readonly peer: Peer
  /** Subscriptions that this connection holds, and those it has asked for. */
  readonly holds: Map<string, Listening>
  readonly asked: Map<string, number>
  readonly pending: Map<number, Publication>
}

export class LiveDelivery extends Roster {
  private readonly connections = new Map<number, Connected>()
  /** When each actor had a connection last. */
  private readonly lastConnectedUs = new Map<string, number>()
  private readonly secretReplies = new Set<number>()
  /** What each subscription was brought last, and when. */
  private readonly latest = new Map<string, { readonly message: number; readonly atUs: number }>()
  private readonly publications = new Publications((publication) => this.giveUp(publication))
  private messageCount = 0
  private cancelSweep: Cancel | undefined
  private heard = 0

  constructor(
    protected override readonly trace: LiveTrace,
    private readonly clock: Clock,
    /** Whether nobody but the run's own actors uses these servers. */
    private readonly isAlone: boolean,
  ) {
    super(trace)
  }

  /** The event that tells what the network told a client last. */
  get lastHeard(): number {
    return this.heard
  }

  opened(peer: Peer, address: string, cause: number): void {
    this.connections.set(peer.connection, { peer, holds: new Map(), asked: new Map(), pending: new Map() })
    const actor = this.actors.get(peer.actor)
    if (actor) actor.connections++
    this.heard = this.trace.append({ type: 'connection.opened', cause, ...peer, address })
  }

  failed(peer: Peer, why: string, cause: number): void {
    this.heard = this.trace.append({ type: 'connection.failed', cause, ...peer, why })
  }

  closed(peer: Peer, why: string): void {
    const connected = this.connections.get(peer.connection)
    this.connections.delete(peer.connection)
    const cause = this.trace.append({ type: 'connection.closed', ...peer, why })
    this.heard = cause
    const actor = this.actors.get(peer.actor)
    if (actor) actor.connections--
    this.lastConnectedUs.set(peer.actor, this.clock.nowUs())
    if (!connected) return
    for (const publication of connected.pending.values()) publication.isUnanswered = true
    for (const [key, listening] of connected.holds) {
      this.stopAwaiting(subscriptionOf(peer.actor, key), 'in-flight')
      if (actor?.confirmed.delete(key)) this.subscriptionClosed(peer.actor, listening, 'disconnected', cause)
    }
  }

  sent(peer: Peer, argv: readonly Bytes[]): number {
    const { actor, connection, node } = peer
    const values = [actor, connection, node, commandText(argv)]
    const tag = this.trace.note(typeCodes['command.sent'], this.trace.presentCause, values)
    if (asksForSecrets(argv)) this.secretReplies.add(tag)
    const name = argv[0]!.toLowerCase()
    if ((name === 'publish' || name === 'spublish') && argv.length === 3) this.publishing(peer, tag, argv)
    else if (/^[ps]?subscribe$/.test(name)) this.asked(peer, name, argv, 1)
    return tag
  }

  replied(peer: Peer, tag: number, argv: readonly Bytes[], reply: Reply): void {
    const { actor, connection, node } = peer
    const isSecret = this.secretReplies.size > 0 && this.secretReplies.delete(tag)
    const text = isSecret ? '(redacted)' : formatReply(reply)
    const failed = reply.kind === 'error' ? 1 : 0
    this.heard = this.trace.note(typeCodes['command.replied'], tag, [actor, connection, node, text, failed])
    if (reply.kind === 'error') {
      this.redirected(peer, reply.text)
      const name = argv[0]!.toLowerCase()
      if (/^[ps]?subscribe$/.test(name)) this.asked(peer, name, argv, -1)
    } else this.confirm(peer, tag, reply)
  }

  /** A command was carried out; in a transaction its reply is a part of EXEC's. */
  executed(peer: Peer, tag: number, argv: readonly Bytes[], reply: Reply): void {
    const name = argv[0]!.toLowerCase()
    if (name !== 'publish' && name !== 'spublish') return
    const pending = this.connections.get(peer.connection)?.pending
    // In a transaction the reply is EXEC's, and the publication is the oldest of its words that has none.
    const publication =
      pending?.get(tag) ??
      [...(pending?.values() ?? [])].find(
        ({ channel, payload, message }) => channel === argv[1] && payload === argv[2] && message === 0,
      )
    if (!publication) return
    pending!.delete(publication.tag)
    if (reply.kind === 'integer') this.published(publication, Number(reply.value))
    else this.publications.remove(publication)
  }

  /** A message, or what else comes unasked. */
  pushed(peer: Peer, reply: Reply): void {
    if (reply.kind !== 'push' && reply.kind !== 'array') return
    const words = reply.items.map((item) => (item.kind === 'bulk' ? (item.bytes as Bytes) : undefined))
    const kind = MESSAGE_KINDS[words[0] as keyof typeof MESSAGE_KINDS]
    if (!kind) {
      // A slot that has moved away takes its subscriptions along: SUNSUBSCRIBE comes unasked.
      this.confirm(peer, 0, reply)
      return
    }
    const [channel, payload] = words.slice(-2)
    if (channel === undefined || payload === undefined) return
    const resource = kind === 'pattern' ? words[1]! : channel
    const arrival: Arrival = {
      peer,
      subscription: subscriptionOf(peer.actor, keyOf({ kind, resource })),
      pattern: kind === 'pattern' ? resource : ('' as Bytes),
      atUs: this.clock.nowUs(),
    }
    const sharded = kind === 'sharded'
    const known = this.publications.find(arrival.subscription, channel, payload, sharded)
    this.arrived(known ?? this.foreign(peer, channel, payload, sharded), arrival)
  }

  stop(): void {
    this.cancelSweep?.()
  }

  protected override confirm(peer: Peer, cause: number, reply: Reply): void {
    super.confirm(peer, cause, reply)
    if (reply.kind !== 'push' && reply.kind !== 'array') return
    const [kindReply, resourceReply] = reply.items
    const connected = this.connections.get(peer.connection)
    if (!connected || kindReply?.kind !== 'bulk' || resourceReply?.kind !== 'bulk') return
    const found = /^(p|s)?(un)?subscribe$/.exec(kindReply.bytes)
    if (!found) return
    const kind = found[1] === 'p' ? 'pattern' : found[1] === 's' ? 'sharded' : 'channel'
    const listening: Listening = { kind, resource: resourceReply.bytes as Bytes }
    const key = keyOf(listening)
    if (found[2]) {
      connected.holds.delete(key)
      // Whatever the server sent on this subscription came before its end.
      this.stopAwaiting(subscriptionOf(peer.actor, key), 'not-subscribed')
    } else {
      connected.holds.set(key, listening)
      connected.asked.delete(key)
    }
  }

  /** Counts what a connection has asked to hear and was not told about yet. */
  private asked(peer: Peer, name: string, argv: readonly Bytes[], change: 1 | -1): void {
    const asked = this.connections.get(peer.connection)?.asked
    const kind = name === 'psubscribe' ? 'pattern' : name === 'ssubscribe' ? 'sharded' : 'channel'
    for (const resource of argv.slice(1)) {
      const key = keyOf({ kind, resource })
      if (change === 1) asked?.set(key, this.clock.nowUs())
      else asked?.delete(key)
    }
  }

  private publishing(peer: Peer, tag: number, [name, channel, payload]: readonly Bytes[]): void {
    const connected = this.connections.get(peer.connection)
    if (!connected) return
    const publication = this.newPublication(peer, tag, channel!, payload!, name!.toLowerCase() === 'spublish')
    connected.pending.set(tag, publication)
    this.publications.add(publication)
  }

  private newPublication(peer: Peer, tag: number, channel: Bytes, payload: Bytes, sharded: boolean): Publication {
    this.sweepLater()
    return {
      peer,
      tag,
      channel,
      payload,
      sharded,
      sentUs: this.clock.nowUs(),
      message: 0,
      publishedSeq: 0,
      isUnanswered: false,
      onItsWay: 0,
      had: new Set(),
      early: [],
      awaited: new Map(),
      isDropped: false,
    }
  }

  private published(publication: Publication, receivers: number): void {
    const { peer, tag, channel, payload } = publication
    const { actor, connection, node } = peer
    if (this.actors.has(actor)) this.publishesTo(actor, channel, tag)
    publication.message = ++this.messageCount
    const values = [actor, connection, node, channel, publication.message, payload, receivers]
    publication.publishedSeq = this.trace.note(typeCodes['message.published'], tag, values)
    publication.onItsWay = receivers
    let expected = publication.early.length + receivers
    for (const arrival of publication.early.splice(0)) this.delivered(publication, arrival)
    for (const [name, state] of this.receivers) {
      if (wants(state, channel, publication.sharded) && this.expect(publication, name, state)) expected++
    }
    if (expected === 0 && (this.isAlone || publication.sharded)) this.lose(publication, '', 'no-subscriber')
    this.settleIfDone(publication)
  }

  /** Says whether an actor was to get it: by waiting for it, or by telling why it cannot come. */
  private expect(publication: Publication, actor: string, state: ActorState): boolean {
    const { channel, sharded, had, awaited } = publication
    let isReached = false
    for (const [key, listening] of state.confirmed) {
      if (!matches(listening, channel, sharded)) continue
      isReached = true
      const subscription = subscriptionOf(actor, key)
      if (!had.has(subscription)) awaited.set(subscription, { actor, unless: 'unknown' })
    }
    if (isReached) return true
    for (const key of state.wanted.keys()) if (had.has(subscriptionOf(actor, key))) return true
    const pending = this.askedFor(actor, channel, sharded)
    if (pending !== undefined) awaited.set(subscriptionOf(actor, pending), { actor, unless: 'not-subscribed' })
    else if (state.connections > 0) this.lose(publication, actor, 'not-subscribed')
    else this.lose(publication, actor, this.leftSince(publication.sentUs, actor) ? 'in-flight' : 'disconnected')
    return true
  }

  /** A subscription that was asked for and not confirmed: the server may have made it before or after the message. */
  private askedFor(actor: string, channel: Bytes, sharded: boolean): string | undefined {
    for (const { peer, asked } of this.connections.values()) {
      if (peer.actor !== actor) continue
      for (const key of asked.keys()) {
        const [kind] = key.split(' ', 1) as [Listening['kind']]
        if (matches({ kind, resource: key.slice(kind.length + 1) as Bytes }, channel, sharded)) return key
      }
    }
    return undefined
  }

  private leftSince(us: number, actor: string): boolean {
    return (this.lastConnectedUs.get(actor) ?? -1) > us
  }

  private arrived(publication: Publication, arrival: Arrival): void {
    publication.had.add(arrival.subscription)
    if (publication.message === 0) {
      // The reply is still to come, and says how many there are; or it never will, and this proves that it was sent.
      publication.early.push(arrival)
      if (publication.isUnanswered) this.published(publication, 1)
      return
    }
    this.delivered(publication, arrival)
    this.settleIfDone(publication)
  }

  private delivered(publication: Publication, { peer, subscription, pattern, atUs }: Arrival): void {
    const { channel, message, publishedSeq, sentUs, awaited } = publication
    awaited.delete(subscription)
    this.latest.set(subscription, { message, atUs })
    this.takeOff(publication, peer.node)
    const { actor, connection, node } = peer
    const values = [actor, connection, node, channel, pattern, message, Math.max(0, atUs - sentUs)]
    this.heard = this.trace.note(typeCodes['message.delivered'], publishedSeq, values)
  }

  /** One of those that are on their way is accounted for. Beyond those, another node must have passed it on. */
  private takeOff(publication: Publication, node: string): void {
    const { channel, message, publishedSeq } = publication
    if (publication.onItsWay > 0) publication.onItsWay--
    else this.trace.note(typeCodes['message.relayed'], publishedSeq, [node, channel, message, 1])
  }

  /** A message that no actor was seen to publish. What nodes say of themselves is in their own name. */
  private foreign(peer: Peer, channel: Bytes, payload: Bytes, sharded: boolean): Publication {
    const isNodes = channel.startsWith('__key') || peer.node.startsWith('sentinel-')
    const actor = isNodes ? peer.node : OTHERS
    if (!isNodes && !this.actors.has(OTHERS)) this.join(OTHERS, 'guest')
    const publication = this.newPublication({ actor, connection: 0, node: peer.node }, 0, channel, payload, sharded)
    this.publications.add(publication)
    publication.message = ++this.messageCount
    publication.onItsWay = 1
    const values = [actor, 0, peer.node, channel, publication.message, payload, 1]
    publication.publishedSeq = this.trace.note(typeCodes['message.published'], 0, values)
    if (isNodes) return publication
    this.publishesTo(OTHERS, channel, publication.publishedSeq)
    for (const [name, state] of this.receivers) {
      for (const [key, listening] of state.confirmed) {
        if (!matches(listening, channel, sharded)) continue
        publication.awaited.set(subscriptionOf(name, key), { actor: name, unless: 'unknown' })
      }
    }
    return publication
  }

  private stopAwaiting(subscription: string, why: LossReason): void {
    for (const publication of this.publications.waiting()) {
      const awaited = publication.awaited.get(subscription)
      if (!awaited) continue
      publication.awaited.delete(subscription)
      const state = this.actors.get(awaited.actor)
      if (state && wants(state, publication.channel, publication.sharded)) this.lose(publication, awaited.actor, why)
      this.settleIfDone(publication)
    }
  }

  private lose(publication: Publication, actor: string, reason: LossReason): void {
    let why = reason
    if (why === 'in-flight') {
      if (publication.onItsWay > 0) publication.onItsWay--
      else why = 'disconnected'
    }
    const { publishedSeq, channel, message } = publication
    this.trace.note(typeCodes['message.lost'], publishedSeq, [actor, channel, message, why])
  }

  /** Once nobody is waited for, whoever else the server sent it to is none of ours. */
  private settleIfDone(publication: Publication): void {
    const { awaited, onItsWay, publishedSeq, peer, channel, message } = publication
    if (awaited.size > 0 || onItsWay === 0 || message === 0) return
    publication.onItsWay = 0
    this.trace.note(typeCodes['message.unseen'], publishedSeq, [peer.node, channel, message, onItsWay])
  }

  /** Says that it is lost to all who wait for it, or to those alone who wait in vain. */
  private giveUp(publication: Publication, isInVain = (_subscription: string) => true): void {
    if (publication.message === 0) return
    for (const [subscription, { actor, unless }] of [...publication.awaited]) {
      if (!isInVain(subscription)) continue
      publication.awaited.delete(subscription)
      this.lose(publication, actor, unless)
    }
    this.settleIfDone(publication)
  }

  private sweepLater(): void {
    this.cancelSweep ??= this.clock.after(SWEEP_US, () => {
      this.cancelSweep = undefined
      this.sweep(this.clock.nowUs() - PATIENCE_US)
      if (this.publications.count > 0) this.sweepLater()
    })
  }

  private sweep(sinceUs: number): void {
    for (const one of this.publications.waiting()) {
      if (one.sentUs >= sinceUs) break
      this.giveUp(one, (subscription) => !this.isBehind(subscription, one, sinceUs))
    }
    for (let one = this.publications.oldest; one && one.sentUs < sinceUs; one = this.publications.oldest) {
      // A server that stands still answers later, and its messages are to be known then.
      if (one.message === 0 && !one.isUnanswered && !one.isDropped) break
      if (one.awaited.size > 0 && !one.isDropped) break
      this.publications.dropOldest()
    }
  }

  /** Whoever is still being brought what was published before this has it to come: it reads slower than others publish. */
  private isBehind(subscription: string, { message }: Publication, sinceUs: number): boolean {
    const latest = this.latest.get(subscription)
    return latest !== undefined && latest.atUs >= sinceUs && latest.message < message
  }

  private subscriptionClosed(actor: string, { kind, resource }: Listening, why: string, cause: number): void {
    this.trace.append({ type: 'subscription.closed', cause, actor, resource, kind, why })
  }

  private redirected({ actor, connection, node }: Peer, text: string): void {
    const [, kind, slot, address] = REDIRECT.exec(text) ?? []
    if (address === undefined) return
    const values = [actor, connection, node, kind!, Number(slot), address]
    this.heard = this.trace.note(typeCodes['command.redirected'], this.heard, values)
  }
}

function subscriptionOf(actor: string, key: string): string {
  return `${actor} ${key}`
}
