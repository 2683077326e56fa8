/**
 * What a command answers, before anybody decides between RESP2 and RESP3. Handlers build these values; only
 * `encode.ts` knows how either protocol writes them. Texts and bytes are latin1 strings, one character a byte.
 */
export type Reply =
  | { readonly kind: 'simple'; readonly text: string }
  /** `isCounted` when the statistics know of it: a script passes on what a command of its own was told. */
  | { readonly kind: 'error'; readonly text: string; readonly isCounted?: boolean }
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'bulk'; readonly bytes: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'null-array' }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'big-number'; readonly digits: string }
  | { readonly kind: 'verbatim'; readonly format: string; readonly bytes: string }
  | { readonly kind: 'array'; readonly items: readonly Reply[] }
  | { readonly kind: 'set'; readonly items: readonly Reply[] }
  | { readonly kind: 'push'; readonly items: readonly Reply[] }
  /** `items` holds a key, its value, the next key, ... */
  | { readonly kind: 'map'; readonly items: readonly Reply[] }
  /** The same; an array of pairs in RESP3 and flat in RESP2: HRANDFIELD WITHVALUES. */
  | { readonly kind: 'pairs'; readonly items: readonly Reply[] }
  /** The same; a map in RESP3 and an array of pairs in RESP2: XREAD. */
  | { readonly kind: 'paired-map'; readonly items: readonly Reply[] }
  | { readonly kind: 'attribute'; readonly items: readonly Reply[]; readonly reply: Reply }
  /** Several replies to one command, as SUBSCRIBE gives one for each channel. */
  | { readonly kind: 'many'; readonly replies: readonly Reply[] }
  /** Nothing is sent: the command blocks, or has answered by itself. */
  | { readonly kind: 'none' }

export const ok: Reply = { kind: 'simple', text: 'OK' }
export const queued: Reply = { kind: 'simple', text: 'QUEUED' }
export const pong: Reply = { kind: 'simple', text: 'PONG' }
export const nothing: Reply = { kind: 'null' }
export const nullArray: Reply = { kind: 'null-array' }
export const noReply: Reply = { kind: 'none' }
export const emptyArray: Reply = { kind: 'array', items: [] }

// Counters and flags are most of all integer replies, so the small ones are made once.
const SMALL_INTEGERS: readonly Reply[] = Array.from({ length: 1024 }, (_, value) => ({ kind: 'integer', value }))

export function integer(value: number | bigint): Reply {
  if (typeof value === 'number' && value >= 0 && value < 1024) return SMALL_INTEGERS[value]!
  return { kind: 'integer', value }
}

export function simple(text: string): Reply {
  return { kind: 'simple', text }
}

/**
 * An error with its code first (`ERR syntax error`). Line ends would break the protocol: Redis cuts them off at the
 * end and blanks the others.
 */
export function error(text: string): Reply {
  return { kind: 'error', text: /[\r\n]/.test(text) ? text.replace(/[\r\n]+$/, '').replace(/[\r\n]/g, ' ') : text }
}

export function bulk(bytes: string): Reply {
  return { kind: 'bulk', bytes }
}

export function array(items: readonly Reply[]): Reply {
  return { kind: 'array', items }
}

export function bulks(items: Iterable<string>): Reply {
  return { kind: 'array', items: Array.from(items, bulk) }
}

export function set(items: readonly Reply[]): Reply {
  return { kind: 'set', items }
}

export function map(items: readonly Reply[]): Reply {
  return { kind: 'map', items }
}

export function pairs(items: readonly Reply[]): Reply {
  return { kind: 'pairs', items }
}

export function pairedMap(items: readonly Reply[]): Reply {
  return { kind: 'paired-map', items }
}

export function push(items: readonly Reply[]): Reply {
  return { kind: 'push', items }
}

export function double(value: number): Reply {
  return { kind: 'double', value }
}

export function boolean(value: boolean): Reply {
  return { kind: 'boolean', value }
}

export function verbatim(format: 'txt' | 'mkd', bytes: string): Reply {
  return { kind: 'verbatim', format, bytes }
}

export function many(replies: readonly Reply[]): Reply {
  return { kind: 'many', replies }
}
