import { codeAt, escapeBytes, type Bytes } from '../../../shared/bytes'
import { withoutSecrets } from '../../../shared/secrets'
import type { TextWriter } from '../../../shared/trace/texts'

// The whole command is in the inspector; a value of megabytes is not.
const COMMAND_BYTES_MAX = 1000

/** A command as redis-cli would take it: plain words bare, everything else in quotes. No password gets into a trace. */
export function commandText(argv: readonly Bytes[]): string {
  let text = ''
  for (const argument of withoutSecrets(argv)) {
    if (text !== '') text += ' '
    text += isPlain(argument) ? argument : `"${escapeBytes(argument)}"`
    if (text.length > COMMAND_BYTES_MAX) {
      return `${text.slice(0, COMMAND_BYTES_MAX)}... (${argv.length} arguments)`
    }
  }
  return text
}

/**
 * Writes the very same text and gives its index, or undefined where that takes more than to put the words behind each
 * other. A string that is put together first must be taken apart again, and costs more than its characters.
 */
export function spellCommand(texts: TextWriter, argv: readonly Bytes[]): number | undefined {
  const words = withoutSecrets(argv)
  let length = words.length
  for (const word of words) length += word.length
  if (length > COMMAND_BYTES_MAX) return undefined
  for (let at = 0; at < words.length; at++) {
    if (at > 0) texts.put(' ')
    const word = words[at]!
    if (word === '' || !texts.putOnly(PLAIN, word)) {
      texts.undo()
      return undefined
    }
  }
  return texts.end()
}

/** By character code: what needs no quotes. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w:.*/@{}[\]?^+,%=<>!~|;&()$#-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

function isPlain(argument: string): boolean {
  for (let at = 0; at < argument.length; at++) if (PLAIN[codeAt(argument, at)] !== 1) return false
  return argument.length > 0
}
