import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { Deque } from './deque'

const element = fc.string({ maxLength: 3 }) as fc.Arbitrary<Bytes>
const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('pushLeft', 'pushRight'), element }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('popLeft', 'popRight', 'copy') }) },
  fc.record({ kind: fc.constantFrom('insert', 'set'), part, element }),
  fc.record({ kind: fc.constant('keep'), part, other: part }),
  fc.record({ kind: fc.constant('removeAll'), every: fc.integer({ min: 1, max: 5 }) }),
) as fc.Arbitrary<{ kind: string; element: Bytes; part: number; other: number; every: number }>

describe('Deque', () => {
  it('does what an array does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        let deque = new Deque()
        let model: Bytes[] = []
        for (const { kind, element, part, other, every } of steps) {
          const index = Math.floor(part * model.length)
          if (kind === 'pushLeft') deque.pushLeft(element)
          if (kind === 'pushLeft') model.unshift(element)
          if (kind === 'pushRight') deque.pushRight(element)
          if (kind === 'pushRight') model.push(element)
          if (kind === 'popLeft' && model.length > 0) expect(deque.popLeft()).toBe(model.shift())
          if (kind === 'popRight' && model.length > 0) expect(deque.popRight()).toBe(model.pop())
          if (kind === 'copy') deque = deque.copy()
          if (kind === 'insert') deque.insert(index, element)
          if (kind === 'insert') model.splice(index, 0, element)
          if (kind === 'set' && model.length > 0) deque.set(index, (model[index] = element))
          if (kind === 'keep') {
            const end = Math.max(index, Math.floor(other * model.length))
            deque.keep(index, end)
            model = model.slice(index, end)
          }
          if (kind === 'removeAll') {
            deque.removeAll([...model.keys()].filter((at) => at % every === 0))
            model = model.filter((_, at) => at % every !== 0)
          }
          expect(deque.length).toBe(model.length)
          expect(deque.slice(0, deque.length)).toEqual(model)
          expect(deque.byteLength).toBe(model.join('').length)
        }
      }),
    )
  })

  it('stays a copy of its own', () => {
    const deque = Deque.from(['a', 'b'] as Bytes[])
    const copy = deque.copy()
    copy.set(0, 'c' as Bytes)
    expect(deque.get(0)).toBe('a')
  })

  it('is quick at both ends of a long list', () => {
    const deque = new Deque()
    for (let count = 0; count < 200_000; count++) deque.pushLeft('x' as Bytes)
    for (let count = 0; count < 199_999; count++) deque.popRight()
    expect(deque.length).toBe(1)
  })
})
