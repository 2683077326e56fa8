import { describe, expect, it } from 'vitest'
import type { EventInput, TraceEvent } from '../../../../shared/trace/event-types'
import { applyEvent } from '../../../trace/apply-event'
import { newModel } from '../../../trace/model'
import { graphOf, unlessSame } from './edges'

function graphAfter(...events: readonly EventInput[]) {
  const model = newModel()
  events.forEach((event, at) => applyEvent(model, { cause: 0, ...event, seq: at + 1, t: at } as TraceEvent))
  const { nodes, edges } = graphOf(model)
  return {
    nodes: nodes.map(({ id, column }) => `${id} ${column}`),
    edges: edges.map(({ kind, actor }) => `${kind} ${actor}`),
  }
}

const joined: EventInput = { type: 'actor.joined', actor: 'console', role: 'console', rate: 0, template: '' }
const at = { actor: 'console', connection: 1, node: 'node-1' }

describe('a console in the graph', () => {
  it('is left out while it only reads and writes keys', () => {
    const sent: EventInput = { type: 'command.sent', ...at, command: 'GET a' }
    expect(graphAfter(joined, sent).nodes).toEqual([])
  })

  it('stands among the receivers once it subscribes', () => {
    const open: EventInput = { type: 'subscription.opened', actor: 'console', resource: 'news', kind: 'channel' }
    expect(graphAfter(joined, open)).toEqual({
      nodes: ['actor:console 2', 'channel:news 1'],
      edges: ['delivery console'],
    })
  })

  it('stands among the senders once it publishes', () => {
    const published: EventInput = {
      type: 'message.published',
      ...at,
      channel: 'news',
      message: 1,
      payload: 'x',
      receivers: 0,
    }
    expect(graphAfter(joined, published)).toEqual({
      nodes: ['actor:console 0', 'channel:news 1'],
      edges: ['publish console'],
    })
  })
})

describe('queues in the graph', () => {
  const queue: EventInput = { type: 'queue.opened', resource: 'orders', kind: 'stream' }
  const dead: EventInput = { type: 'queue.opened', resource: 'orders:dead', kind: 'stream' }
  const join = (actor: string, role: string): EventInput => ({
    type: 'actor.joined',
    actor,
    role,
    rate: 0,
    template: '',
  })
  const bind = (actor: string, kind: string): EventInput => ({ type: 'actor.bound', actor, resource: 'orders', kind })
  const began = [
    dead,
    queue,
    join('shop', 'producer'),
    bind('shop', 'add'),
    join('bill', 'consumer'),
    bind('bill', 'take'),
  ]

  it('stand between those who add and those who take, and are no channels', () => {
    expect(graphAfter(...began)).toEqual({
      nodes: ['actor:shop 0', 'actor:bill 2', 'queue:orders 1', 'queue:orders:dead 1'],
      edges: ['add shop', 'take bill'],
    })
  })

  it('get an edge for what goes another way, once it has', () => {
    const job = { actor: 'bill', resource: 'orders', job: 'shop-1' }
    const retried: EventInput = { type: 'job.retried', ...job, group: '', attempt: 2, delayUs: 0 }
    const pending: EventInput = { type: 'job.retried', ...job, group: 'billing', attempt: 2, delayUs: 0 }
    const given: EventInput = {
      type: 'job.deadlettered',
      ...{ ...job, group: '', to: 'orders:dead', why: 'failed', open: 1, copies: 1 },
    }
    expect(graphAfter(...began, pending).edges).toEqual(['add shop', 'take bill'])
    expect(graphAfter(...began, retried, given).edges).toEqual(['add shop', 'take bill', 'dead bill', 'retry bill'])
  })

  it('keep who was killed or stopped in sight, until it is removed', () => {
    const left: EventInput = { type: 'actor.left', actor: 'bill' }
    const removed: EventInput = { type: 'input.applied', call: 'actor.remove', params: '{"actor":"bill"}' }
    expect(graphAfter(...began, left).nodes).toContain('actor:bill 2')
    expect(graphAfter(...began, removed, left).nodes).not.toContain('actor:bill 2')
  })

  it('does not take what a node tells of its keys for somebody’s publishing', () => {
    const told: EventInput & { type: 'message.published' } = {
      type: 'message.published',
      ...{ ...at, actor: 'shop', channel: '__keyevent@0__:xadd', message: 1, payload: 'orders', receivers: 0 },
    }
    const bound: EventInput = { type: 'actor.bound', actor: 'shop', resource: told.channel, kind: 'publish' }
    expect(graphAfter(...began, bound, told)).toEqual(graphAfter(...began))
  })
})

describe('a graph that is made anew', () => {
  it('is the known one where nothing has changed, and keeps the parts that are the same', () => {
    const model = newModel()
    let seq = 0
    const apply = (event: EventInput) => applyEvent(model, { cause: 0, ...event, seq: ++seq, t: seq } as TraceEvent)
    apply({ type: 'actor.joined', actor: 'ana', role: 'subscriber', rate: 0, template: '' })
    apply({ type: 'actor.bound', actor: 'ana', resource: 'news', kind: 'channel' })
    const known = graphOf(model)
    expect(unlessSame(known, graphOf(model))).toBe(known)

    apply({ type: 'actor.joined', actor: 'ben', role: 'subscriber', rate: 0, template: '' })
    const next = unlessSame(known, graphOf(model))
    expect(next).not.toBe(known)
    expect(next.nodes.find(({ id }) => id === 'actor:ana')).toBe(known.nodes.find(({ id }) => id === 'actor:ana'))
    expect(next.edges).toBe(known.edges)
  })
})
