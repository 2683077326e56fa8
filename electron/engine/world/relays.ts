/**
 * Messages that nodes pass on to each other: over the bus of a cluster, and from a primary to its replicas. Redis gives
 * a message no number, so which one it is that a node passes on is found by its channel and its words, the oldest that
 * this node has not had; between two nodes messages keep their order.
 */
import type { Bytes } from '../../../shared/bytes'

export interface Relayed {
  readonly message: number
  readonly publishedSeq: number
  readonly publishedUs: number
  readonly channel: Bytes
  readonly isSharded: boolean
  /** The nodes that have had it. */
  readonly reached: Set<string>
  /** Actors that are to get it from other nodes, and from which. */
  readonly awaited: Map<string, string>
  /** Whose fate is told: actors that it was lost to, and those that got it, by `arrivalOf`. */
  readonly told: Set<string>
  /** Over how many connections it is on its way to somebody, by `arrivalOf`. */
  readonly onTheWay: Map<string, number>
}

/** An actor that listens to a channel and to a pattern gets a message twice. */
export function arrivalOf(actor: string, pattern = ''): string {
  return `${actor} ${pattern}`
}

/** Counts over how many connections a message is on its way to an actor, and gives that. */
export function countOnTheWay(
  { onTheWay }: Relayed,
  actor: string | undefined,
  pattern: Bytes | undefined,
  by: 1 | -1,
): number {
  if (actor === undefined) return 0
  const arrival = arrivalOf(actor, pattern)
  const now = (onTheWay.get(arrival) ?? 0) + by
  if (now > 0) onTheWay.set(arrival, now)
  else onTheWay.delete(arrival)
  return now
}

/** A node may still know a connection whose actor has gone, and been told to have missed it, or listens elsewhere. */
export function isTold({ told }: Relayed, actor: string, pattern: Bytes | undefined): boolean {
  return told.has(actor) || told.has(arrivalOf(actor, pattern))
}

/** What is forgotten is passed on untold; only guests could have been waiting for it. */
const KEPT_MAX = 20_000

export class Relays {
  private readonly byWords = new Map<string, Relayed[]>()
  private readonly waiting = new Set<Relayed>()
  private kept: { readonly key: string; readonly relayed: Relayed }[] = []

  get isWaiting(): boolean {
    return this.waiting.size > 0
  }

  /** An actor is to get it from another node after all. */
  await(relayed: Relayed, actor: string, node: string): void {
    relayed.awaited.set(actor, node)
    this.waiting.add(relayed)
  }

  add(payload: Bytes, relayed: Relayed): void {
    const key = keyOf(relayed.channel, payload, relayed.isSharded)
    const same = this.byWords.get(key)
    if (same) same.push(relayed)
    else this.byWords.set(key, [relayed])
    if (relayed.awaited.size > 0) this.waiting.add(relayed)
    this.kept.push({ key, relayed })
    if (this.kept.length > 2 * KEPT_MAX) this.forget(this.kept.splice(0, KEPT_MAX))
  }

  /** The message that a node passes on now, or undefined where nobody remembers it. */
  take(node: string, channel: Bytes, payload: Bytes, sharded: boolean): Relayed | undefined {
    const relayed = this.byWords.get(keyOf(channel, payload, sharded))?.find(({ reached }) => !reached.has(node))
    relayed?.reached.add(node)
    return relayed
  }

  /** An actor is waited for no more. */
  settle(relayed: Relayed, actor: string): void {
    relayed.awaited.delete(actor)
    if (relayed.awaited.size === 0) this.waiting.delete(relayed)
  }

  /** Those that somebody waits for since a time, the oldest first. */
  waitingSince(us: number): readonly Relayed[] {
    return [...this.waiting].filter(({ publishedUs }) => publishedUs <= us)
  }

  /** Those that an actor waits for. */
  awaitedBy(actor: string): readonly Relayed[] {
    return this.waiting.size === 0 ? [] : [...this.waiting].filter(({ awaited }) => awaited.has(actor))
  }

  private forget(old: readonly { readonly key: string; readonly relayed: Relayed }[]): void {
    for (const { key, relayed } of old) {
      const rest = this.byWords.get(key)!.filter((one) => one !== relayed)
      if (rest.length === 0) this.byWords.delete(key)
      else this.byWords.set(key, rest)
    }
  }
}

function keyOf(channel: Bytes, payload: Bytes, sharded: boolean): string {
  return `${sharded ? 's' : ''}${channel.length}:${channel}${payload}`
}
