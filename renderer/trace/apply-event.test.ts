import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BatchWriter, unpackBatch } from '../../shared/trace/batch'
import type { EventInput, TraceEvent } from '../../shared/trace/event-types'
import { chatTrace } from '../bridge/fixture-trace'
import { audienceOf, graphOf } from '../features/playground/graph/edges'
import { applyEvent, lossEdge } from './apply-event'
import { deliveryEdge, newModel, type Model } from './model'

function eventsOf(inputs: readonly { t: number; event: EventInput }[]): TraceEvent[] {
  const writer = new BatchWriter(1)
  inputs.forEach(({ t, event }, index) => writer.add(index + 1, t, event))
  return unpackBatch(writer.take(0))
}

function modelAfter(untilUs: number): Model {
  const model = newModel()
  for (const event of eventsOf(chatTrace())) if (event.t <= untilUs) applyEvent(model, event)
  return model
}

describe('applyEvent', () => {
  it('knows who is there, connected and subscribed', () => {
    const model = modelAfter(1_000_000)
    expect([...model.actors.keys()]).toEqual(['ana', 'ben', 'cem', 'dora', 'eve'])
    expect(model.actors.get('dora')).toMatchObject({ link: 'open', role: 'subscriber', node: 'node-1' })
    expect(audienceOf(model, 'chatroom')).toEqual({ subscribed: 3, meant: 3 })
  })

  it('counts someone who is away as meant but not subscribed', () => {
    const model = modelAfter(8_000_000)
    expect(model.actors.get('dora')).toMatchObject({ link: 'closed', why: 'disconnected by the scenario' })
    expect(audienceOf(model, 'chatroom')).toEqual({ subscribed: 2, meant: 3 })
    expect(model.flows.get(deliveryEdge('chatroom', 'dora', ''))).toMatchObject({ lastLossWhy: 'disconnected' })
  })

  it('takes her back when she reconnects', () => {
    expect(audienceOf(modelAfter(13_000_000), 'chatroom')).toEqual({ subscribed: 3, meant: 3 })
  })

  it('keeps no channel for each key that changes, unless somebody means to hear it', () => {
    const tellOf = (n: number): EventInput => ({
      ...({ type: 'message.published', actor: 'ana', connection: 1, node: 'node-1' } as const),
      ...{ channel: `__keyspace@0__:cart:${n}`, message: n, payload: 'set', receivers: 0 },
    })
    const model = newModel()
    const told = Array.from({ length: 500 }, (_, n) => ({ t: n, event: tellOf(n) }))
    for (const event of eventsOf(told)) applyEvent(model, event)
    expect([model.channels.size, model.flows.size, model.structure]).toEqual([0, 0, 0])

    const listening: EventInput[] = [
      { type: 'actor.joined', actor: 'dora', role: 'subscriber', rate: 0, template: '' },
      { type: 'actor.bound', actor: 'dora', resource: '__keyspace@0__:cart:7*', kind: 'pattern' },
      tellOf(7),
      tellOf(8),
    ]
    for (const event of eventsOf(listening.map((event) => ({ t: 600, event })))) applyEvent(model, event)
    expect([...model.channels.keys()]).toEqual(['__keyspace@0__:cart:7'])
  })

  it('gives each copy of a message to the ledger once', () => {
    const { total, channels } = modelAfter(40_000_000).ledger
    expect(total.delivered + total.lost).toBe(total.sent * 3)
    expect(total.inFlight).toBe(0)
    expect(channels.get('chatroom')).toEqual(total)
  })

  it('puts a loss on the edge that the message would have taken', () => {
    const model = modelAfter(1_000_000)
    expect(lossEdge(model, 'chatroom', 'dora')).toBe(deliveryEdge('chatroom', 'dora', ''))
    expect(lossEdge(model, 'chatroom', 'eve')).toBe(deliveryEdge('chatroom', 'eve', 'chat*'))
  })

  it('shows an actor that nobody announced as a guest', () => {
    const model = newModel()
    const [event] = eventsOf([
      { t: 5, event: { type: 'connection.opened', actor: 'guest-1', connection: 7, node: 'n', address: 'a:1' } },
    ])
    applyEvent(model, event!)
    expect(model.actors.get('guest-1')).toMatchObject({ role: 'guest', link: 'open' })
  })

  it('remembers what an actor says by itself', () => {
    const model = newModel()
    const joined = { type: 'actor.joined', actor: 'ana', role: 'publisher', rate: 3, template: 'hi' } as const
    for (const event of eventsOf([{ t: 9, event: joined }])) applyEvent(model, event)
    expect(model.actors.get('ana')?.speech).toEqual({ rate: 3, message: 'hi' })
  })

  it('gives the same graph for the same events, however often it looks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31_000_000 }), (untilUs) => {
        expect(graphOf(modelAfter(untilUs))).toEqual(graphOf(modelAfter(untilUs)))
      }),
      { numRuns: 20 },
    )
  })
})

describe('graphOf', () => {
  it('puts senders left, the channel in the middle and receivers right', () => {
    const { nodes, edges } = graphOf(modelAfter(1_000_000))
    expect(nodes.map(({ id, column }) => [id, column])).toEqual([
      ['actor:ana', 0],
      ['actor:ben', 0],
      ['actor:cem', 2],
      ['actor:dora', 2],
      ['actor:eve', 2],
      ['channel:chatroom', 1],
    ])
    expect(edges).toHaveLength(5)
  })

  it('shows a pattern of its own only while no channel matches it', () => {
    const model = newModel()
    const apply = (event: EventInput) => applyEvent(model, eventsOf([{ t: 1, event }])[0]!)
    apply({ type: 'actor.joined', actor: 'eve', role: 'subscriber', rate: 0, template: '' })
    apply({ type: 'actor.bound', actor: 'eve', resource: 'news.*', kind: 'pattern' })
    expect(graphOf(model).nodes.map(({ id }) => id)).toContain('pattern:news.*')
    apply({ type: 'actor.joined', actor: 'ana', role: 'publisher', rate: 1, template: 'hi' })
    apply({ type: 'actor.bound', actor: 'ana', resource: 'news.uk', kind: 'publish' })
    expect(graphOf(model).nodes.map(({ id }) => id)).not.toContain('pattern:news.*')
    expect(graphOf(model).edges.find(({ kind }) => kind === 'delivery')).toMatchObject({
      pattern: 'news.*',
      source: 'channel:news.uk',
    })
  })
})
