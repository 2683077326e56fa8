import { describe, expect, it } from 'vitest'
import { testNode } from '../testing/test-client'

const BUSY = '-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n'
const ENDLESS = 'while true do end'
const SECOND_MS = 1000

describe('a script that runs long', () => {
  it('takes no time while it is short', () => {
    const { node, connect } = testNode()
    expect(connect().send('EVAL', 'local n = 0 for i = 1, 1000000 do n = n + 1 end return n', '0')).toBe(':1000000\r\n')
    expect(node.isFrozen).toBe(false)
  })

  it('makes the node deaf until busy-reply-threshold, and then busy', () => {
    const { clock, connect } = testNode()
    const [a, b] = [connect(), connect()]
    expect(a.send('EVAL', ENDLESS, '0')).toBe('')
    expect(b.send('PING')).toBe('')
    clock.advance(4 * SECOND_MS)
    expect(b.take()).toBe('')
    clock.advance(1.2 * SECOND_MS)
    expect(b.take()).toBe(BUSY)
    expect(b.send('GET', 'k')).toBe(BUSY)
    expect(b.send('MULTI')).toBe('+OK\r\n')
    expect(b.send('GET', 'k')).toBe(BUSY)
    expect(b.send('DISCARD')).toBe('+OK\r\n')
    expect(b.send('SCRIPT', 'KILL')).toBe('+OK\r\n')
    clock.advance(SECOND_MS)
    expect(a.take()).toMatch(
      /^-ERR Script killed by user with SCRIPT KILL\.\.\. script: [0-9a-f]{40}, on @user_script:1\.\r\n$/,
    )
    expect(b.send('PING')).toBe('+PONG\r\n')
    expect(a.send('EVAL', 'return 5', '0')).toBe(':5\r\n')
  })

  it('goes on to its end when nobody kills it, and its client reads on', () => {
    const { clock, connect } = testNode()
    const [a, b] = [connect(), connect()]
    a.send(
      'EVAL',
      "redis.call('SET', 'k', 1) for i = 1, 60000000 do end redis.call('RPUSH', 'l', 'x') return 'end'",
      '0',
    )
    a.send('PING')
    b.send('BLPOP', 'l', '0')
    clock.advance(5.5 * SECOND_MS)
    expect(b.take()).toBe(BUSY)
    expect(b.send('SCRIPT', 'KILL')).toMatch(/^-UNKILLABLE Sorry/)
    expect(b.send('GET', 'k')).toBe(BUSY)
    clock.advance(10 * SECOND_MS)
    expect(a.take()).toBe('$3\r\nend\r\n+PONG\r\n')
    expect(b.send('LRANGE', 'l', '0', '-1')).toBe('*1\r\n$1\r\nx\r\n')
  })

  it('can be killed within a pcall, however often it tries again', () => {
    const { clock, connect } = testNode({ config: { 'busy-reply-threshold': '100' } })
    const [a, b] = [connect(), connect()]
    a.send('EVAL', 'while true do pcall(function() local n = 0 for i = 1, 100 do n = n + 1 end end) end', '0')
    clock.advance(SECOND_MS)
    expect(b.send('SCRIPT', 'KILL')).toBe('+OK\r\n')
    clock.advance(SECOND_MS)
    expect(a.take()).toMatch(/^-ERR Script killed by user/)
    expect(b.send('PING')).toBe('+PONG\r\n')
  })

  it('is stopped where it cannot be interrupted', () => {
    const { connect } = testNode({ config: { 'busy-reply-threshold': '100' } })
    const a = connect()
    const loop = 'pcall(function() while true do end end)\nreturn 1'
    expect(a.send('EVAL', loop, '0')).toMatch(/^-ERR Script stopped: it ran too long within pcall/)
    a.send('MULTI')
    a.send('EVAL', ENDLESS, '0')
    expect(a.send('EXEC')).toMatch(/^\*1\r\n-ERR Script stopped/)
    expect(a.send('EVAL', 'local n = 0\nfor i = 1, 10 do\nn = n + 1\nend\nreturn n', '0')).toBe(':10\r\n')
  })

  it('outlives its client', () => {
    const { clock, connect } = testNode()
    const [a, b] = [connect(), connect()]
    a.send('EVAL', "for i = 1, 20000000 do end redis.call('SET', 'k', 1)", '0')
    a.handle.closed()
    expect(b.send('GET', 'k')).toBe('')
    clock.advance(10 * SECOND_MS)
    expect(b.take()).toBe('$1\r\n1\r\n')
  })

  it('ends with its node', () => {
    const { node, clock, connect } = testNode()
    connect().send('EVAL', ENDLESS, '0')
    node.shutdown()
    clock.advance(10 * SECOND_MS)
    expect(node.clients.size).toBe(0)
  })
})
