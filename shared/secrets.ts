/** Which parts of a command are passwords. No trace, no MONITOR and no history of commands may show them. */
import { codeAt, type Bytes } from './bytes'
import { globMatches } from './glob'

const REDACTED = '(redacted)' as Bytes
const SECRET_PARAMETERS = ['requirepass', 'masterauth', 'tls-key-file-pass', 'tls-client-key-file-pass']

/** Whether the reply to a command may hold a password: CONFIG GET gives them in clear. */
export function asksForSecrets(argv: readonly Bytes[]): boolean {
  if (!speaksOfSecrets(argv[0]!)) return false
  if (lower(argv[0]!) !== 'config' || lower(argv[1] ?? '') !== 'get') return false
  return argv.slice(2).some((pattern) => SECRET_PARAMETERS.some((name) => globMatches(pattern, name, true)))
}

/** The first letters of the commands that may hold passwords, by the lengths of their names: most others differ. */
const FIRST_LETTERS = ['\0', '\0', '\0', 'a', 'a', 'h', 'c', 'm', 's'] // ACL, AUTH, HELLO, CONFIG, MIGRATE, SENTINEL
const firstCodes = Uint8Array.from(FIRST_LETTERS, (letter) => letter.charCodeAt(0))

function speaksOfSecrets(name: string): boolean {
  return name.length < firstCodes.length && (codeAt(name, 0) | 0x20) === firstCodes[name.length]
}

/** A command without the passwords in it, for whoever watches from outside. Mostly the very same array. */
export function withoutSecrets(argv: readonly Bytes[]): readonly Bytes[] {
  if (!speaksOfSecrets(argv[0]!)) return argv
  const secrets = secretPlaces(argv)
  return secrets.length === 0 ? argv : argv.map((argument, at) => (secrets.includes(at) ? REDACTED : argument))
}

/** Where a command holds passwords. */
export function secretPlaces(argv: readonly Bytes[]): readonly number[] {
  const word = (at: number) => lower(argv[at] ?? '')
  /** The arguments `skip` places behind each word that matches. */
  const behind = (isMeant: (word: string) => boolean, skip: number) =>
    argv.flatMap((_, at) => (at > 0 && isMeant(word(at)) ? [at + skip] : []))
  const among =
    (...words: readonly string[]) =>
    (one: string) =>
      words.includes(one)
  switch (word(0)) {
    case 'auth':
      return [argv.length - 1]
    case 'hello':
      return behind(among('auth'), 2)
    case 'config':
      return word(1) === 'set' ? behind(among(...SECRET_PARAMETERS), 1) : []
    case 'migrate':
      return [...behind(among('auth'), 1), ...behind(among('auth2'), 2)]
    case 'sentinel':
      return word(1) === 'set' || word(1) === 'config' ? behind(among('auth-pass', 'sentinel-pass'), 1) : []
    case 'acl':
      // `>secret` adds a password, `<secret` takes one away, `#` and `!` do so by hash.
      return word(1) === 'setuser' ? behind((rule) => /^[<>#!]/.test(rule), 0) : []
    default:
      return []
  }
}

/** ASCII only, as Redis compares names. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
