import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { SortedSetValue } from './sorted-set-value'

const limits = { zsetEntriesMax: 8, zsetBytesMax: 4 }
const member = fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('a', 'b', 'c', '\xff') })
const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Infinity, -Infinity, 0.5))
const step = fc.record({ member, score, isRemoval: fc.boolean() })

function sorted(model: ReadonlyMap<string, number>): [string, number][] {
  return [...model].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x - y))
}

function contents(value: SortedSetValue): [string, number][] {
  return value.slice([0, value.size]).map((node) => [node.member, node.score])
}

describe('SortedSetValue', () => {
  it('does what a sorted array does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), score, score, (steps, min, max) => {
        const value = new SortedSetValue()
        const model = new Map<string, number>()
        for (const { member, score, isRemoval } of steps) {
          const node = value.get(member as Bytes)
          expect(node?.score).toBe(model.get(member))
          if (node && isRemoval) {
            value.delete(node)
            model.delete(member)
          } else {
            if (node) value.setScore(node, score)
            else value.add(member as Bytes, score, limits)
            model.set(member, score)
          }
        }
        const expected = sorted(model)
        expect(contents(value)).toEqual(expected)
        expect(contents(value.copy())).toEqual(expected)
        const backwards = value.slice([0, value.size], true).map((node) => [node.member, node.score])
        expect(backwards).toEqual([...expected].reverse())
        for (const [rank, [name]] of expected.entries()) {
          expect(value.list.rankOf(value.get(name as Bytes)!)).toBe(rank)
          expect(value.list.at(rank)!.member).toBe(name)
        }
        for (const [excludesMin, excludesMax] of [
          [false, false],
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const ranks = value.ranksByScore({ min, max, excludesMin, excludesMax })
          const within = expected.filter(
            ([, at]) => (excludesMin ? at > min : at >= min) && (excludesMax ? at < max : at <= max),
          )
          expect(value.slice(ranks).map((node) => [node.member, node.score])).toEqual(within)
        }
        expect(new Set(Array.from({ length: value.size }, (_, index) => value.at(index).member)).size).toBe(model.size)
        expect(value.byteLength).toBe([...model.keys()].join('').length)
      }),
    )
  })

  it('finds ranges of members of one score', () => {
    fc.assert(
      fc.property(fc.uniqueArray(member), member, member, fc.boolean(), fc.boolean(), (members, a, b, x, y) => {
        const value = new SortedSetValue()
        for (const name of members) value.add(name as Bytes, 0, limits)
        const min = { member: a as Bytes, excludes: x }
        const max = { member: b as Bytes, excludes: y }
        const found = value.slice(value.ranksByMember({ min, max })).map((node) => node.member as string)
        expect(found).toEqual(members.sort().filter((name) => (x ? name > a : name >= a) && (y ? name < b : name <= b)))
        const all = value.ranksByMember({ min: 'lowest', max: 'highest' })
        expect(all).toEqual([0, members.length])
        expect(value.ranksByMember({ min: 'highest', max: 'lowest' })).toEqual([members.length, members.length])
      }),
    )
  })

  it('changes its encoding with its size or its longest member, and never back', () => {
    const value = new SortedSetValue()
    for (let count = 0; count < 8; count++) value.add(String(count) as Bytes, count, limits)
    expect(value.encoding).toBe('listpack')
    value.add('9' as Bytes, 9, limits)
    expect(value.encoding).toBe('skiplist')
    for (let count = 0; count < 8; count++) value.delete(value.list.first!)
    expect(value.encoding).toBe('skiplist')
    const other = new SortedSetValue()
    other.add('long member' as Bytes, 1, limits)
    expect(other.encoding).toBe('skiplist')
  })

  it('stays quick with many members', () => {
    const value = new SortedSetValue()
    for (let count = 0; count < 100_000; count++) value.add(String(count) as Bytes, (count * 7919) % 100_003, limits)
    for (let rank = 0; rank < 100_000; rank += 1000) expect(value.list.rankOf(value.list.at(rank)!)).toBe(rank)
  })
})
