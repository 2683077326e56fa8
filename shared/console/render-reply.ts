/**
 * Replies as redis-cli prints them, as lines of coloured spans. The layout (numbers, indents, the words for what is
 * empty) is redis-cli 7.0.15's own; a test compares the two.
 */
import { escapeBytes, textOf } from '../bytes'
import type { ReplyItems, ReplyTree } from '../reply'

export type SpanKind = 'plain' | 'index' | 'string' | 'number' | 'nil' | 'error' | 'type' | 'note'

export interface Span {
  readonly kind: SpanKind
  readonly text: string
}
export type Line = readonly Span[]

export interface RenderOptions {
  /** UTF-8 readable instead of redis-cli's escapes. */
  readonly isReadable: boolean
  /** What to say for items and bytes that were left out. */
  readonly omitted?: (count: number, what: 'items' | 'bytes') => string
}

const exact: RenderOptions = { isReadable: false }

export function renderReply(reply: ReplyTree, options: RenderOptions = exact): readonly Line[] {
  const lines = new Lines()
  render(reply, '', lines, options)
  return lines.all
}

/** As redis-cli in a terminal. */
export function replyText(reply: ReplyTree, options: RenderOptions = exact): string {
  return textOfLines(renderReply(reply, options))
}

export function textOfLines(lines: readonly Line[]): string {
  return lines.map((line) => line.map(({ text }) => text).join('')).join('\n')
}

class Lines {
  readonly all: Span[][] = [[]]

  add(kind: SpanKind, text: string): void {
    if (text !== '') this.all[this.all.length - 1]!.push({ kind, text })
  }

  /** Text with line ends of its own. */
  addBlock(kind: SpanKind, text: string): void {
    const [first, ...rest] = text.split('\n')
    this.add(kind, first!)
    for (const line of rest) {
      this.break()
      this.add(kind, line)
    }
  }

  append({ all: [first, ...rest] }: Lines): void {
    this.all[this.all.length - 1]!.push(...first!)
    this.all.push(...rest)
  }

  break(): void {
    this.all.push([])
  }
}

const EMPTY: Readonly<Record<ReplyItems['kind'], string>> = {
  array: '(empty array)',
  map: '(empty hash)',
  set: '(empty set)',
  push: '(empty push)',
}
const MARKS: Readonly<Record<ReplyItems['kind'], string>> = { array: ')', map: '#', set: '~', push: ')' }

function render(reply: ReplyTree, prefix: string, lines: Lines, options: RenderOptions): void {
  switch (reply.kind) {
    case 'simple':
      lines.addBlock('plain', options.isReadable ? textOf(reply.text) : reply.text)
      return
    case 'error':
      lines.add('error', `(error) ${options.isReadable ? textOf(reply.text) : reply.text}`)
      return
    case 'integer':
      lines.add('type', '(integer) ')
      lines.add('number', String(reply.value))
      return
    case 'double':
      lines.add('type', '(double) ')
      lines.add('number', doubleText(reply.value))
      return
    case 'bulk':
      lines.add('string', `"${options.isReadable ? readable(reply.bytes) : escapeBytes(reply.bytes)}"`)
      addCut(reply.cut, lines, options)
      return
    case 'verbatim':
      lines.addBlock('plain', (options.isReadable ? textOf(reply.bytes) : reply.bytes).replace(/\r/g, ''))
      addCut(reply.cut, lines, options)
      return
    case 'null':
    case 'null-array':
      lines.add('nil', '(nil)')
      return
    case 'boolean':
      lines.add('number', reply.value ? '(true)' : '(false)')
      return
    case 'big-number':
      lines.add('number', reply.digits)
      return
    case 'attribute':
      // redis-cli drops attributes; who asks for them (DEBUG PROTOCOL) wants the reply behind them.
      render(reply.reply, prefix, lines, options)
      return
    default:
      renderItems(reply, prefix, lines, options)
  }
}

function renderItems({ kind, items, omitted = 0 }: ReplyItems, prefix: string, lines: Lines, options: RenderOptions) {
  if (items.length === 0 && omitted === 0) {
    lines.add('nil', EMPTY[kind])
    return
  }
  const step = kind === 'map' ? 2 : 1
  const width = String(items.length / step + omitted).length
  const inner = prefix + ' '.repeat(width + 2)
  for (let at = 0; at < items.length; at += step) {
    if (at > 0) lines.break()
    const number = String(at / step + 1).padStart(width)
    // The first line is already indented by whoever holds this reply.
    lines.add('index', `${at === 0 ? '' : prefix}${number}${MARKS[kind]} `)
    render(items[at]!, inner, lines, options)
    if (kind !== 'map') continue
    lines.add('index', ' => ')
    renderValue(items[at + 1]!, inner, lines, options)
  }
  if (omitted === 0) return
  if (items.length > 0) lines.break()
  lines.add('note', `${items.length > 0 ? prefix : ''}${options.omitted?.(omitted, 'items') ?? `... ${omitted} more`}`)
}

/** A map's value that fills several lines begins on one of its own. */
function renderValue(reply: ReplyTree, prefix: string, lines: Lines, options: RenderOptions): void {
  const value = new Lines()
  render(reply, prefix, value, options)
  if ('items' in reply && value.all.length > 1) {
    lines.break()
    lines.add('index', prefix)
  }
  lines.append(value)
}

function addCut(cut: number | undefined, lines: Lines, options: RenderOptions): void {
  if (cut) lines.add('note', ` ${options.omitted?.(cut, 'bytes') ?? `... ${cut} more bytes`}`)
}

/** RESP writes infinities and whole numbers so; 17 digits as the wire has them. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Valid UTF-8 stays readable; quotes and control characters are escaped either way. */
export function readable(bytes: string): string {
  const escaped = escapeBytes(bytes)
  const text = textOf(bytes)
  if (text === bytes || text === escaped) return escaped
  return [...text].map((character) => (isControl(character) ? escapeBytes(character) : character)).join('')
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0)!
  // The control characters of Latin-1 (0x80 to 0x9f) print as nothing; they are shown as the bytes that they are in UTF-8.
  return code < 0x7f || (code >= 0x80 && code < 0xa0)
}

/** As `redis-cli --raw`: no quotes, no types, an item a line. */
export function rawText(reply: ReplyTree): string {
  switch (reply.kind) {
    case 'simple':
    case 'error':
      return reply.text
    case 'bulk':
    case 'verbatim':
      return reply.bytes
    case 'integer':
      return String(reply.value)
    case 'double':
      return doubleText(reply.value)
    case 'boolean':
      return reply.value ? '(true)' : '(false)'
    case 'big-number':
      return reply.digits
    case 'null':
    case 'null-array':
      return ''
    case 'attribute':
      return rawText(reply.reply)
    case 'map':
      return reply.items
        .flatMap((item, at) => (at % 2 === 0 ? [`${rawText(item)} ${rawText(reply.items[at + 1]!)}`] : []))
        .join('\n')
    default:
      return reply.items.map(rawText).join('\n')
  }
}

/** JSON for reading: maps become objects, strings text. A string that is a JSON document itself is laid out as one. */
export function jsonText(reply: ReplyTree): string {
  const document = reply.kind === 'bulk' ? parsedDocument(textOf(reply.bytes)) : undefined
  return JSON.stringify(document ?? jsonOf(reply), null, 2)
}

function parsedDocument(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function jsonOf(reply: ReplyTree): unknown {
  switch (reply.kind) {
    case 'simple':
      return textOf(reply.text)
    case 'error':
      return { error: textOf(reply.text) }
    case 'bulk':
    case 'verbatim':
      return textOf(reply.bytes)
    case 'integer':
      return typeof reply.value === 'bigint' ? String(reply.value) : reply.value
    case 'double':
      return Number.isFinite(reply.value) ? reply.value : doubleText(reply.value)
    case 'boolean':
      return reply.value
    case 'big-number':
      return reply.digits
    case 'null':
    case 'null-array':
      return null
    case 'attribute':
      return jsonOf(reply.reply)
    case 'map':
      return Object.fromEntries(
        reply.items.flatMap((item, at) => (at % 2 === 0 ? [[keyOf(item), jsonOf(reply.items[at + 1]!)]] : [])),
      )
    default:
      return reply.items.map(jsonOf)
  }
}

function keyOf(reply: ReplyTree): string {
  const key = jsonOf(reply)
  return typeof key === 'string' ? key : JSON.stringify(key)
}
