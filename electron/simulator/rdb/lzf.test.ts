import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lzfCompress, lzfDecompress } from './lzf'

/** Texts that repeat themselves, near and far. */
const repetitive = fc
  .array(fc.tuple(fc.constantFrom('a', 'abc', 'hello ', '\x00\xff', 'x'.repeat(300)), fc.nat({ max: 40 })), {
    maxLength: 30,
  })
  .map((parts) => Buffer.from(parts.map(([text, times]) => text.repeat(times)).join(''), 'latin1'))
const anything = fc.uint8Array({ maxLength: 600 })

describe('LZF', () => {
  it('gives back what it took', () => {
    let compressed = 0
    fc.assert(
      fc.property(fc.oneof(repetitive, anything), (source) => {
        const packed = lzfCompress(source, source.length - 4)
        if (!packed) return
        compressed++
        expect(packed.length).toBeLessThanOrEqual(source.length - 4)
        expect(Buffer.from(lzfDecompress(packed, source.length)!)).toEqual(Buffer.from(source))
      }),
    )
    expect(compressed).toBeGreaterThan(20)
  })

  it('leaves what does not become shorter', () => {
    expect(lzfCompress(Buffer.from('abcdefghijklmnopqrstuvwxyz'), 22)).toBeUndefined()
    expect(lzfCompress(Buffer.alloc(0), 10)).toBeUndefined()
  })

  it('packs a long repetition into references', () => {
    const packed = lzfCompress(Buffer.from('a'.repeat(1000)), 996)!
    expect(packed.length).toBeLessThan(20)
    expect(lzfDecompress(packed, 999)).toBeUndefined()
    expect(lzfDecompress(packed, 1001)).toBeUndefined()
  })

  it('finds out what is damaged, and never reads or writes beyond', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 400 }), (source, length) => {
        const text = lzfDecompress(source, length)
        expect(text === undefined || text.length === length).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
