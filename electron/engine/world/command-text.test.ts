import { expect, it } from 'vitest'
import { bytesOf, type Bytes } from '../../../shared/bytes'
import { asksForSecrets } from '../../../shared/secrets'
import { commandText } from './command-text'

const textOf = (...argv: string[]) => commandText(argv.map(bytesOf))

it('quotes what is not a plain word, and cuts what is very long', () => {
  expect(textOf('SET', 'user:{1}', 'two words', '')).toBe('SET user:{1} "two words" ""')
  expect(commandText(['SET', 'k', '\x00\xff'] as unknown as Bytes[])).toBe('SET k "\\x00\\xff"')
  const long = textOf('SET', 'k', 'v'.repeat(5000))
  expect(long.length).toBeLessThan(1100)
  expect(long).toMatch(/\.\.\. \(3 arguments\)$/)
})

it.each([
  [['AUTH', 'hunter2'], 'AUTH (redacted)'],
  [['auth', 'ana', 'hunter2'], 'auth ana (redacted)'],
  [['HELLO', '3', 'auth', 'ana', 'hunter2', 'SETNAME', 'app'], 'HELLO 3 auth ana (redacted) SETNAME app'],
  [['CONFIG', 'SET', 'maxmemory', '1', 'requirepass', 'hunter2'], 'CONFIG SET maxmemory 1 requirepass (redacted)'],
  [['MIGRATE', 'h', '1', 'k', '0', '9', 'AUTH2', 'ana', 'hunter2'], 'MIGRATE h 1 k 0 9 AUTH2 ana (redacted)'],
  [['ACL', 'SETUSER', 'ana', 'on', '>hunter2', '~*'], 'ACL SETUSER ana on (redacted) ~*'],
  [['SENTINEL', 'SET', 'm', 'auth-pass', 'hunter2'], 'SENTINEL SET m auth-pass (redacted)'],
])('keeps the password out of %j', (argv, text) => {
  expect(textOf(...argv)).toBe(text)
})

it.each([
  [['CONFIG', 'GET', 'requirepass'], true],
  [['config', 'get', 'maxmemory', 'REQUIRE*'], true],
  [['CONFIG', 'GET', 'max*'], false],
  [['GET', 'requirepass'], false],
])('%j asks for a password: %s', (argv, expected) => {
  expect(asksForSecrets(argv.map(bytesOf))).toBe(expected)
})
