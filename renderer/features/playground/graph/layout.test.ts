import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GraphNode } from './edges'
import { place, viewOf } from './layout'

const node = (id: string, column: 0 | 1 | 2, sinceUs = 0): GraphNode => ({
  id,
  kind: 'actor',
  name: id,
  column,
  sinceUs,
})

describe('place', () => {
  it('centres each column on the tallest', () => {
    const places = place([node('a', 0), node('c', 1), node('x', 2), node('y', 2), node('z', 2)], new Map())
    expect(places.get('c')!.y).toBe(places.get('y')!.y)
    expect(places.get('a')!.y).toBe(places.get('y')!.y)
    expect(places.get('a')!.x).toBeLessThan(places.get('c')!.x)
  })

  it('never moves a node that is already there', () => {
    const column = fc.constantFrom(0, 1, 2) as fc.Arbitrary<0 | 1 | 2>
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 30 }),
        fc.array(column, { maxLength: 30 }),
        (first, later) => {
          const begin = first.map((at, index) => node(`b${index}`, at))
          const known = place(begin, new Map())
          const all = [...begin, ...later.map((at, index) => node(`l${index}`, at, 5_000_000))]
          const places = place(all, known)
          for (const [id, point] of known) expect(places.get(id)).toEqual(point)
          const spots = new Set([...places.values()].map(({ x, y }) => `${x} ${y}`))
          expect(spots.size).toBe(all.length)
        },
      ),
    )
  })

  it('keeps what the user chose', () => {
    const places = place([node('a', 0), node('b', 0)], new Map([['b', { x: 500, y: 7 }]]))
    expect(places.get('b')).toEqual({ x: 500, y: 7 })
  })
})

describe('viewOf', () => {
  const box = (x: number, y: number) => ({ at: { x, y }, size: { width: 178, height: 44 } })

  it('never enlarges, and leaves the three columns in view even for one node', () => {
    expect(viewOf([box(24, 80)], { width: 1600, height: 900 }).zoom).toBe(1)
    const { x, zoom } = viewOf([box(24, 80)], { width: 800, height: 500 })
    expect(zoom).toBeLessThan(1)
    expect((810 + 178) * zoom + x).toBeLessThanOrEqual(800)
  })

  it('shows what was dragged far away', () => {
    const { y, zoom } = viewOf([box(24, 80), box(24, 900)], { width: 1200, height: 600 })
    expect(900 * zoom + y + 44 * zoom).toBeLessThanOrEqual(600)
    expect(80 * zoom + y).toBeGreaterThanOrEqual(0)
  })
})
