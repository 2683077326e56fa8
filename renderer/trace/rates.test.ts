import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Density } from './density'
import { RateWindow } from './rates'

describe('RateWindow', () => {
  it('measures a steady stream', () => {
    const rate = new RateWindow()
    for (let t = 0; t < 10_000_000; t += 100_000) rate.add(t)
    expect(rate.perSecond(10_000_000)).toBeCloseTo(10, 0)
  })

  it('falls to nothing when nothing comes, and is the same while the clock stands', () => {
    const rate = new RateWindow()
    for (let t = 0; t < 4_000_000; t += 100_000) rate.add(t)
    const paused = rate.perSecond(4_000_000)
    expect(rate.perSecond(4_000_000)).toBe(paused)
    expect(rate.perSecond(7_000_000)).toBe(0)
  })

  it('does not call one event a storm', () => {
    const rate = new RateWindow()
    rate.add(1000)
    expect(rate.perSecond(1000)).toBeLessThanOrEqual(1)
  })
})

describe('Density', () => {
  it('counts every event, however long the run', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e10 }), { maxLength: 300 }), (times) => {
        const density = new Density(16)
        for (const time of times.sort((a, b) => a - b)) density.add(time, time % 2 === 0)
        expect(density.counts.reduce((sum, count) => sum + count, 0)).toBe(times.length)
        expect(density.losses.reduce((sum, count) => sum + count, 0)).toBe(
          times.filter((time) => time % 2 === 0).length,
        )
        expect(density.used).toBeLessThanOrEqual(16)
      }),
    )
  })
})
