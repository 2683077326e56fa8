import { codeAt, escapeBytes, type Bytes } from '../../../shared/bytes'
import { withoutSecrets } from '../../../shared/secrets'

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

/** By character code: what needs no quotes. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w:.*/@{}[\]?^+,%=<>!~|;&()$#-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

function isPlain(argument: string): boolean {
  for (let at = 0; at < argument.length; at++) if (PLAIN[codeAt(argument, at)] !== 1) return false
  return argument.length > 0
}
