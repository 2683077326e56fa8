import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { HashValue } from './hash-value'
import { SetValue } from './set-value'

const field = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'long field') as fc.Arbitrary<Bytes>
const member = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map(String),
  fc.constantFrom('9007199254740993', '9007199254740992', '-9223372036854775808', 'a', 'b', '01'),
) as fc.Arbitrary<Bytes>
const limits = { hashEntriesMax: 5, hashBytesMax: 6, intsetEntriesMax: 4 }

describe('a hash', () => {
  it('is what a plain map would be, in the order of a map while it is a listpack', () => {
    const step = fc.tuple(fc.constantFrom('set', 'set', 'delete'), field)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const hash = new HashValue()
        const model = new Map<Bytes, Bytes>()
        for (const [index, [what, key]] of steps.entries()) {
          const value = String(index) as Bytes
          if (what === 'delete') expect(hash.delete(key)).toBe(model.delete(key))
          else {
            expect(hash.set(key, value, limits)).toBe(!model.has(key))
            model.set(key, value)
          }
          const pairs = hash.items.map((item) => [item.key, item.value])
          if (hash.encoding === 'listpack') expect(pairs).toEqual([...model])
          else expect(new Map(pairs as [Bytes, Bytes][])).toEqual(model)
          expect(hash.items.map(({ place }) => place)).toEqual([...hash.items.keys()])
          expect(hash.byteLength).toBe([...model].flat().join('').length)
        }
        expect(hash.copy().items).toEqual(hash.items)
      }),
    )
  })
})

describe('a set', () => {
  it('is what a plain set would be, in ascending order while it is an intset', () => {
    const step = fc.tuple(fc.constantFrom('add', 'add', 'delete'), member)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const set = new SetValue()
        const model = new Set<Bytes>()
        for (const [what, key] of steps) {
          if (what === 'delete') expect(set.delete(key)).toBe(model.delete(key))
          else {
            expect(set.add(key, limits)).toBe(!model.has(key))
            model.add(key)
          }
          expect(set.members().sort()).toEqual([...model].sort())
          if (set.encoding === 'intset') {
            const integers = set.members().map(BigInt)
            for (const [at, integer] of integers.entries()) expect(at === 0 || integers[at - 1]! < integer).toBe(true)
          }
          expect(set.byteLength).toBe([...model].join('').length)
        }
        expect(set.copy().members()).toEqual(set.members())
      }),
    )
  })
})
