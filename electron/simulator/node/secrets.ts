import type { Bytes } from '../../../shared/bytes'
import { lower } from './errors'

const SECRET_PARAMETERS = new Set(['requirepass', 'masterauth', 'tls-key-file-pass', 'tls-client-key-file-pass'])
const REDACTED = '(redacted)' as Bytes

/** A command without the passwords in it, for whoever watches from outside. Mostly the very same array. */
export function withoutSecrets(argv: readonly Bytes[]): readonly Bytes[] {
  switch (lower(argv[0]!)) {
    case 'auth':
      return [argv[0]!, ...argv.slice(1).map((argument, at) => (at === argv.length - 2 ? REDACTED : argument))]
    case 'hello': {
      const at = argv.findIndex((argument) => lower(argument) === 'auth')
      return at === -1 ? argv : argv.map((argument, place) => (place === at + 2 ? REDACTED : argument))
    }
    case 'config':
      if (lower(argv[1] ?? '') !== 'set') return argv
      return argv.map((argument, at) => (at > 2 && SECRET_PARAMETERS.has(lower(argv[at - 1]!)) ? REDACTED : argument))
    default:
      return argv
  }
}
