/**
 * Messages that clients were seen to publish or to receive. Redis gives a message no number, so a delivery is found to
 * be one of a publication by its channel and its words: the oldest that this subscription has not had.
 */
import type { Bytes } from '../../../shared/bytes'
import type { LossReason } from '../../../shared/trace/event-types'
import type { Peer } from '../world/roster'

export interface Arrival {
  readonly peer: Peer
  /** The subscription by which it came: an actor and what it listens to. */
  readonly subscription: string
  readonly pattern: Bytes
  readonly atUs: number
}

/** Somebody who should get a message, and what is to be said when it never comes. */
export interface Awaited {
  readonly actor: string
  readonly unless: LossReason
}

export interface Publication {
  readonly peer: Peer
  /** The event of its sending. */
  readonly tag: number
  readonly channel: Bytes
  readonly payload: Bytes
  readonly sharded: boolean
  readonly sentUs: number
  /** 0 until the trace has told of it: at the reply. */
  message: number
  publishedSeq: number
  /** The connection ended before the reply came: it may have been published, or not. */
  isUnanswered: boolean
  /** How many clients the server has sent it to that have not been accounted for. */
  onItsWay: number
  /** The subscriptions that have had it. */
  readonly had: Set<string>
  /** Deliveries that were seen before the reply. */
  readonly early: Arrival[]
  /** By subscription. */
  readonly awaited: Map<string, Awaited>
  isDropped: boolean
}

/** So many are remembered, and so many bytes of them. */
const KEPT_MAX = 50_000
const KEPT_BYTES_MAX = 64_000_000

export class Publications {
  private readonly byWords = new Map<string, Publication[]>()
  private kept: Publication[] = []
  private first = 0
  private bytes = 0

  /** `forget` hears of those that are dropped for want of room. */
  constructor(private readonly forget: (publication: Publication) => void) {}

  get oldest(): Publication | undefined {
    return this.kept[this.first]
  }

  get count(): number {
    return this.kept.length - this.first
  }

  add(publication: Publication): void {
    const key = keyOf(publication.channel, publication.payload, publication.sharded)
    const same = this.byWords.get(key)
    if (same) same.push(publication)
    else this.byWords.set(key, [publication])
    this.kept.push(publication)
    this.bytes += publication.payload.length
    while (this.count > KEPT_MAX || (this.bytes > KEPT_BYTES_MAX && this.count > 1)) this.forget(this.dropOldest()!)
  }

  /** The one that a subscription has received now, or undefined where nobody was seen to publish it. */
  find(subscription: string, channel: Bytes, payload: Bytes, sharded: boolean): Publication | undefined {
    return this.byWords.get(keyOf(channel, payload, sharded))?.find(({ had }) => !had.has(subscription))
  }

  dropOldest(): Publication | undefined {
    const publication = this.oldest
    if (!publication) return undefined
    this.first++
    if (this.first > 1000 && this.first * 2 > this.kept.length) {
      this.kept = this.kept.slice(this.first)
      this.first = 0
    }
    this.remove(publication)
    return publication
  }

  /** It was never published. */
  remove(publication: Publication): void {
    if (publication.isDropped) return
    publication.isDropped = true
    this.bytes -= publication.payload.length
    const key = keyOf(publication.channel, publication.payload, publication.sharded)
    const rest = this.byWords.get(key)!.filter((one) => one !== publication)
    if (rest.length === 0) this.byWords.delete(key)
    else this.byWords.set(key, rest)
  }

  /** Those that somebody still waits for. */
  *waiting(): Generator<Publication> {
    for (let index = this.first; index < this.kept.length; index++) {
      const publication = this.kept[index]!
      if (publication.awaited.size > 0 && !publication.isDropped) yield publication
    }
  }
}

function keyOf(channel: Bytes, payload: Bytes, sharded: boolean): string {
  return `${sharded ? 's' : ''}${channel.length}:${channel}${payload}`
}
