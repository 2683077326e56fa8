import type { Bytes } from '../../../shared/bytes'
import type { NodeObserver } from '../ports'
import { encodeBulk } from '../resp/encode'
import { globMatches } from '../../../shared/glob'

/** What pub/sub needs of a client. */
export interface Subscriber {
  readonly id: number
  readonly resp: 2 | 3
  readonly channels: Set<Bytes>
  readonly patterns: Set<Bytes>
  readonly shardChannels: Set<Bytes>
  deliver(frame: string, message: number): void
}

interface Publisher {
  readonly client: number
  readonly cause: number
  readonly isRelayed?: boolean
}

/**
 * The channels of one node. Subscribers hear a message in the order in which they subscribed, those of the channel
 * first, then those of each matching pattern; the same client may hear it several times.
 */
export class PubSub {
  readonly channels = new Map<Bytes, Set<Subscriber>>()
  readonly patterns = new Map<Bytes, Set<Subscriber>>()
  readonly shardChannels = new Map<Bytes, Set<Subscriber>>()

  constructor(private readonly observer: NodeObserver | undefined) {}

  /** Gives the number of deliveries. */
  publish(channel: Bytes, message: Bytes, publisher: Publisher, sharded = false): number {
    const subscribers = (sharded ? this.shardChannels : this.channels).get(channel)
    const matching = sharded ? [] : this.matchingPatterns(channel)
    const number = this.observer ? this.announce(channel, message, publisher, sharded, subscribers, matching) : 0
    let deliveries = 0
    if (subscribers) {
      const body = encodeBulk(sharded ? 'smessage' : 'message') + encodeBulk(channel) + encodeBulk(message)
      deliveries += deliver(subscribers, 3, body, number)
    }
    for (const [pattern, patternSubscribers] of matching) {
      const body = encodeBulk('pmessage') + encodeBulk(pattern) + encodeBulk(channel) + encodeBulk(message)
      deliveries += deliver(patternSubscribers, 4, body, number)
    }
    return deliveries
  }

  private matchingPatterns(channel: Bytes): [Bytes, Set<Subscriber>][] {
    if (this.patterns.size === 0) return NO_PATTERNS
    return [...this.patterns].filter(([pattern]) => globMatches(pattern, channel))
  }

  private announce(
    channel: Bytes,
    message: Bytes,
    { client, cause, isRelayed = false }: Publisher,
    sharded: boolean,
    subscribers: Set<Subscriber> | undefined,
    matching: [Bytes, Set<Subscriber>][],
  ): number {
    const receivers: { client: number; pattern?: Bytes }[] = []
    for (const subscriber of subscribers ?? []) receivers.push({ client: subscriber.id })
    for (const [pattern, patternSubscribers] of matching) {
      for (const subscriber of patternSubscribers) receivers.push({ client: subscriber.id, pattern })
    }
    return this.observer!.messagePublished({ cause, client, channel, message, sharded, isRelayed, receivers })
  }
}

/** Every subscriber gets the same string, in one piece: otherwise each one's would be put together from its parts. */
function deliver(subscribers: ReadonlySet<Subscriber>, items: number, body: string, message: number): number {
  let array: string | undefined
  let push: string | undefined
  for (const subscriber of subscribers) {
    if (subscriber.resp === 2) subscriber.deliver((array ??= flat(`*${items}\r\n${body}`)), message)
    else subscriber.deliver((push ??= flat(`>${items}\r\n${body}`)), message)
  }
  return subscribers.size
}

/** V8 joins strings lazily, and puts one in one piece when somebody looks at a character of it. */
function flat(text: string): string {
  text.charCodeAt(0)
  return text
}

const NO_PATTERNS: [Bytes, Set<Subscriber>][] = []

/** Gives false when the client had subscribed already. */
export function join(index: Map<Bytes, Set<Subscriber>>, own: Set<Bytes>, name: Bytes, client: Subscriber): boolean {
  if (own.has(name)) return false
  own.add(name)
  const clients = index.get(name)
  if (clients) clients.add(client)
  else index.set(name, new Set([client]))
  return true
}

export function leave(index: Map<Bytes, Set<Subscriber>>, own: Set<Bytes>, name: Bytes, client: Subscriber): boolean {
  if (!own.delete(name)) return false
  const clients = index.get(name)
  clients?.delete(client)
  if (clients?.size === 0) index.delete(name)
  return true
}
