import { describe, expect, it } from 'vitest'
import { eventsOf, failoverInputs } from '../../cluster/testing'
import { bandsOf } from './lane-bands'

describe('bands of the lanes', () => {
  it('last from what began them to what ended them', () => {
    const bands = bandsOf(
      eventsOf([
        [1000, { type: 'node.paused', node: 'node-1' }],
        [2000, { type: 'node.resumed', node: 'node-1' }],
        [3000, { type: 'node.killed', node: 'node-1', why: 'killed' }],
        [9000, { type: 'node.started', node: 'node-1', role: 'replica', address: '127.0.0.1:7001' }],
      ]),
    )
    expect(bands).toEqual([
      { kind: 'paused', machine: 'node-1', seq: 1, fromUs: 1e6, toUs: 2e6 },
      { kind: 'down', machine: 'node-1', seq: 3, fromUs: 3e6, toUs: 9e6 },
    ])
  })

  it('end with their own fault where several lie on a machine', () => {
    const sides = 'node-1, node-2 | node-3'
    const bands = bandsOf(
      eventsOf([
        [1000, { type: 'partition.made', fault: 1, sides }],
        [2000, { type: 'link.cut', fault: 2, from: 'node-3', to: 'node-4', oneWay: 0 }],
        [3000, { type: 'partition.healed', fault: 1, sides }],
      ]),
    )
    expect(bands.map(({ machine, seq, toUs }) => [machine, seq, toUs])).toEqual([
      ['node-3', 1, 3e6],
      ['node-3', 2, Infinity],
      ['node-4', 2, Infinity],
    ])
  })

  it('of a failover show who is down', () => {
    expect(bandsOf(eventsOf(failoverInputs))).toEqual([
      { kind: 'down', machine: 'node-2', seq: 3, fromUs: 3e6, toUs: Infinity },
    ])
  })
})

it('has a band for an actor from its pause to its end, and from its death to its next start', () => {
  expect(
    bandsOf(
      eventsOf([
        [1000, { type: 'actor.paused', actor: 'a' }],
        [2000, { type: 'actor.resumed', actor: 'a' }],
        [3000, { type: 'actor.killed', actor: 'a', why: 'killed' }],
        [3000, { type: 'actor.left', actor: 'a' }],
        [5000, { type: 'actor.joined', actor: 'a', role: 'consumer', rate: 0, template: '' }],
      ]),
    ),
  ).toEqual([
    { kind: 'paused', machine: 'a', seq: 1, fromUs: 1e6, toUs: 2e6 },
    { kind: 'down', machine: 'a', seq: 3, fromUs: 3e6, toUs: 5e6 },
  ])
})
