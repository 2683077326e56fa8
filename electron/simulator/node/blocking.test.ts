import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { NodeObserver } from '../ports'
import { request, testNode } from '../testing/test-client'

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)\r$`, 'm').exec(info)?.[1]
}

describe('a blocking command', () => {
  it('answers when its time is over, with the cron of an idle node', () => {
    const { clock, connect } = testNode()
    const client = connect()
    expect(client.send('BLPOP', 'k', '0.25')).toBe('')
    clock.advance(299)
    expect(client.received).toBe('')
    clock.advance(1)
    expect(client.take()).toBe('*-1\r\n')
    expect(clock.waiting).toBe(0)
  })

  it('answers earlier when something else happens on the node', () => {
    const { clock, connect } = testNode()
    const [client, other] = [connect(), connect()]
    client.send('BLPOP', 'k', '0.25')
    clock.advance(251)
    other.send('PING')
    expect(client.take()).toBe('*-1\r\n')
  })

  it('lets those go first whose time was over first', () => {
    const { clock, connect } = testNode()
    const order: string[] = []
    const [a, b] = [connect(), connect()]
    a.send('BLPOP', 'k', '0.05')
    b.send('BLPOP', 'k', '0.04')
    // What each sent behind its command tells who was first.
    a.handle.receive(request('RPUSH', 'l', 'a'))
    b.handle.receive(request('RPUSH', 'l', 'b'))
    clock.advance(100)
    order.push(connect().send('LRANGE', 'l', '0', '-1'))
    expect(order).toEqual(['*2\r\n$1\r\nb\r\n$1\r\na\r\n'])
  })

  it('waits for ever with 0, and without a timer', () => {
    const { clock, connect } = testNode()
    const client = connect()
    client.send('BLPOP', 'k', '0')
    expect(clock.waiting).toBe(0)
    clock.advance(10 ** 9)
    connect().send('RPUSH', 'k', 'v')
    expect(client.take()).toBe('*2\r\n$1\r\nk\r\n$1\r\nv\r\n')
  })

  it('marks a late reply with the tag that the command came with', () => {
    const changes: string[] = []
    const observer: NodeObserver = {
      replicationEvent: () => undefined,
      clientConnected: () => {},
      clientClosed: () => {},
      command: (_client, _argv, tag) => tag,
      messagePublished: () => 1,
      keyChanged: ({ cause, event }) => changes.push(`${event} #${cause}`),
      clusterEvent: () => undefined,
      sentinelEvent: () => undefined,
    }
    const { clock, connect } = testNode({ observer })
    const [waiter, pusher] = [connect(), connect()]
    waiter.handle.receive(
      Buffer.concat([request('BLPOP', 'k', '0'), request('BLPOP', 'k', '0.05'), request('PING')]),
      [7, 8, 9],
    )
    expect(waiter.marks).toEqual([])
    pusher.handle.receive(request('RPUSH', 'k', 'v'), [20])
    clock.advance(200)
    expect(waiter.marks.map((mark) => mark.kind === 'reply' && mark.tag)).toEqual([7, 8, 9])
    expect(changes).toEqual(['rpush #20', 'lpop #7', 'del #7'])
  })

  it('ends with CLIENT UNBLOCK, in either way', () => {
    const { connect } = testNode()
    const [waiter, other] = [connect(), connect()]
    waiter.send('BLPOP', 'k', '0')
    expect(other.send('CLIENT', 'UNBLOCK', '1')).toBe(':1\r\n')
    expect(waiter.take()).toBe('*-1\r\n')
    waiter.send('BLMOVE', 'k', 'l', 'LEFT', 'LEFT', '0')
    expect(other.send('CLIENT', 'UNBLOCK', '1', 'TIMEOUT')).toBe(':1\r\n')
    expect(waiter.take()).toBe('*-1\r\n')
    waiter.send('BLPOP', 'k', '10')
    expect(other.send('CLIENT', 'UNBLOCK', '1', 'ERROR')).toBe(':1\r\n')
    expect(waiter.take()).toBe('-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n')
    expect(other.send('CLIENT', 'UNBLOCK', '1')).toBe(':0\r\n')
    expect(waiter.send('PING')).toBe('+PONG\r\n')
  })

  it('is forgotten when its client leaves or is killed', () => {
    const { node, clock, connect } = testNode()
    const [leaving, killed, last] = [connect(), connect(), connect()]
    leaving.send('BLPOP', 'k', '10')
    killed.send('BLPOP', 'k', '10')
    leaving.handle.closed()
    expect(last.send('CLIENT', 'KILL', 'ID', '2')).toBe(':1\r\n')
    expect(killed.hasEnded).toBe(true)
    expect(node.blocking.timedCount).toBe(0)
    last.send('RPUSH', 'k', 'v')
    expect(last.send('LLEN', 'k')).toBe(':1\r\n')
    clock.advance(20_000)
    expect(killed.received).toBe('')
  })

  it('shows in INFO and counts as a call once it is over', () => {
    const { connect } = testNode()
    const [a, b, other] = [connect(), connect(), connect()]
    a.send('BLPOP', 'k', '0')
    b.send('BLPOP', 'k', '10')
    const waiting = other.send('INFO', 'everything')
    expect(field(waiting, 'blocked_clients')).toBe('2')
    expect(field(waiting, 'clients_in_timeout_table')).toBe('1')
    expect(waiting).not.toContain('cmdstat_blpop')
    other.send('RPUSH', 'k', '1', '2')
    const done = other.send('INFO', 'everything')
    expect(field(done, 'blocked_clients')).toBe('0')
    expect(field(done, 'cmdstat_blpop')).toMatch(/^calls=2,/)
  })

  it('serves many who wait for one key, each its own', () => {
    const { connect } = testNode()
    const waiters = Array.from({ length: 500 }, () => connect())
    for (const waiter of waiters) waiter.send('BLPOP', 'k', '0')
    const pusher = connect()
    for (const number of waiters.keys()) pusher.send('RPUSH', 'k', String(number))
    expect(waiters.map(({ received }) => received.split('\r\n')[4])).toEqual(waiters.map((_, number) => String(number)))
  })

  it('runs what its client sent behind it before the node sends anything', () => {
    const { connect } = testNode()
    const [waiter, pusher] = [connect(), connect()]
    waiter.handle.receive(Buffer.concat([request('BLPOP', 'k', '0'), request('INCR', 'n')]))
    pusher.send('RPUSH', 'k', 'v')
    expect(waiter.chunks).toBe(1)
    expect(waiter.received).toBe('*2\r\n$1\r\nk\r\n$1\r\nv\r\n:1\r\n')
  })
})
