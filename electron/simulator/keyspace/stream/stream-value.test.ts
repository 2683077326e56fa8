import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import { OrderedById } from './ordered-by-id'
import { compareIds, ID_MAX, ID_MIN, nextId, previousId, type Part, type StreamId } from './stream-id'
import { StreamValue, type TrimTarget } from './stream-value'

const limits = { streamNodeEntriesMax: 4, streamNodeBytesMax: 4096 }
const part = fc.oneof(
  fc.nat({ max: 40 }),
  fc.constantFrom<Part>(Number.MAX_SAFE_INTEGER, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 2n, 2n ** 64n - 1n),
)
const id = fc.record({ ms: part, seq: part }) as fc.Arbitrary<StreamId>
const byId = (a: StreamId, b: StreamId) => compareIds(a, b)
const trim = fc.record({
  length: fc.nat({ max: 12 }),
  isApproximate: fc.boolean(),
  limit: fc.constantFrom(0, 0, 5),
}) as fc.Arbitrary<TrimTarget>

describe('an ID', () => {
  it('has a neighbour on each side, beyond 2^53 too', () => {
    fc.assert(
      fc.property(id, (one) => {
        const next = nextId(one)
        if (!next) expect(one).toEqual(ID_MAX)
        else {
          expect(compareIds(one, next)).toBeLessThan(0)
          expect(previousId(next)).toEqual(one)
        }
      }),
    )
  })
})

describe('a stream', () => {
  it('holds what a plain list would, whatever is added, deleted and trimmed', () => {
    const step = fc.oneof(
      fc.record({ add: id }),
      fc.record({ add: id }),
      fc.record({ add: id }),
      fc.record({ delete: id }),
      fc.record({ trim }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), id, id, fc.nat({ max: 5 }), (steps, start, end, count) => {
        const stream = new StreamValue()
        let model: StreamId[] = []
        for (const what of steps) {
          if ('add' in what) {
            if (compareIds(what.add, stream.lastId) <= 0) continue
            stream.append(what.add, ['f', 'v'] as unknown as Bytes[], limits)
            model.push(what.add)
          } else if ('delete' in what) {
            const before = model.length
            model = model.filter((one) => compareIds(one, what.delete) !== 0)
            expect(stream.delete(what.delete)).toBe(model.length < before)
            stream.findFirst()
          } else {
            const trimmed = stream.trim(what.trim)
            model = model.slice(trimmed)
            if (!what.trim.isApproximate && what.trim.limit === 0) {
              expect(model.length).toBeLessThanOrEqual(what.trim.length!)
            } else expect(trimmed === 0 || model.length >= what.trim.length!).toBe(true)
          }
          expect(stream.length).toBe(model.length)
          expect(stream.byteLength).toBe(model.length * 2)
          expect(stream.firstId).toEqual(model[0] ?? ID_MIN)
        }
        const inside = model.filter((one) => compareIds(one, start) >= 0 && compareIds(one, end) <= 0)
        const most = count === 0 ? inside.length : count
        expect(stream.range(start, end, count).map((entry) => entry.id)).toEqual(inside.slice(0, most))
        expect(stream.reverseRange(start, end, count).map((entry) => entry.id)).toEqual(inside.reverse().slice(0, most))
        expect(stream.copy().range(ID_MIN, ID_MAX, 0)).toEqual(stream.range(ID_MIN, ID_MAX, 0))
      }),
    )
  })
})

describe('things in the order of their IDs', () => {
  it('are those of a sorted list', () => {
    const step = fc.tuple(fc.boolean(), fc.nat({ max: 2000 }))
    fc.assert(
      fc.property(fc.array(step, { minLength: 300, maxLength: 1500 }), fc.nat({ max: 2000 }), (steps, asked) => {
        const ordered = new OrderedById<{ readonly id: StreamId }>()
        const model = new Set<number>()
        for (const [isThere, ms] of steps) {
          if (!isThere) expect(ordered.delete({ ms, seq: 0 })).toBe(model.delete(ms))
          else if (!model.has(ms)) {
            model.add(ms)
            ordered.insert({ id: { ms, seq: 0 } })
          }
        }
        const sorted = [...model].map((ms) => ({ ms, seq: 0 })).sort(byId)
        expect([...ordered].map((item) => item.id)).toEqual(sorted)
        expect(ordered.size).toBe(sorted.length)
        expect(ordered.first?.id).toEqual(sorted[0])
        expect(ordered.last?.id).toEqual(sorted.at(-1))
        expect(ordered.atOrAfter({ ms: asked, seq: 0 })?.id).toEqual(sorted.find(({ ms }) => ms >= asked))
      }),
      { numRuns: 40 },
    )
  })
})
