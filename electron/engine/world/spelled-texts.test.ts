import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { TextReader, TextWriter } from '../../../shared/trace/texts'
import { formatReply } from '../../simulator/resp/format-reply'
import { array, bulk, error, integer, nothing, simple, type Reply } from '../../simulator/resp/reply'
import { commandText, spellCommand } from './command-text'
import { spellReply } from './reply-text'

const anyBytes = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 70 })
  .map((codes) => String.fromCharCode(...codes))
const anyWord = fc.oneof(
  fc.constantFrom('auth', 'CONFIG', 'set', 'requirepass', 'hello', '2', 'AUTH', 'PUBLISH', ''),
  fc.string({ unit: 'grapheme-ascii' }),
  anyBytes,
  fc.nat(400).map((length) => 'x'.repeat(length)),
)

/** The texts that some writing made, in the order of the indexes that it gave. */
function spelled<T>(all: readonly T[], spell: (writer: TextWriter, one: T) => number): string[] {
  const writer = new TextWriter()
  writer.forget()
  const indexes = all.map((one) => spell(writer, one))
  const reader = new TextReader(writer.take())
  return indexes.map((index) => reader.at(index))
}

it('a command is spelled as it is shown, or not at all', () => {
  const anyCommands = fc.array(fc.array(anyWord, { minLength: 1, maxLength: 5 }) as fc.Arbitrary<Bytes[]>)
  fc.assert(
    fc.property(anyCommands, (commands) => {
      const texts = spelled(commands, (writer, argv) => spellCommand(writer, argv) ?? writer.add(commandText(argv)))
      expect(texts).toEqual(commands.map(commandText))
    }),
  )
  const plain = ['PUBLISH', 'news', 'x'.repeat(900)] as Bytes[]
  const writer = new TextWriter()
  writer.forget()
  expect(spellCommand(writer, plain)).toBe(0)
  expect(spellCommand(writer, ['SET', 'a b'] as Bytes[])).toBeUndefined()
  expect(spellCommand(writer, ['ECHO', 'x'.repeat(1000)] as Bytes[])).toBeUndefined()
})

it('no password is spelled', () => {
  const commands = [
    ['AUTH', 'secret'],
    ['config', 'set', 'requirepass', 'secret'],
    ['HELLO', '3', 'AUTH', 'a', 'secret'],
  ]
  const texts = spelled(commands as Bytes[][], (writer, argv) => spellCommand(writer, argv) ?? writer.add(''))
  expect(texts).toEqual(['AUTH (redacted)', 'config set requirepass (redacted)', 'HELLO 3 AUTH a (redacted)'])
})

it('a reply is spelled as it is shown', () => {
  const anyReply: fc.Arbitrary<Reply> = fc.oneof(
    fc.oneof(fc.nat(2000), fc.maxSafeInteger(), fc.bigInt()).map(integer),
    fc.oneof(anyBytes, fc.string({ unit: 'grapheme-ascii', maxLength: 80 })).map(bulk),
    anyBytes.map(simple),
    fc.constantFrom(nothing, error('ERR no'), array([bulk('a'), integer(1)]), bulk('')),
  )
  fc.assert(
    fc.property(fc.array(anyReply), (replies) => {
      expect(spelled(replies, spellReply)).toEqual(replies.map(formatReply))
    }),
  )
})
