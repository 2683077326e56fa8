import { describe, expect, it } from 'vitest'
import { actorSchema, type ActorSpec } from './actor-roles'
import { endsOf, reboundSpec, resourceKinds, type End } from './rebind'

const read = (spec: object) => actorSchema.parse(spec)
const samples: readonly ActorSpec[] = [
  read({ role: 'publisher', channel: 'news', rate: '5/s' }),
  read({ role: 'producer', delayed: 'later', delay: '1s', rate: '2/s', message: 'x {{n}}' }),
  read({ role: 'producer', stream: 'orders', maxlen: 5 }),
  read({ role: 'consumer', list: 'jobs', reliable: true, lease: '2s', work: '5ms', attempts: 3 }),
  read({ role: 'consumer', stream: 'orders', group: 'billing', claim: '5s' }),
  read({ role: 'mover', from: 'later', to: 'jobs' }),
  read({ role: 'reclaimer', list: 'jobs' }),
  read({ role: 'requester', list: 'asks' }),
  read({ role: 'responder', channel: 'asks' }),
  read({ role: 'trigger', on: 'expired cart:*', do: 'LPUSH reminders {{key}}' }),
]
/** What a queue is called in the settings of an actor that is bound to exactly one. */
const given = (spec: ActorSpec) =>
  ['list', 'lists', 'stream', 'delayed', 'priority'].filter((kind) => kind in spec && spec[kind as never] !== undefined)

describe('an actor that moves to another resource', () => {
  it('has settings that a scenario could have, for every role, end and kind that go together', () => {
    for (const spec of samples) {
      for (const end of ['source', 'target'] as End[]) {
        for (const kind of resourceKinds) {
          const moved = reboundSpec(spec, { end, kind, resource: 'other' })
          const label = `${spec.role} ${end} ${kind}`
          expect(moved !== undefined, label).toBe(endsOf(spec.role)[end].includes(kind))
          if (!moved) continue
          expect(JSON.stringify(moved), label).toContain('other')
          if (spec.role === 'producer' || spec.role === 'consumer') expect(given(moved), label).toEqual([kind])
        }
      }
    }
  })

  it('keeps what means something there, and leaves behind what does not', () => {
    const [, later, , packer, billing] = samples as [ActorSpec, ActorSpec, ActorSpec, ActorSpec, ActorSpec]
    const target = { end: 'target', resource: 'b' } as const
    expect(reboundSpec(later, { ...target, kind: 'delayed' })).toMatchObject({ delayed: 'b', rate: 2 })
    expect(reboundSpec(later, { ...target, kind: 'list' })).not.toHaveProperty('delay')
    const source = { end: 'source', resource: 'b' } as const
    expect(reboundSpec(packer, { ...source, kind: 'list' })).toMatchObject({ list: 'b', reliable: true, attempts: 3 })
    expect(reboundSpec(packer, { ...source, kind: 'stream' })).not.toHaveProperty('reliable')
    expect(reboundSpec(billing, { ...source, kind: 'stream' })).toMatchObject({ group: 'billing' })
  })

  it('says for a trigger in its own words what it listens to and does', () => {
    const trigger = samples.at(-1)!
    const to = (end: End, kind: 'list' | 'channel' | 'stream', resource: string) =>
      reboundSpec(trigger, { end, kind, resource })
    expect(to('target', 'list', 'mails')).toMatchObject({ do: 'LPUSH mails {{key}}' })
    expect(to('target', 'stream', 'log')).toMatchObject({ do: 'XADD log * what {{key}}' })
    expect(to('target', 'channel', 'two words')).toMatchObject({ do: 'PUBLISH "two words" {{key}}' })
    expect(to('source', 'stream', 'orders')).toMatchObject({ on: 'entry orders' })
    expect(to('source', 'stream', 'two words')).toBeUndefined()
  })

  it('is no matter of those who do as their own program says', () => {
    expect(endsOf('guest')).toEqual({ source: [], target: [] })
    expect(reboundSpec(read({ role: 'client' }), { end: 'target', kind: 'list', resource: 'x' })).toBeUndefined()
  })
})
