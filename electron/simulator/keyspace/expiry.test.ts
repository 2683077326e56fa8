import { describe, expect, it } from 'vitest'
import type { KeyChange, NodeObserver } from '../ports'
import { testNode } from '../testing/test-client'

function recordingNode() {
  const changes: KeyChange[] = []
  const observer: NodeObserver = {
    replicationEvent: () => undefined,
    clientConnected: () => {},
    clientClosed: () => {},
    command: (_client, _argv, tag) => tag,
    messagePublished: () => 0,
    keyChanged: (change) => changes.push(change),
    clusterEvent: () => undefined,
    sentinelEvent: () => undefined,
  }
  return { ...testNode({ observer }), changes }
}

describe('a time to live', () => {
  it('ends a key when somebody looks for it', () => {
    const { clock, connect, changes } = recordingNode()
    const client = connect()
    client.send('SET', 'key', 'value', 'PX', '50')
    clock.advance(50)
    expect(client.send('GET', 'key')).toBe('$5\r\nvalue\r\n')
    clock.advance(1)
    expect(client.send('GET', 'key')).toBe('$-1\r\n')
    expect(changes.map(({ event }) => event)).toEqual(['set', 'expire', 'expired'])
  })

  it('ends a key by itself at the next tick of the cron, every 100 ms', () => {
    const { clock, connect, changes } = recordingNode()
    connect().send('SET', 'key', 'value', 'PX', '130')
    clock.advance(199)
    expect(changes.map(({ event }) => event)).toEqual(['set', 'expire'])
    clock.advance(1)
    expect(changes.at(-1)).toEqual({ cause: 0, db: 0, key: 'key', event: 'expired', lateMs: 70 })
  })

  it('asks for no tick while there is nothing to do', () => {
    const { clock, connect } = testNode()
    const client = connect()
    expect(clock.waiting).toBe(0)
    client.send('SET', 'key', 'value', 'EX', '3600')
    expect(clock.waiting).toBe(1)
    client.send('PERSIST', 'key')
    clock.advance(3_700_000)
    expect(clock.waiting).toBe(0)
  })

  it('of many keys ends within a few ticks', () => {
    const { clock, connect } = testNode()
    const client = connect()
    for (let key = 0; key < 5000; key++) client.send('SET', `key:${key}`, 'x', 'PX', key % 2 === 0 ? '10' : '1000000')
    clock.advance(5000)
    // The cycle stops once a tenth of a sample or less is stale, so some may be left for the next ticks.
    expect(Number(client.send('DBSIZE').slice(1))).toBeLessThan(2900)
    clock.advance(600_000)
    expect(client.send('DBSIZE')).toBe(':2500\r\n')
  })

  it('follows the system clock when that jumps', () => {
    const { node, clock, connect, changes } = recordingNode()
    connect().send('SET', 'key', 'value', 'EX', '3600')
    clock.jump(3_600_001)
    node.clockJumped()
    clock.advance(100)
    expect(changes.at(-1)?.event).toBe('expired')
  })

  it('stands still while clients are paused', () => {
    const { clock, connect, changes } = recordingNode()
    const client = connect()
    client.send('SET', 'key', 'value', 'PX', '50')
    client.send('CLIENT', 'PAUSE', '1000', 'WRITE')
    clock.advance(500)
    expect(client.send('GET', 'key')).toBe('$-1\r\n')
    expect(changes.at(-1)?.event).toBe('expire')
    clock.advance(700)
    expect(changes.at(-1)?.event).toBe('expired')
  })

  it('lets writers go on when a pause is over', () => {
    const { clock, connect } = testNode()
    const client = connect()
    client.send('CLIENT', 'PAUSE', '250', 'WRITE')
    expect(client.send('SET', 'key', 'value')).toBe('')
    expect(client.send('GET', 'key')).toBe('')
    clock.advance(250)
    expect(client.take()).toBe('')
    clock.advance(50)
    expect(client.take()).toBe('+OK\r\n$5\r\nvalue\r\n')
  })
})
