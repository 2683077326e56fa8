import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globMatches } from './glob'

describe('globMatches', () => {
  it.each([
    ['*', 'anything', true],
    ['*', '', false], // the pattern is not used up; KEYS and SCAN make an exception for it
    ['', '', true],
    ['', 'a', false],
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['h*llo', 'heeello', true],
    ['h[ae]llo', 'hallo', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['a\\', 'a\\', true],
    ['[\\]]', ']', true],
    ['q[', 'q[', false],
    ['q[ab', 'qa', true],
    ['q[ab', 'qc', false],
    ['[a-', '-', true],
    ['a***b', 'axxb', true],
    ['*\\**', 'a*b', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXbY', false],
  ])('%j and %j: %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected)
  })

  it('can ignore case', () => {
    expect(globMatches('MAX*', 'maxmemory', true)).toBe(true)
    expect(globMatches('[A-C]x', 'bX', true)).toBe(true)
    expect(globMatches('MAX*', 'maxmemory')).toBe(false)
  })

  it('takes no exponential time', () => {
    expect(globMatches(`${'a*'.repeat(50)}b`, 'a'.repeat(2000))).toBe(false)
  })

  it('finds any text by itself, once its special characters are quoted', () => {
    fc.assert(fc.property(fc.string(), (text) => globMatches(text.replace(/[\\*?[\]^-]/g, '\\$&'), text)))
  })

  it('ends for any pattern and text', () => {
    const glob = fc.string({ unit: fc.constantFrom('*', '?', '[', ']', '^', '-', '\\', 'a', 'b'), maxLength: 12 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', ']'), maxLength: 12 })
    fc.assert(
      fc.property(glob, text, (pattern, subject) => {
        expect(typeof globMatches(pattern, subject)).toBe('boolean')
      }),
    )
  })
})
