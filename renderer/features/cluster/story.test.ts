import { describe, expect, it } from 'vitest'
import type { EventType } from '../../../shared/trace/event-types'
import { candidaciesOf } from './elections'
import { failoverOf } from './failover'
import { storyOf } from './story'
import { eventsOf, failoverIncidents, failoverInputs } from './testing'

const typeAt = (seq: number): EventType | undefined => failoverInputs[seq - 1]?.[1].type
const storyUntil = (ms?: number) => storyOf(failoverIncidents(ms), new Map(), typeAt)

describe('storyOf', () => {
  it('begins with the last fault and says whose doing it was', () => {
    const story = storyUntil()!
    expect(story.startUs).toBe(3_000_000)
    expect(story.items[0]).toMatchObject({ seq: 3, key: 'killed_killed', by: 'you', values: { node: 'node-2' } })
    expect(storyOf(eventsOf(failoverInputs.slice(0, 1)), new Map(), typeAt)).toBeNull()
  })

  it('tells what several nodes did alike once, with all who did', () => {
    const suspected = storyUntil()!.items.filter(({ type }) => type === 'node.suspected')
    expect(suspected).toHaveLength(1)
    expect(suspected[0]).toMatchObject({
      values: { node: 'node-3', about: 'node-2', others: 1, names: 'node-1' },
      machines: ['node-3', 'node-2', 'node-1'],
    })
  })

  it('tells the failover in its order, and each move of slots once', () => {
    expect(storyUntil()!.items.map(({ key }) => key)).toEqual([
      'killed_killed',
      'node_suspected',
      'node_failed',
      'state_fail',
      'election_scheduled',
      'election_started',
      'vote_granted',
      'vote_denied',
      'vote_granted',
      'node_promoted',
      'slots_moved',
      'state_ok',
    ])
  })

  it('says what is awaited until it has come', () => {
    expect(storyUntil(4800)!.next).toEqual({ key: 'election', values: { node: 'node-5' } })
    expect(storyUntil(5604)!.next).toEqual({ key: 'votes', values: { node: 'node-5', votes: 1, needed: 2 } })
    expect(storyUntil()!.next).toBeNull()
  })

  it('takes faults that follow each other closely as one story, and later ones as another', () => {
    const cut = (ms: number) => [ms, { type: 'link.cut', fault: 1, from: 'node-2', to: 'node-5', oneWay: 0 }] as const
    const killed = (ms: number) => [ms, { type: 'node.killed', node: 'node-2', why: 'killed' }] as const
    const startOf = (from: number, to: number) => storyOf(eventsOf([cut(from), killed(to)]), new Map(), typeAt)!.startUs
    expect(startOf(1000, 3000)).toBe(1_000_000)
    expect(startOf(1000, 9000)).toBe(9_000_000)
  })

  it('counts the silence before a suspicion from the fault that made it', () => {
    const events = eventsOf([
      [1000, { type: 'link.cut', fault: 1, from: 'node-2', to: 'node-5', oneWay: 0 }],
      [3000, { type: 'node.killed', node: 'node-2', why: 'killed' }],
      [4000, { type: 'node.paused', node: 'node-1' }],
      [5000, { type: 'node.suspected', node: 'node-3', about: 'node-2' }],
      [6000, { type: 'node.suspected', node: 'node-3', about: 'node-5', cause: 1 }],
    ])
    const suspected = storyOf(events, new Map(), typeAt)!.items.filter(({ type }) => type === 'node.suspected')
    expect(suspected.map(({ values }) => values.ms)).toEqual([2000, 5000])
  })

  it('tells what was done to a single message, and that it was let go', () => {
    const place = { fault: 1, from: 'node-1', to: 'node-4' }
    const events = eventsOf([
      [1000, { type: 'link.tricked', ...place, what: 'hold' }],
      [9000, { type: 'link.tricked', ...place, what: 'release' }],
    ])
    const story = storyOf(events, new Map(), typeAt)!
    expect(story.startUs).toBe(1_000_000)
    expect(story.items.map(({ key }) => key)).toEqual(['tricked_hold', 'tricked_release'])
  })

  it('counts how often a client was sent elsewhere', () => {
    const last = { kind: 'MOVED', slot: 7000, from: 'node-1', to: 'node-5', lastUs: 6e6, seq: 90, cause: 89 }
    const redirect = { actor: 'shop', firstSeq: 13, firstUs: 4_650_000, count: 7, ...last }
    const { items } = storyOf(failoverIncidents(), new Map([['shop', redirect]]), typeAt)!
    expect(items.findIndex(({ key }) => key === 'redirected')).toBe(4)
    expect(items[4]).toMatchObject({ seq: 13, values: { actor: 'shop', n: 7, to: 'node-5' } })
  })
})

describe('failoverOf', () => {
  it('has each step with the event that it stands for', () => {
    const failover = failoverOf(failoverIncidents())!
    expect(failover).toMatchObject({ about: 'node-2', candidate: 'node-5', votes: 2, needed: 2, lostWhy: '' })
    expect(failover.steps.map(({ name, seq }) => [name, seq])).toEqual([
      ['fault', 3],
      ['suspected', 4],
      ['failed', 6],
      ['election', 10],
      ['votes', 15],
      ['promoted', 17],
    ])
    expect(failover.wait).toEqual({ fixedMs: 500, randomMs: 333, rank: 0 })
  })

  it('leaves open what has not happened yet, and is not there before somebody is suspected', () => {
    expect(failoverOf(failoverIncidents(4000))).toBeNull()
    const half = failoverOf(failoverIncidents(5604))!
    expect(half.steps.filter(({ t }) => t < 0).map(({ name }) => name)).toEqual(['votes', 'promoted'])
    expect(half.votes).toBe(1)
  })
})

describe('candidaciesOf', () => {
  it('fills a box with each vote, and ends with the election', () => {
    const candidacy = candidaciesOf(failoverIncidents(5604)).get('node-5')!
    expect(candidacy).toMatchObject({ epoch: 4, votes: 1, needed: 2 })
    expect([...candidacy.ballots]).toEqual([
      ['node-3', 'counted'],
      ['node-6', 'denied'],
    ])
    expect(candidaciesOf(failoverIncidents(4800)).get('node-5')).toMatchObject({ epoch: 0 })
    expect(candidaciesOf(failoverIncidents()).size).toBe(0)
  })
})
