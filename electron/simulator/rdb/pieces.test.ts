import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { Crc64 } from './crc64'
import { readIntset, writeIntset } from './intset'
import { readListpack, textOfElement } from './listpack-reader'
import { ListpackWriter } from './listpack-writer'
import { RdbReader } from './rdb-reader'
import { RdbWriter } from './rdb-writer'

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const edges = fc.constantFrom(0n, 127n, 128n, -4096n, 4096n, -32769n, 8388608n, 2n ** 31n, -(2n ** 63n), 2n ** 63n - 1n)
const integers = fc.oneof(int64, edges, fc.bigInt({ min: -70000n, max: 70000n }))
const bytes = fc.oneof(
  integers.map(String),
  fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 300 }),
  fc.nat({ max: 20000 }).map((length) => 'x'.repeat(length)),
) as fc.Arbitrary<Bytes>

/** One byte of it has become another one. */
function damaged(source: Uint8Array, at: number, by: number): Buffer {
  const copy = Buffer.from(source)
  copy[at % copy.length]! ^= by
  return copy
}

describe('the checksum', () => {
  it('is the one of Redis', () => {
    expect(new Crc64().update(Buffer.from('123456789')).value).toBe(0xe9c6d914c4b8d9can)
    expect(new Crc64().value).toBe(0n)
  })

  it('can be taken in parts', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        const whole = new Crc64().update(Buffer.concat([first, second])).value
        expect(new Crc64().update(first).update(second).value).toBe(whole)
      }),
    )
  })
})

describe('lengths', () => {
  it('are read as they were written, in as few bytes as there may be', () => {
    const lengths = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 70000n }))
    fc.assert(
      fc.property(lengths, (length) => {
        const out = new RdbWriter(false)
        out.length(length)
        const written = Buffer.concat(out.take())
        expect(written.length).toBe(length < 64 ? 1 : length < 16384 ? 2 : length < 2n ** 32n ? 5 : 9)
        expect(BigInt(new RdbReader(written).length())).toBe(length)
      }),
    )
  })
})

describe('strings', () => {
  it.each([true, false])('are read as they were written, compression: %s', (isCompressing) => {
    fc.assert(
      fc.property(fc.array(bytes), (texts) => {
        const out = new RdbWriter(isCompressing)
        for (const text of texts) out.string(text)
        const source = new RdbReader(Buffer.concat(out.take()))
        for (const text of texts) expect(source.string()).toBe(text)
        expect(source.left).toBe(0)
      }),
    )
  })
})

describe('a listpack', () => {
  const packed = (texts: readonly Bytes[]) => {
    const pack = new ListpackWriter()
    for (const text of texts) pack.add(text)
    return Buffer.from(pack.end())
  }

  it('has the elements that were put in', () => {
    fc.assert(
      fc.property(fc.array(bytes), (texts) => {
        expect(readListpack(packed(texts))!.map(textOfElement)).toEqual(texts)
      }),
    )
  })

  it('may have more elements than its header can count', () => {
    const texts = Array.from({ length: 70_000 }, (_, at) => String(at) as Bytes)
    expect(readListpack(packed(texts))!.length).toBe(70_000)
  })

  it('has back lengths of every size', () => {
    for (const length of [127, 16382, 16383, 2097150, 2097152]) {
      expect(readListpack(packed(['x'.repeat(length) as Bytes]))).toEqual(['x'.repeat(length)])
    }
  })

  it('is refused or read when a byte of it is wrong, and never breaks', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (texts, at, by) => {
        if (readListpack(damaged(packed(texts), at, by)) === undefined) refused++
      }),
      { numRuns: 500 },
    )
    expect(refused).toBeGreaterThan(50)
  })
})

describe('an intset', () => {
  it('has the integers that were put in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(integers, { minLength: 1 }), (unsorted) => {
        const sorted = unsorted.toSorted((a, b) => (a < b ? -1 : 1))
        expect(readIntset(Buffer.from(writeIntset(sorted)))!.map(BigInt)).toEqual(sorted)
      }),
    )
  })

  it('is refused when it is cut, empty or not in order', () => {
    const whole = Buffer.from(writeIntset([1, 2, 3]))
    expect(readIntset(whole)).toEqual([1, 2, 3])
    expect(readIntset(whole.subarray(0, -1))).toBeUndefined()
    expect(readIntset(Buffer.from(writeIntset([3, 2, 1])))).toBeUndefined()
    expect(readIntset(damaged(whole, 0, 1))).toBeUndefined()
    expect(readIntset(Buffer.alloc(8))).toBeUndefined()
  })
})
