/** Bytes as a person edits them: text where they are UTF-8, else with redis-cli's escapes, so that nothing is lost. */
import { bytesOf, escapeBytes, textOf, type Bytes } from '../../../shared/bytes'
import { readable } from '../../../shared/console/render-reply'
import { splitArguments } from '../../../shared/split-arguments'

export interface Editable {
  readonly text: string
  readonly isEscaped: boolean
}

export function editableOf(bytes: Bytes): Editable {
  const text = textOf(bytes)
  if (bytesOf(text) === bytes && !hasHidden(text)) return { text, isEscaped: false }
  return { text: escapeBytes(bytes), isEscaped: true }
}

/** Undefined where escapes do not make sense. */
export function bytesFrom({ text, isEscaped }: Editable): Bytes | undefined {
  if (!isEscaped) return bytesOf(text)
  const words = splitArguments(`"${bytesOf(text).replace(/(^|[^\\])((?:\\\\)*)"/g, '$1$2\\"')}"`)
  return words?.length === 1 ? (words[0] as Bytes) : undefined
}

/** What a list shows of a key, a field or a value: one line, control characters escaped. */
export function shown(bytes: string, max = 200): string {
  const text = readable(bytes.slice(0, max)).replace(/\\"/g, '"')
  return bytes.length > max ? `${text}…` : text
}

/** Control characters that a text field would swallow; line ends and tabs are kept by one. */
function hasHidden(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0)!
    if ((code < 0x20 && code !== 0x0a && code !== 0x09) || code === 0x7f) return true
  }
  return false
}

/** As `xxd` shows it: offset, bytes, characters. */
export function hexDump(bytes: string): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const part = bytes.slice(at, at + 16)
    const codes = [...part].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0'))
    const cells = `${codes.slice(0, 8).join(' ')}  ${codes.slice(8).join(' ')}`.padEnd(48)
    lines.push(`${at.toString(16).padStart(8, '0')}  ${cells}  ${part.replace(/[^ -~]/g, '.')}`)
  }
  return lines.join('\n')
}

/** A JSON document laid out for reading; undefined where the text is none. */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{"\d\-tfn]/.test(text)) return undefined
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}
