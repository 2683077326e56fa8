import { Buffer } from 'node:buffer'
import type { Reply } from './reply'

/** Thrown for bytes that no Redis server would send. */
export class ReplyError extends Error {}

/** Cuts a server's bytes into replies, RESP2 and RESP3 alike: the client's side of the wire. */
export class ReplyDecoder {
  private text = ''
  private position = 0

  push(chunk: Uint8Array): void {
    const added = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    this.text = this.position < this.text.length ? this.text.slice(this.position) + added : added
    this.position = 0
  }

  /** The next whole reply, or undefined when more bytes are needed. */
  next(): Reply | undefined {
    const start = this.position
    const reply = this.read()
    // Replies are read again from their beginning once more has come: simple, and they are rarely cut.
    if (reply === undefined) this.position = start
    return reply
  }

  decode(chunk: Uint8Array): Reply[] {
    this.push(chunk)
    const replies: Reply[] = []
    for (let reply = this.next(); reply !== undefined; reply = this.next()) replies.push(reply)
    return replies
  }

  /** The bytes read by the last `next` calls and not yet dropped. */
  get pendingLength(): number {
    return this.text.length - this.position
  }

  private read(): Reply | undefined {
    const end = this.text.indexOf('\r\n', this.position)
    if (end === -1) return undefined
    const type = this.text[this.position]!
    const line = this.text.slice(this.position + 1, end)
    this.position = end + 2
    switch (type) {
      case '+':
        return { kind: 'simple', text: line }
      case '-':
        return { kind: 'error', text: line }
      case ':':
        return { kind: 'integer', value: exactInteger(line) }
      case ',':
        return { kind: 'double', value: doubleOf(line) }
      case '#':
        return { kind: 'boolean', value: line === 't' }
      case '(':
        return { kind: 'big-number', digits: line }
      case '_':
        return { kind: 'null' }
      case '$':
        return this.readBulk(line)
      case '=':
        return this.readVerbatim(line)
      case '*':
        return line === '-1' ? { kind: 'null-array' } : this.readItems('array', countOf(line))
      case '~':
        return this.readItems('set', countOf(line))
      case '>':
        return this.readItems('push', countOf(line))
      case '%':
        return this.readItems('map', countOf(line) * 2)
      case '|':
        return this.readAttribute(countOf(line) * 2)
      default:
        throw new ReplyError(`a reply cannot begin with ${JSON.stringify(type)}`)
    }
  }

  private readBulk(line: string): Reply | undefined {
    if (line === '-1') return { kind: 'null' }
    const bytes = this.readBytes(countOf(line))
    return bytes === undefined ? undefined : { kind: 'bulk', bytes }
  }

  private readVerbatim(line: string): Reply | undefined {
    const bytes = this.readBytes(countOf(line))
    return bytes === undefined ? undefined : { kind: 'verbatim', format: bytes.slice(0, 3), bytes: bytes.slice(4) }
  }

  private readBytes(length: number): string | undefined {
    const end = this.position + length
    if (end + 2 > this.text.length) return undefined
    const bytes = this.text.slice(this.position, end)
    this.position = end + 2
    return bytes
  }

  private readItems(kind: 'array' | 'set' | 'push' | 'map', count: number): Reply | undefined {
    const items: Reply[] = []
    while (items.length < count) {
      const item = this.read()
      if (item === undefined) return undefined
      items.push(item)
    }
    return { kind, items }
  }

  private readAttribute(count: number): Reply | undefined {
    const attribute = this.readItems('map', count)
    const reply = attribute && this.read()
    if (reply === undefined || attribute?.kind !== 'map') return undefined
    return { kind: 'attribute', items: attribute.items, reply }
  }
}

function countOf(line: string): number {
  const count = Number(line)
  if (!Number.isInteger(count) || count < 0) throw new ReplyError(`a length cannot be ${JSON.stringify(line)}`)
  return count
}

function exactInteger(line: string): number | bigint {
  const value = Number(line)
  return Number.isSafeInteger(value) ? value : BigInt(line)
}

function doubleOf(line: string): number {
  if (line === 'inf') return Infinity
  if (line === '-inf') return -Infinity
  return line.toLowerCase().includes('nan') ? NaN : Number(line)
}
