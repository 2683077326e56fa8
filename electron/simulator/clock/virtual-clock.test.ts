import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from './virtual-clock'

describe('VirtualClock', () => {
  it('runs events in the order of their time, ties in the order they were scheduled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (delays) => {
        const clock = new VirtualClock(0)
        const ran: { delay: number; order: number }[] = []
        delays.forEach((delay, order) => clock.after(delay, () => ran.push({ delay, order })))
        while (clock.runNext());
        const sorted = delays
          .map((delay, order) => ({ delay, order }))
          .sort((a, b) => a.delay - b.delay || a.order - b.order)
        expect(ran).toEqual(sorted)
      }),
    )
  })

  it('never runs what was cancelled, however much was', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 2000 }), (keeps) => {
        const clock = new VirtualClock(0)
        let ran = 0
        for (const keep of keeps) {
          const cancel = clock.after(keeps.length - ran, () => ran++)
          if (!keep) cancel()
        }
        while (clock.runNext());
        expect(ran).toBe(keeps.filter(Boolean).length)
      }),
    )
  })

  it('shows the time of the event that runs, and the system clock beside it', () => {
    const clock = new VirtualClock(1_000)
    const seen: number[] = []
    clock.after(5, () => seen.push(clock.nowUs(), clock.unixUs()))
    clock.runNext()
    expect(seen).toEqual([5, 1_005])
  })

  it('lets time pass up to the next event and no further', () => {
    const clock = new VirtualClock(0)
    clock.after(10, () => undefined)
    clock.advanceTo(9)
    expect(clock.nowUs()).toBe(9)
    clock.advanceTo(3)
    expect(clock.nowUs()).toBe(9)
    expect(() => clock.advanceTo(11)).toThrow(RangeError)
  })

  it('runs what an event schedules for the same instant after what was there before', () => {
    const clock = new VirtualClock(0)
    const ran: string[] = []
    clock.after(1, () => {
      ran.push('first')
      clock.after(0, () => ran.push('third'))
    })
    clock.after(1, () => ran.push('second'))
    while (clock.runNext());
    expect(ran).toEqual(['first', 'second', 'third'])
  })
})
