/**
 * What a trigger listens to, in words:
 *
 *   expired cart:*            a keyspace event, by its name (or *) and a pattern of keys
 *   message news              a message on a channel; pmessage news.* on a pattern
 *   entry orders              a new entry of a stream
 *   length orders > 100       a number that a key holds or its length, compared; lag STREAM GROUP and memory likewise
 *   every 5s                  a schedule
 */
import { parseDuration } from './units'

export type TriggerOn =
  | { readonly kind: 'key'; readonly event: string; readonly pattern: string }
  | { readonly kind: 'message'; readonly channel: string }
  | { readonly kind: 'pmessage'; readonly pattern: string }
  | { readonly kind: 'entry'; readonly stream: string }
  | {
      readonly kind: 'threshold'
      readonly measure: 'length' | 'value' | 'lag' | 'pending' | 'memory'
      readonly words: readonly string[]
      readonly isAbove: boolean
      readonly limit: number
    }
  | { readonly kind: 'every'; readonly us: number }

const WORDS: Readonly<Record<string, number>> = { length: 1, value: 1, lag: 2, pending: 2, memory: 0 }

/** Undefined where the words mean nothing. */
export function parseTriggerOn(text: string): TriggerOn | undefined {
  const words = text.trim().split(/\s+/)
  const [first = '', second, third] = words
  if (first === 'every') {
    const us = parseDuration(second ?? '')
    return us !== undefined && us > 0 && words.length === 2 ? { kind: 'every', us } : undefined
  }
  const needed = WORDS[first]
  if (needed !== undefined) {
    const [operator = '', limit = ''] = words.slice(needed + 1)
    if (words.length !== needed + 3 || !/^[<>]$/.test(operator) || !/^-?\d+(\.\d+)?$/.test(limit)) return undefined
    const measure = first as 'length' | 'value' | 'lag' | 'pending' | 'memory'
    return {
      kind: 'threshold',
      measure,
      words: words.slice(1, needed + 1),
      isAbove: operator === '>',
      limit: Number(limit),
    }
  }
  if (words.length !== 2 || second === undefined || third !== undefined) return undefined
  switch (first) {
    case 'message':
      return { kind: 'message', channel: second }
    case 'pmessage':
      return { kind: 'pmessage', pattern: second }
    case 'entry':
      return { kind: 'entry', stream: second }
    default:
      return /^(\*|[a-z-]+)$/.test(first) ? { kind: 'key', event: first, pattern: second } : undefined
  }
}
