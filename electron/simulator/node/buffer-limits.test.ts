import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { testNode, type TestNode } from '../testing/test-client'

const kib = 1024

/** A client with a subscription, whose socket takes nothing any more. */
function slowSubscriber(world: TestNode, limits: string) {
  const admin = world.connect()
  expect(admin.send('CONFIG', 'SET', 'client-output-buffer-limit', limits)).toBe('+OK\r\n')
  const slow = world.connect()
  slow.send('SUBSCRIBE', 'news')
  slow.takesNothing = true
  const publish = (length: number) => admin.send('PUBLISH', 'news', 'x'.repeat(length))
  return { admin, slow, publish }
}

describe('client-output-buffer-limit', () => {
  it('cuts off a subscriber for whom more than the hard limit waits, and nobody else', () => {
    const world = testNode()
    const { admin, slow, publish } = slowSubscriber(world, 'pubsub 100000 0 0')
    expect(publish(50 * kib)).toBe(':1\r\n')
    expect(slow.hasEnded).toBe(false)
    expect(admin.send('CLIENT', 'LIST')).toMatch(/ omem=51\d\d\d .*cmd=subscribe/)
    expect(publish(50 * kib)).toBe(':1\r\n')
    expect(slow.hasEnded).toBe(true)
    expect(publish(1)).toBe(':0\r\n')
    expect(admin.send('PING')).toBe('+PONG\r\n')
  })

  it.each([
    ['SRANDMEMBER', 's', '-9223372036854775807'],
    ['HRANDFIELD', 'h', '-4611686018427387903', 'WITHVALUES'],
    ['ZRANDMEMBER', 'z', '-9223372036854775807'],
  ])('ends a reply of %s that has no end', (...command) => {
    const { connect } = testNode()
    const [admin, greedy] = [connect(), connect()]
    admin.send('SADD', 's', 'a', 'b')
    admin.send('HSET', 'h', 'a', '1', 'b', '2')
    admin.send('ZADD', 'z', '1', 'a', '2', 'b')
    admin.send('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 1mb 0 0')
    expect(greedy.send(...command)).toBe('')
    expect(greedy.hasEnded).toBe(true)
    expect(admin.send('EVAL', `return redis.call('SRANDMEMBER', 's', '-9223372036854775807')`, '0')).toMatch(
      /^-ERR the reply has too many elements/,
    )
  })

  it('cuts off a client whose reply fits no text, whatever the limits say', () => {
    const { connect } = testNode()
    const [admin, greedy] = [connect(), connect()]
    admin.send('SETRANGE', 'k', String(300 * kib * kib), 'x')
    greedy.send('MULTI')
    greedy.send('GET', 'k')
    greedy.send('GET', 'k')
    expect(greedy.send('EXEC')).toBe('')
    expect(greedy.hasEnded).toBe(true)
    expect(admin.send('STRLEN', 'k')).toBe(`:${300 * kib * kib + 1}\r\n`)
  })

  it('cuts off who is above the soft limit for longer than it allows', () => {
    const world = testNode()
    const { slow, publish } = slowSubscriber(world, 'pubsub 0 40000 5')
    publish(50 * kib)
    world.clock.advance(4900)
    expect(slow.hasEnded).toBe(false)
    world.clock.advance(2000)
    expect(slow.hasEnded).toBe(true)
  })

  it('forgives who catches up in time', () => {
    const world = testNode()
    const { slow, publish } = slowSubscriber(world, 'pubsub 0 40000 5')
    publish(50 * kib)
    world.clock.advance(3000)
    slow.unsentLength = 0
    publish(20 * kib)
    world.clock.advance(10_000)
    expect(slow.hasEnded).toBe(false)
  })

  it('has no limit for ordinary clients unless there is one', () => {
    const world = testNode()
    const client = world.connect()
    client.takesNothing = true
    client.send('SET', 'k', 'x'.repeat(200 * kib))
    expect(client.send('GET', 'k').length).toBeGreaterThan(200 * kib)
    expect(client.hasEnded).toBe(false)
    const admin = world.connect()
    admin.send('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 300000 0 0')
    client.send('GET', 'k')
    expect(client.hasEnded).toBe(true)
  })
})

it('client-query-buffer-limit cuts off who never ends a command', () => {
  const world = testNode({ config: { 'client-query-buffer-limit': String(1024 * kib) } })
  const client = world.connect()
  client.handle.receive(Buffer.from(`*2\r\n$3\r\nGET\r\n$${4096 * kib}\r\n`))
  for (let sent = 0; sent < 1000; sent += 100) client.handle.receive(Buffer.alloc(100 * kib, 'x'))
  expect(client.hasEnded).toBe(false)
  client.handle.receive(Buffer.alloc(100 * kib, 'x'))
  expect(client.hasEnded).toBe(true)
  expect(client.received).toBe('')
})

describe('timeout', () => {
  it('closes clients that have been silent for longer, but for those who wait for something', () => {
    const world = testNode()
    const [silent, subscriber, blocked, busy] = [world.connect(), world.connect(), world.connect(), world.connect()]
    subscriber.send('SUBSCRIBE', 'news')
    blocked.send('BLPOP', 'queue', '0')
    busy.send('CONFIG', 'SET', 'timeout', '10')
    world.clock.advance(9000)
    busy.send('PING')
    expect(silent.hasEnded).toBe(false)
    world.clock.advance(3000)
    expect([silent, subscriber, blocked, busy].map(({ hasEnded }) => hasEnded)).toEqual([true, false, false, false])
    world.clock.advance(9000)
    expect(busy.hasEnded).toBe(true)
  })
})
