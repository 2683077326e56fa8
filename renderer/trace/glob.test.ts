import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPattern } from './glob'

describe('matchesPattern', () => {
  it.each([
    ['chat*', 'chatroom', true],
    ['chat*', 'chat', true],
    ['chat*', 'achat', false],
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['h[ae]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['**', '', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['[abc', 'a', true],
    ['', 'a', false],
  ])('%s against %s gives %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches)
  })

  it('matches every text with its own letters escaped', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = [...text].map((sign) => `\\${sign}`).join('')
        return matchesPattern(escaped, [...text].join(''))
      }),
    )
  })

  it('never hangs or throws on any pattern', () => {
    const signs = fc.constantFrom('*', '?', '[', ']', '^', '-', '\\', 'a', 'b')
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 12 }), fc.array(signs, { maxLength: 12 }), (pattern, text) => {
        expect(typeof matchesPattern(pattern.join(''), text.join(''))).toBe('boolean')
      }),
    )
  })
})
