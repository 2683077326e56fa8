import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsInSight, scrollToShow } from './row-window'

const px = fc.integer({ min: 0, max: 5_000_000 })
const height = fc.integer({ min: 0, max: 2000 })
const count = fc.integer({ min: 0, max: 204_096 })

describe('rowsInSight', () => {
  it('covers what is in sight with few rows, and none that do not exist', () => {
    fc.assert(
      fc.property(px, height, count, (scrollTop, tall, rows) => {
        const { first, end } = rowsInSight(scrollTop, tall, 24, rows)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(rows)
        expect(end - first).toBeLessThan(tall / 24 + 20)
        const middle = Math.floor((scrollTop + tall / 2) / 24)
        if (middle < rows) expect(middle >= first && middle < end).toBe(true)
      }),
    )
  })
})

describe('scrollToShow', () => {
  it('brings any row wholly into sight and moves no further than it must', () => {
    fc.assert(
      fc.property(px, fc.integer({ min: 100, max: 2000 }), count, (scrollTop, tall, row) => {
        const to = scrollToShow(row, scrollTop, tall, 24)
        expect(row * 24).toBeGreaterThanOrEqual(to)
        expect((row + 1) * 24).toBeLessThanOrEqual(to + tall)
        expect(scrollToShow(row, to, tall, 24)).toBe(to)
      }),
    )
  })
})
