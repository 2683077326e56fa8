import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BatchWriter, unpackBatch } from './batch'
import { fieldLayouts, typeNames, type EventInput, type TraceEvent } from './event-types'
import { linesOf } from './line'

/** Any but -0, which JSON does not have. */
const anyNumber = fc
  .oneof(fc.nat(), fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((number) => number + 0)

/** Any event of any type, with any contents. */
const anyEvent: fc.Arbitrary<EventInput> = fc
  .nat(typeNames.length - 1)
  .chain((code) =>
    fc
      .record(
        Object.fromEntries(
          fieldLayouts[code]!.map(({ name, kind }) => [
            name,
            kind === 'number' ? anyNumber : fc.string({ unit: 'binary' }),
          ]),
        ),
      )
      .chain((fields) =>
        fc.nat(1000).map((cause) => ({ type: typeNames[code], cause, ...fields }) as unknown as EventInput),
      ),
  )

describe('a packed batch', () => {
  it('gives back what was put in, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 600 }), (events) => {
        const writer = new BatchWriter(3)
        events.forEach((event, index) => writer.add(index + 11, index * 2.5, event))
        const batch = writer.take(99)
        expect(batch).toMatchObject({ run: 3, count: events.length, nowUs: 99 })
        expect(unpackBatch(batch)).toEqual(
          events.map((event, index) => ({ ...event, seq: index + 11, t: index * 2.5 })),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('stands alone: the next one repeats the strings that it needs', () => {
    const writer = new BatchWriter(1)
    const event: EventInput = {
      type: 'actor.joined',
      actor: 'ana',
      role: 'publisher',
      rate: 2,
      template: 'hi',
      cause: 0,
    }
    writer.add(1, 0, event)
    writer.take(0)
    writer.add(2, 5, event)
    expect(unpackBatch(writer.take(5))).toEqual([{ ...event, seq: 2, t: 5 }])
  })
})

describe('linesOf', () => {
  it('has one line of JSON for each event, and each holds the whole of it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const writer = new BatchWriter(1)
        events.forEach((event, index) => writer.add(index + 7, 42, event))
        const lines = linesOf(writer, writer.texts).split('\n')
        expect(lines.pop()).toBe('')
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
          events.map((event, index) => ({ ...event, seq: index + 7, t: 42 }) as unknown as TraceEvent),
        )
      }),
    )
  })

  it('goes on where it was', () => {
    const writer = new BatchWriter(1)
    const place = { index: 0, value: 0 }
    writer.add(1, 0, { type: 'note', text: 'one' })
    const first = linesOf(writer, writer.texts, place)
    writer.add(2, 5, { type: 'note', text: 'two' })
    expect(first + linesOf(writer, writer.texts, place)).toBe(linesOf(writer, writer.texts))
    expect(linesOf(writer, writer.texts, place)).toBe('')
  })
})
