import { describe, expect, it } from 'vitest'
import type { EventInput, TraceEvent } from '../../../../shared/trace/event-types'
import { applyEvent } from '../../../trace/apply-event'
import { newModel, type Model } from '../../../trace/model'
import type { GraphNode } from '../graph/edges'
import { commandOf, verdictOf } from './verdicts'

function modelWith(...roles: readonly string[]): Model {
  const model = newModel()
  const events: EventInput[] = roles.map((role) => ({ type: 'actor.joined', actor: role, role, rate: 0, template: '' }))
  events.push({ type: 'actor.bound', actor: 'consumer', resource: 'jobs', kind: 'take' })
  events.forEach((event, at) => applyEvent(model, { cause: 0, ...event, seq: at + 1, t: at } as TraceEvent))
  return model
}
const model = modelWith('publisher', 'subscriber', 'producer', 'consumer', 'mover', 'trigger', 'guest')
const actor = (name: string): GraphNode => ({ id: `actor:${name}`, kind: 'actor', name, column: 0, sinceUs: 0 })
const resource = (kind: 'channel' | 'pattern' | 'list' | 'stream' | 'delayed', name: string = kind): GraphNode => ({
  ...{ id: `x:${name}`, name, column: 1, sinceUs: 0 },
  ...(kind === 'channel' || kind === 'pattern' ? { kind } : { kind: 'queue' as const, queue: kind }),
})
const said = (from: GraphNode, to: GraphNode) => {
  const verdict = verdictOf(model, from, to)
  return verdict.kind === 'no' ? verdict.why : `${verdict.binding.end} ${commandOf(verdict).join(' ')}`
}

describe('a line that is drawn from one node to another', () => {
  it('binds who can have to do with it, the way things go', () => {
    expect(said(actor('publisher'), resource('channel'))).toBe('target PUBLISH channel')
    expect(said(resource('channel'), actor('subscriber'))).toBe('source SUBSCRIBE channel')
    expect(said(resource('pattern'), actor('subscriber'))).toBe('source PSUBSCRIBE pattern')
    expect(said(actor('producer'), resource('stream'))).toBe('target XADD stream')
    expect(said(resource('stream'), actor('consumer'))).toBe('source XREADGROUP stream')
    expect(said(resource('delayed'), actor('mover'))).toBe('source ZRANGEBYSCORE delayed')
    expect(said(actor('mover'), resource('list'))).toBe('target LPUSH list')
  })

  it('means the same from the other side, and for a trigger what its direction says', () => {
    expect(said(resource('channel'), actor('publisher'))).toBe('target PUBLISH channel')
    expect(said(actor('consumer'), resource('list'))).toBe('source BRPOP list')
    expect(said(resource('stream'), actor('trigger'))).toBe('source XREAD stream')
    expect(said(actor('trigger'), resource('stream'))).toBe('target XADD stream')
  })

  it('says why there can be none', () => {
    expect(said(actor('producer'), actor('consumer'))).toBe('actors')
    expect(said(resource('list'), resource('stream'))).toBe('resources')
    expect(said(actor('publisher'), resource('list'))).toBe('role')
    expect(said(resource('delayed'), actor('consumer'))).toBe('role')
    expect(said(actor('guest'), resource('channel'))).toBe('guest')
    expect(said(resource('list', 'jobs'), actor('consumer'))).toBe('known')
    expect(said(actor('producer'), actor('producer'))).toBe('self')
  })
})
