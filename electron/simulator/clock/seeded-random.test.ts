import { describe, expect, it } from 'vitest'
import { SeededRandom } from './seeded-random'

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 20 },
        (
          (random) => () =>
            random.next()
        )(new SeededRandom(seed)),
      )
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('gives a part a stream that others cannot disturb', () => {
    const quiet = new SeededRandom(1)
    const busy = new SeededRandom(1)
    for (let count = 0; count < 100; count++) busy.next()
    expect(busy.fork('network').hex(40)).toBe(quiet.fork('network').hex(40))
    expect(quiet.fork('network').hex(40)).not.toBe(quiet.fork('nodes').hex(40))
  })

  it('spreads evenly over its range, both ends included', () => {
    const random = new SeededRandom(42)
    const counts = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 100_000; draw++) counts[random.integer(0, 9)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })
})
