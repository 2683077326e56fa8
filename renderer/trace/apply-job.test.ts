import { describe, expect, it } from 'vitest'
import type { EventInput, TraceEvent } from '../../shared/trace/event-types'
import { applyEvent } from './apply-event'
import { newModel, type Model } from './model'

function after(...events: readonly EventInput[]): Model {
  const model = newModel()
  events.forEach((event, at) => applyEvent(model, { cause: 0, ...event, seq: at + 1, t: at * 1000 } as TraceEvent))
  return model
}

const queue: EventInput = { type: 'queue.opened', resource: 'orders', kind: 'stream' }
const place = { resource: 'orders', group: 'billing' }
const taken = (actor: string, job: string, attempt = 1): EventInput => ({
  type: 'job.taken',
  ...{ ...place, actor, job, place: `${job}-0`, attempt, waitedUs: 0, overtaken: 0 },
})
const pendingOf = (model: Model, group = 'billing') =>
  Object.fromEntries(model.queues.get('orders')!.groups.get(group)!.pending)

describe('what somebody has in hand', () => {
  it('is what was taken and neither acknowledged nor given up', () => {
    const model = after(
      queue,
      taken('a', '1'),
      taken('a', '2'),
      taken('b', '3'),
      { type: 'job.acknowledged', ...place, actor: 'a', job: '1' },
      { type: 'job.deadlettered', ...place, actor: 'b', job: '3', to: 'dead', why: 'x', open: 1, copies: 1 },
    )
    expect(pendingOf(model)).toEqual({ a: 1, b: 0 })
    expect([...model.queues.get('orders')!.groups.get('billing')!.holders.keys()]).toEqual(['2'])
  })

  it('goes over to whoever claims it, and counts once', () => {
    const claimed: EventInput = { type: 'job.claimed', ...place, actor: 'b', job: '1', from: 'a', idleUs: 5_000_000 }
    expect(pendingOf(after(queue, taken('a', '1'), claimed, taken('b', '1', 2)))).toEqual({ a: 0, b: 1 })
  })

  it('stays pending in a stream when it is to be tried again, and goes back to a list', () => {
    const again = (group: string): EventInput => ({
      type: 'job.retried',
      ...{ resource: 'orders', group, actor: 'a', job: '1', attempt: 2, delayUs: 0 },
    })
    expect(pendingOf(after(queue, taken('a', '1'), again('billing')))).toEqual({ a: 1 })
    const list = { ...taken('a', '1'), group: '' } as EventInput
    expect(pendingOf(after(queue, list, again('')), '')).toEqual({ a: 0 })
  })
})

describe('reasons', () => {
  it('are counted, of losses and of second times apart', () => {
    const lost = (job: string): EventInput => ({ type: 'job.lost', ...place, actor: 'a', job, why: 'failover' })
    const twice: EventInput = { type: 'job.duplicated', ...place, actor: 'a', job: '9', times: 2, why: 'retried' }
    expect(Object.fromEntries(after(queue, lost('1'), lost('2'), twice).jobReasons)).toEqual({
      'job.lost failover': 2,
      'job.duplicated retried': 1,
    })
  })
})

describe('an actor’s process', () => {
  const joined: EventInput = { type: 'actor.joined', actor: 'a', role: 'consumer', rate: 0, template: '' }

  it('stands still from its pause to its end', () => {
    const paused: EventInput = { type: 'actor.paused', actor: 'a' }
    expect(after(joined, paused).actors.get('a')!.pausedUs).toBe(1000)
    expect(after(joined, paused, { type: 'actor.resumed', actor: 'a' }).actors.get('a')!.pausedUs).toBe(-1)
    expect(after(joined, paused, { type: 'actor.left', actor: 'a' }).actors.get('a')!.pausedUs).toBe(-1)
  })

  it('is killed until it is started again', () => {
    const killed: EventInput = { type: 'actor.killed', actor: 'a', why: 'killed' }
    expect(after(joined, killed).actors.get('a')!.killed).toEqual({ t: 1000, why: 'killed' })
    expect(after(joined, killed, joined).actors.get('a')!.killed).toBeNull()
  })
})
