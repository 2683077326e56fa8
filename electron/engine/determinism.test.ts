/** The same seed gives the same trace, byte for byte: in every process, and at every speed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WorldPrograms } from './testing/world-programs'

let worlds: WorldPrograms
beforeAll(async () => {
  worlds = await WorldPrograms.build()
})
afterAll(() => worlds.remove())

describe('chance', () => {
  it('is the seed: random elements, random keys, math.random and eviction are alike in fresh processes', async () => {
    const program = 'world: chance'
    const [[first, other], [again, asSecond]] = await Promise.all([
      worlds.run({ program }, { program, seed: 2 }),
      // In a process that has had a world before, too.
      worlds.run({ program }, { program }),
    ])
    expect(first!.error).toBeUndefined()
    expect(again).toEqual({ ...first, wallMs: again!.wallMs })
    expect(asSecond).toEqual({ ...first, wallMs: asSecond!.wallMs })
    expect(other!.hash).not.toBe(first!.hash)
    expect(other!.result).not.toEqual(first!.result)
  })
})

describe('time', () => {
  it('has expiry, time-outs and notifications in their order and at their instants at every speed', async () => {
    const speeds = ['max', 100, 10, 1] as const
    const outcomes = (await Promise.all(speeds.map((speed) => worlds.run({ program: 'world: time', speed })))).flat()
    const [first] = outcomes
    expect(first!.error).toBeUndefined()
    for (const outcome of outcomes) expect(outcome).toEqual({ ...first, wallMs: outcome.wallMs })
    // At 1x it takes its time, or the speeds would not have been compared.
    expect(outcomes[3]!.wallMs).toBeGreaterThanOrEqual(Math.floor(outcomes[3]!.virtualMs) - 5)
  })
})
