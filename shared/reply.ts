/**
 * A server's reply as it came over the wire, as a tree that crosses processes. Texts and bytes are latin1 strings, one
 * character a byte, so nothing is lost; whoever shows them decodes UTF-8.
 */
export type ReplyTree =
  | { readonly kind: 'simple'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'bulk'; readonly bytes: string; readonly cut?: number }
  | { readonly kind: 'null' }
  | { readonly kind: 'null-array' }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'big-number'; readonly digits: string }
  | { readonly kind: 'verbatim'; readonly format: string; readonly bytes: string; readonly cut?: number }
  | ReplyItems
  /** What RESP3 may send ahead of a reply; the reply follows it. */
  | { readonly kind: 'attribute'; readonly items: readonly ReplyTree[]; readonly reply: ReplyTree }

/** `items` of a map holds a key, its value, the next key, ... `omitted` counts what a reply too large to show left out. */
export interface ReplyItems {
  readonly kind: 'array' | 'set' | 'push' | 'map'
  readonly items: readonly ReplyTree[]
  readonly omitted?: number
}

/** The bytes of a reply that has any; the text of simple ones. */
export function bytesOfReply(reply: ReplyTree | undefined): string | undefined {
  switch (reply?.kind) {
    case 'bulk':
    case 'verbatim':
      return reply.bytes
    case 'simple':
      return reply.text
    default:
      return undefined
  }
}
