import { describe, expect, it } from 'vitest'
import { BatchWriter } from '../../shared/trace/batch'
import { duplicateReasons, jobLossReasons, type EventInput } from '../../shared/trace/event-types'
import en from '../locales/en.json'
import { lifeOfJob } from './job-life'
import { TraceLog } from './trace-log'

function logOf(...events: readonly EventInput[]): TraceLog {
  const writer = new BatchWriter(1)
  events.forEach((event, index) => writer.add(index + 1, index * 1000, event))
  const log = new TraceLog()
  log.append(writer.take(0))
  return log
}

const place = { resource: 'orders', group: 'billing' }
const added = (job: string): EventInput => ({
  type: 'job.added',
  ...{ actor: 'shop', resource: 'orders', job, place: '', payload: `order ${job}`, copies: 1 },
})
const taken = (actor: string, job: string): EventInput => ({
  type: 'job.taken',
  ...{ ...place, actor, job, place: '', attempt: 1, waitedUs: 0, overtaken: 0 },
})
const handled = (actor: string, job: string, times = 1): EventInput => ({
  type: 'job.handled',
  ...{ ...place, actor, job, times, open: times === 1 ? 1 : 0, workedUs: 1 },
})

describe('the life of a job', () => {
  it('is every event that names it, and no other', () => {
    const log = logOf(added('1'), added('2'), taken('a', '1'), taken('a', '2'), handled('a', '1'))
    const { events, state, payload, times } = lifeOfJob(log, '1')
    expect(events.map(({ seq }) => seq)).toEqual([1, 3, 5])
    expect({ state, payload, times }).toEqual({ state: 'handled', payload: 'order 1', times: 1 })
    expect(lifeOfJob(log, '2').state).toBe('working')
  })

  it('tells why it ran twice', () => {
    const log = logOf(
      added('1'),
      taken('a', '1'),
      handled('a', '1'),
      { type: 'job.claimed', ...place, actor: 'b', job: '1', from: 'a', idleUs: 5 },
      handled('b', '1', 2),
      { type: 'job.duplicated', ...place, actor: 'b', job: '1', times: 2, why: 'not-acknowledged' },
    )
    const { duplicates, times, state } = lifeOfJob(log, '1')
    expect(times).toBe(2)
    expect(duplicates).toMatchObject([{ why: 'not-acknowledged', actor: 'b' }])
    expect(state).toBe('handled')
  })

  it('ends where it is given up or lost', () => {
    const dead: EventInput = {
      type: 'job.deadlettered',
      ...{ ...place, actor: 'a', job: '1', to: 'dead', why: 'x', open: 1, copies: 1 },
    }
    expect(lifeOfJob(logOf(added('1'), taken('a', '1'), dead), '1').state).toBe('dead')
    const lost: EventInput = { type: 'job.lost', ...place, actor: 'a', job: '1', why: 'holder-gone' }
    expect(lifeOfJob(logOf(added('1'), taken('a', '1'), lost), '1')).toMatchObject({
      state: 'lost',
      losses: [{ why: 'holder-gone' }],
    })
  })
})

it('has a sentence for every reason there is', () => {
  expect(Object.keys(en.jobReasons)).toEqual(expect.arrayContaining([...jobLossReasons, ...duplicateReasons]))
})
