import { describe, expect, it } from 'vitest'
import type { EventInput, TraceEvent } from '../../../../shared/trace/event-types'
import { applyEvent } from '../../../trace/apply-event'
import { newModel } from '../../../trace/model'
import { graphOf } from './edges'

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
