import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf, escapeBytes, textOf } from './bytes'

it('carries any text through bytes and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const bytes = bytesOf(text)
      expect(textOf(bytes)).toBe(text)
      expect(Buffer.from(bytes, 'latin1').equals(Buffer.from(text))).toBe(true)
    }),
  )
})

it('shows what is not UTF-8 as redis-cli does', () => {
  expect(textOf('caf\xe9\n')).toBe('caf\\xe9\\n')
  expect(escapeBytes('a"b\\\x00\x07\x08\t\r')).toBe('a\\"b\\\\\\x00\\a\\b\\t\\r')
})
