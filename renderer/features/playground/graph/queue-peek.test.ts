import { describe, expect, it } from 'vitest'
import type { ReplyTree } from '../../../../shared/reply'
import { perPlate, questionsOf, readFacts, tapeOf } from './queue-peek'

const integer = (value: number): ReplyTree => ({ kind: 'integer', value })
const bulk = (bytes: string): ReplyTree => ({ kind: 'bulk', bytes })
const map = (...items: ReplyTree[]): ReplyTree => ({ kind: 'map', items })
const array = (...items: ReplyTree[]): ReplyTree => ({ kind: 'array', items })

describe('what is asked about queues', () => {
  it('goes by their kind', () => {
    expect(questionsOf({ name: 'q', kind: 'list' })).toEqual([['LLEN', 'q']])
    expect(questionsOf({ name: 'q', kind: 'stream' })).toEqual([
      ['XLEN', 'q'],
      ['XINFO', 'GROUPS', 'q'],
    ])
    expect(questionsOf({ name: 'q', kind: 'request' })).toEqual([])
  })

  it('tells a stream’s groups with their pending entries and lag', () => {
    const group = map(bulk('name'), bulk('billing'), bulk('pending'), integer(46), bulk('lag'), integer(42))
    const lost = map(bulk('name'), bulk('late'), bulk('pending'), integer(0), bulk('lag'), { kind: 'null' })
    expect(readFacts('stream', [integer(2466), array(group, lost)])).toEqual({
      length: 2466,
      groups: [
        { name: 'billing', pending: 46, lag: 42 },
        { name: 'late', pending: 0, lag: null },
      ],
      dueMs: null,
    })
  })

  it('tells when the first of a delayed queue is due, in both protocols', () => {
    expect(
      readFacts('delayed', [integer(1), array(array(bulk('job'), { kind: 'double', value: 1500 }))]),
    ).toMatchObject({
      dueMs: 1500,
    })
    expect(readFacts('delayed', [integer(1), array(bulk('job'), bulk('1500'))])).toMatchObject({ dueMs: 1500 })
    expect(readFacts('delayed', [integer(0), array()])).toMatchObject({ dueMs: null })
  })

  it('is nothing where there is no answer', () => {
    expect(readFacts('list', [{ kind: 'error', text: 'WRONGTYPE' }])).toBeUndefined()
    expect(readFacts('list', [])).toBeUndefined()
  })
})

describe('a tape', () => {
  const facts = { length: 1000, groups: [], dueMs: null }

  it('gives whatever there is at least one cell, and never more cells than it has', () => {
    for (const [pending, lag] of [
      [1, 0],
      [0, 1],
      [3, 900],
      [900, 3],
      [500, 500],
      [0, 0],
    ] as const) {
      const tape = tapeOf(facts, { name: 'g', pending, lag }, 26)
      expect(tape.acknowledged + tape.pending + tape.lag).toBeLessThanOrEqual(26)
      expect(tape.pending > 0).toBe(pending > 0)
      expect(tape.lag > 0).toBe(lag > 0)
    }
  })

  it('shows single entries while there are few', () => {
    expect(tapeOf(facts, { name: 'g', pending: 6, lag: 8 }, 26)).toEqual({
      ...{ perCell: 1, pending: 6, lag: 8, acknowledged: 12 },
    })
  })
})

it('lets a plate stand for as many entries as keep the stacks low', () => {
  expect(perPlate([3, 41, 2], 10)).toBe(5)
  expect(perPlate([3], 10)).toBe(1)
  expect(perPlate([], 10)).toBe(1)
})
