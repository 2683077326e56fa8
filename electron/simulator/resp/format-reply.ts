import { escapeBytes, textOf } from '../../../shared/bytes'
import { formatDouble } from './format-double'
import type { Reply } from './reply'

const BYTES_MAX = 60
const ITEMS_MAX = 4

/** A reply on one line, in redis-cli's words: `(integer) 3`, `OK`, `"text"`, `(error) ERR ...`, `["a", "b", ... 7 more]`. */
export function formatReply(reply: Reply): string {
  switch (reply.kind) {
    case 'simple':
      return textOf(reply.text)
    case 'error':
      return `(error) ${textOf(reply.text)}`
    case 'integer':
      return `(integer) ${reply.value}`
    case 'bulk':
      return formatBytes(reply.bytes)
    case 'verbatim':
      return formatBytes(reply.bytes)
    case 'null':
    case 'null-array':
      return '(nil)'
    case 'double':
      return `(double) ${formatDouble(reply.value)}`
    case 'boolean':
      return reply.value ? '(true)' : '(false)'
    case 'big-number':
      return `(big number) ${reply.digits}`
    case 'array':
      return reply.items.length === 0 ? '(empty array)' : `[${formatItems(reply.items)}]`
    case 'push':
      return `push [${formatItems(reply.items)}]`
    case 'set':
      return reply.items.length === 0 ? '(empty set)' : `{${formatItems(reply.items)}}`
    case 'map':
    case 'pairs':
    case 'paired-map':
      return reply.items.length === 0 ? '(empty hash)' : `{${formatPairs(reply.items)}}`
    case 'attribute':
      return formatReply(reply.reply)
    case 'many':
      return reply.replies.map(formatReply).join(' ')
    case 'none':
      return ''
  }
}

function formatBytes(bytes: string): string {
  if (bytes.length <= BYTES_MAX) return `"${readable(bytes)}"`
  return `"${readable(bytes.slice(0, BYTES_MAX))}"... ${bytes.length - BYTES_MAX} more bytes`
}

/** Valid UTF-8 stays readable, but quotes and control characters are escaped either way. */
function readable(bytes: string): string {
  if (/^[ !#-[\]-~]*$/.test(bytes)) return bytes
  const text = textOf(bytes)
  // Escaped already, or plain ASCII: `escapeBytes` alone does right by both.
  if (text === bytes || text === escapeBytes(bytes)) return escapeBytes(bytes)
  return [...text].map((character) => (character.codePointAt(0)! < 0x7f ? escapeBytes(character) : character)).join('')
}

function formatItems(items: readonly Reply[]): string {
  const shown = items.slice(0, ITEMS_MAX).map(formatReply).join(', ')
  return items.length > ITEMS_MAX ? `${shown}, ... ${items.length - ITEMS_MAX} more` : shown
}

function formatPairs(items: readonly Reply[]): string {
  const pairs: string[] = []
  for (let index = 0; index < items.length && pairs.length < ITEMS_MAX; index += 2) {
    pairs.push(`${formatReply(items[index]!)}: ${formatReply(items[index + 1]!)}`)
  }
  const more = items.length / 2 - pairs.length
  return more > 0 ? `${pairs.join(', ')}, ... ${more} more` : pairs.join(', ')
}
