import type { Bytes } from '../../../shared/bytes'
import { lower } from './errors'

const REDACTED = '(redacted)' as Bytes
const SECRET_PARAMETERS = /^(requirepass|masterauth|tls-(client-)?key-file-pass)$/

/** A command without the passwords in it, for whoever watches from outside. Mostly the very same array. */
export function withoutSecrets(argv: readonly Bytes[]): readonly Bytes[] {
  const secrets = secretPlaces(argv)
  return secrets.length === 0 ? argv : argv.map((argument, at) => (secrets.includes(at) ? REDACTED : argument))
}

/** Where a command holds passwords. */
function secretPlaces(argv: readonly Bytes[]): readonly number[] {
  const word = (at: number) => lower(argv[at] ?? '')
  /** The arguments `skip` places behind each word that matches. */
  const behind = (pattern: RegExp, skip: number) =>
    argv.flatMap((_, at) => (at > 0 && pattern.test(word(at)) ? [at + skip] : []))
  switch (word(0)) {
    case 'auth':
      return [argv.length - 1]
    case 'hello':
      return behind(/^auth$/, 2)
    case 'config':
      return word(1) === 'set' ? behind(SECRET_PARAMETERS, 1) : []
    case 'migrate':
      return [...behind(/^auth$/, 1), ...behind(/^auth2$/, 2)]
    case 'sentinel':
      return word(1) === 'set' ? behind(/^(auth-pass|sentinel-pass)$/, 1) : []
    case 'acl':
      // `>secret` adds a password, `<secret` takes one away, `#` and `!` do so by hash.
      return word(1) === 'setuser' ? behind(/^[<>#!]/, 0) : []
    default:
      return []
  }
}
