import { describe, expect, it } from 'vitest'
import { BatchWriter, unpackBatch } from '../../../../shared/trace/batch'
import { chatTrace } from '../../../bridge/fixture-trace'
import { applyEvent } from '../../../trace/apply-event'
import { newModel } from '../../../trace/model'
import { TraceLog } from '../../../trace/trace-log'
import { axisTimes, contentOf, eventNear, lanesOf } from './lanes'

const writer = new BatchWriter(1)
chatTrace().forEach(({ t, event }, index) => writer.add(index + 1, t, event))
const batch = writer.take(0)
const log = new TraceLog()
log.append(batch)
const model = newModel()
for (const event of unpackBatch(batch)) applyEvent(model, event)
const lanes = lanesOf(model)

describe('lanes', () => {
  it('begin with the nodes, then senders, then receivers', () => {
    expect(lanes.map(({ name }) => name)).toEqual(['node-1', 'ana', 'ben', 'cem', 'dora', 'eve'])
  })

  it('hold a tick for each message and one band for a run of losses', () => {
    const contents = contentOf(log, lanes, 0, 30_000_000, 900)
    const sum = (lane: number, family: 'send' | 'arrive') =>
      contents[lane]!.ticks.get(family)?.reduce((total, count) => total + count, 0) ?? 0
    expect(sum(1, 'send') + sum(2, 'send')).toBe(model.ledger.total.sent)
    expect(sum(3, 'arrive')).toBe(model.ledger.actors.get('cem')!.delivered)
    expect(contents[4]!.losses).toMatchObject([{ count: model.ledger.actors.get('dora')!.lost }])
    expect(contents[3]!.losses).toEqual([])
  })

  it('show only what lies in the window', () => {
    const contents = contentOf(log, lanes, 20_000_000, 21_000_000, 500)
    expect(contents[4]!.losses).toEqual([])
    expect(contents[4]!.glyphs).toEqual([])
  })

  it('find the event under the pointer', () => {
    const dora = lanes[4]!
    const seq = eventNear(log, dora, 6_000_500, 1000)
    expect(log.typeAt(seq!)).toBe('connection.closed')
    expect(eventNear(log, dora, 6_500_000, 10)).toBeNull()
  })
})

describe('axisTimes', () => {
  it('takes round steps that leave room for their labels', () => {
    expect(axisTimes(0, 10_000_000, 600, 80)).toEqual([0, 2e6, 4e6, 6e6, 8e6, 10e6])
    for (const span of [1e3, 3e5, 7e7, 3.6e9]) {
      expect(axisTimes(5, 5 + span, 600, 80).length).toBeLessThanOrEqual(8)
    }
  })
})
