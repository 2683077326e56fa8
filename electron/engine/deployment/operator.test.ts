import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evenMoves } from './operator'

it('deals slots out evenly and moves no more than it must', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }), fc.nat(100), (counts, extraCount) => {
      let next = 0
      const take = (count: number) => Array.from({ length: count }, () => next++)
      const shares = new Map(counts.map((count, index) => [`node-${index}`, take(count)]))
      const extra = take(extraCount)
      const after = new Map([...shares].map(([name, slots]) => [name, new Set(slots)]))
      const moves = evenMoves(shares, extra)
      for (const { slots, to } of moves) {
        for (const slot of slots) {
          for (const owned of after.values()) owned.delete(slot)
          after.get(to)!.add(slot)
        }
      }
      const sizes = [...after.values()].map(({ size }) => size)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      expect(sizes.reduce((a, b) => a + b, 0)).toBe(next)
      const goal = Math.ceil(next / counts.length)
      const surplus = counts.reduce((sum, count) => sum + Math.max(0, count - goal + 1), extraCount)
      expect(moves.reduce((sum, { slots }) => sum + slots.length, 0)).toBeLessThanOrEqual(surplus)
    }),
  )
})
