/** A command as the trace shows it. */
import { escapeBytes, type Bytes } from '../../../shared/bytes'

// The whole command is in the inspector; a value of megabytes is not.
const COMMAND_BYTES_MAX = 1000
const REDACTED = '(redacted)'

/** As redis-cli would take it: plain words bare, everything else in quotes. Passwords never get into a trace. */
export function commandText(argv: readonly Bytes[]): string {
  const secrets = secretArguments(argv)
  let text = ''
  for (const [index, argument] of argv.entries()) {
    if (text !== '') text += ' '
    text += secrets.includes(index) ? REDACTED : isPlain(argument) ? argument : `"${escapeBytes(argument)}"`
    if (text.length > COMMAND_BYTES_MAX) {
      return `${text.slice(0, COMMAND_BYTES_MAX)}... (${argv.length} arguments)`
    }
  }
  return text
}

/** The indexes of arguments that hold passwords, in every command that takes one. */
export function secretArguments(argv: readonly Bytes[]): readonly number[] {
  const word = (index: number) => argv[index]?.toLowerCase()
  const after = (found: (text: string) => boolean, skip: number) =>
    argv.flatMap((argument, index) => (index > 0 && found(argument.toLowerCase()) ? [index + skip] : []))
  switch (word(0)) {
    case 'auth':
      return argv.map((_, index) => index).slice(argv.length > 2 ? 2 : 1)
    case 'hello':
      return after((text) => text === 'auth', 2)
    case 'config':
      return word(1) === 'set'
        ? after((text) => /^(requirepass|masterauth|tls-(client-)?key-file-pass)$/.test(text), 1)
        : []
    case 'migrate':
      return [...after((text) => text === 'auth', 1), ...after((text) => text === 'auth2', 2)]
    case 'sentinel':
      return word(1) === 'set' ? after((text) => /^(auth-pass|sentinel-pass)$/.test(text), 1) : []
    case 'acl':
      // `>secret` adds a password, `<secret` takes one away, `#` and `!` do so by hash.
      return word(1) === 'setuser' ? after((text) => /^[<>#!]/.test(text), 0) : []
    default:
      return []
  }
}

function isPlain(argument: string): boolean {
  return /^[\w:.*/@{}[\]?^+,%=<>!~|;&()$#-]+$/.test(argument)
}
