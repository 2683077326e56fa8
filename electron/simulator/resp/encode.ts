import { formatDouble } from './format-double'
import type { Reply } from './reply'

/** The protocol a client chose with HELLO. */
export type RespVersion = 2 | 3

const HEADERS_MAX = 1024
const bulkHeaders = Array.from({ length: HEADERS_MAX }, (_, length) => `$${length}\r\n`)
const integerLines = Array.from({ length: HEADERS_MAX }, (_, value) => `:${value}\r\n`)

/** The bytes of a reply, as a latin1 string. */
export function encode(reply: Reply, resp: RespVersion): string {
  switch (reply.kind) {
    case 'simple':
      return reply.text === 'OK' ? '+OK\r\n' : `+${reply.text}\r\n`
    case 'bulk':
      return encodeBulk(reply.bytes)
    case 'integer':
      return encodeInteger(reply.value)
    case 'error':
      return `-${reply.text}\r\n`
    case 'null':
      return resp === 2 ? '$-1\r\n' : '_\r\n'
    case 'null-array':
      return resp === 2 ? '*-1\r\n' : '_\r\n'
    case 'array':
      return `*${reply.items.length}\r\n${encodeItems(reply.items, resp)}`
    case 'set':
      return `${resp === 2 ? '*' : '~'}${reply.items.length}\r\n${encodeItems(reply.items, resp)}`
    case 'push':
      return `${resp === 2 ? '*' : '>'}${reply.items.length}\r\n${encodeItems(reply.items, resp)}`
    case 'map':
      return `${resp === 2 ? `*${reply.items.length}` : `%${reply.items.length / 2}`}\r\n${encodeItems(reply.items, resp)}`
    case 'pairs':
      if (resp === 2) return `*${reply.items.length}\r\n${encodeItems(reply.items, resp)}`
      return `*${reply.items.length / 2}\r\n${encodePairs(reply.items, resp)}`
    case 'paired-map':
      if (resp === 3) return `%${reply.items.length / 2}\r\n${encodeItems(reply.items, resp)}`
      return `*${reply.items.length / 2}\r\n${encodePairs(reply.items, resp)}`
    case 'double':
      return encodeDouble(reply.value, resp)
    case 'boolean':
      if (resp === 2) return reply.value ? ':1\r\n' : ':0\r\n'
      return reply.value ? '#t\r\n' : '#f\r\n'
    case 'big-number':
      return resp === 2 ? encodeBulk(reply.digits) : `(${reply.digits}\r\n`
    case 'verbatim':
      return resp === 2 ? encodeBulk(reply.bytes) : `=${reply.bytes.length + 4}\r\n${reply.format}:${reply.bytes}\r\n`
    case 'attribute':
      // RESP2 has no way to say it, so Redis leaves the attribute out there.
      if (resp === 2) return encode(reply.reply, resp)
      return `|${reply.items.length / 2}\r\n${encodeItems(reply.items, resp)}${encode(reply.reply, resp)}`
    case 'many':
      return encodeItems(reply.replies, resp)
    case 'none':
      return ''
  }
}

export function encodeBulk(bytes: string): string {
  const { length } = bytes
  return (length < HEADERS_MAX ? bulkHeaders[length]! : `$${length}\r\n`) + bytes + '\r\n'
}

function encodeInteger(value: number | bigint): string {
  if (typeof value === 'number' && value >= 0 && value < HEADERS_MAX) return integerLines[value]!
  return `:${value}\r\n`
}

function encodeDouble(value: number, resp: RespVersion): string {
  const text = formatDouble(value)
  return resp === 2 ? encodeBulk(text) : `,${text}\r\n`
}

function encodeItems(items: readonly Reply[], resp: RespVersion): string {
  let bytes = ''
  for (const item of items) bytes += encode(item, resp)
  return bytes
}

function encodePairs(items: readonly Reply[], resp: RespVersion): string {
  let bytes = ''
  for (let at = 0; at < items.length; at += 2) {
    bytes += `*2\r\n${encode(items[at]!, resp)}${encode(items[at + 1]!, resp)}`
  }
  return bytes
}
