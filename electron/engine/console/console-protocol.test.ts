import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import type { ReplyTree } from '../../../shared/reply'
import { ConsoleProtocol } from './console-protocol'

const ok: ReplyTree = { kind: 'simple', text: 'OK' }
const bulk = (bytes: string): ReplyTree => ({ kind: 'bulk', bytes })
const list = (kind: 'array' | 'push', ...items: (string | number)[]): ReplyTree => ({
  kind,
  items: items.map((item) => (typeof item === 'number' ? { kind: 'integer', value: item } : bulk(item))),
})

function talk() {
  const protocol = new ConsoleProtocol()
  let command = 0
  return {
    protocol,
    send: (line: string) => protocol.send({ command: ++command, argv: line.split(' ') as Bytes[] }),
    receive: (reply: ReplyTree) => {
      const received = protocol.receive(reply)
      return received.kind === 'message' ? 'message' : `${received.to.command}${received.isLast ? '' : '...'}`
    },
  }
}

describe('a console that tells replies apart', () => {
  it('gives each command its reply, in order', () => {
    const { send, receive, protocol } = talk()
    send('PING')
    send('GET a')
    expect(protocol.waiting).toBe(2)
    expect(receive({ kind: 'simple', text: 'PONG' })).toBe('1')
    expect(receive({ kind: 'null' })).toBe('2')
    expect(protocol.waiting).toBe(0)
  })

  it('counts the confirmations of SUBSCRIBE, and takes messages for what they are', () => {
    const { send, receive, protocol } = talk()
    send('SUBSCRIBE a b')
    expect(receive(list('array', 'subscribe', 'a', 1))).toBe('1...')
    expect(receive(list('array', 'message', 'a', 'early'))).toBe('message')
    expect(receive(list('array', 'subscribe', 'b', 2))).toBe('1')
    expect(protocol.subscriptions).toBe(2)
    send('PING')
    expect(receive(list('array', 'pmessage', 'a*', 'a', 'x'))).toBe('message')
    expect(receive(list('array', 'pong', ''))).toBe('2')
    send('UNSUBSCRIBE')
    expect(receive(list('array', 'unsubscribe', 'a', 1))).toBe('3...')
    expect(receive(list('array', 'unsubscribe', 'b', 0))).toBe('3')
    expect(protocol.subscriptions).toBe(0)
    send('UNSUBSCRIBE')
    expect(
      receive({ kind: 'array', items: [bulk('unsubscribe'), { kind: 'null' }, { kind: 'integer', value: 0 }] }),
    ).toBe('4')
  })

  it('takes an array that looks like a message for a reply while nothing is subscribed', () => {
    const { send, receive } = talk()
    send('LRANGE a 0 -1')
    expect(receive(list('array', 'message', 'a', 'x'))).toBe('1')
  })

  it('keeps pushes out of the replies in RESP3', () => {
    const { send, receive, protocol } = talk()
    send('HELLO 3')
    expect(receive({ kind: 'map', items: [] })).toBe('1')
    expect(protocol.resp).toBe(3)
    send('SUBSCRIBE a')
    send('GET k')
    expect(receive(list('push', 'subscribe', 'a', 1))).toBe('2')
    expect(receive(list('push', 'message', 'a', 'x'))).toBe('message')
    expect(receive(list('push', 'invalidate', 'k'))).toBe('message')
    expect(receive(bulk('v'))).toBe('3')
  })

  it('takes lines of MONITOR for what they are, and other simple strings for replies', () => {
    const { send, receive } = talk()
    send('MONITOR')
    expect(receive(ok)).toBe('1')
    send('SET a b')
    expect(receive({ kind: 'simple', text: '1767225600.000300 [0 10.0.2.1:49153] "set" "a" "b"' })).toBe('message')
    expect(receive(ok)).toBe('2')
  })

  it('expects no reply while they are turned off or skipped', () => {
    const { send, receive } = talk()
    expect(send('CLIENT REPLY SKIP')).toBe(false)
    expect(send('SET a 1')).toBe(false)
    expect(send('GET a')).toBe(true)
    expect(receive(bulk('1'))).toBe('3')
    expect(send('CLIENT REPLY OFF')).toBe(false)
    expect(send('PING')).toBe(false)
    expect(send('CLIENT REPLY ON')).toBe(true)
    expect(receive(ok)).toBe('6')
  })

  it('knows database and transaction as redis-cli does', () => {
    const { send, receive, protocol } = talk()
    const exchange = (line: string, reply: ReplyTree) => (send(line), receive(reply))
    exchange('SELECT 3', ok)
    expect(protocol.db).toBe(3)
    exchange('SELECT 99', { kind: 'error', text: 'ERR DB index is out of range' })
    expect(protocol.db).toBe(3)
    exchange('MULTI', ok)
    expect(protocol.inTransaction).toBe(true)
    exchange('SELECT 5', { kind: 'simple', text: 'QUEUED' })
    exchange('EXEC x', { kind: 'error', text: "ERR wrong number of arguments for 'exec' command" })
    expect(protocol.inTransaction).toBe(true)
    exchange('DISCARD', ok)
    expect(protocol).toMatchObject({ db: 3, inTransaction: false })
    exchange('RESET', { kind: 'simple', text: 'RESET' })
    expect(protocol.db).toBe(0)
  })

  it('sees a subscription that EXEC made', () => {
    const { send, receive, protocol } = talk()
    send('MULTI')
    receive(ok)
    send('SUBSCRIBE a')
    expect(receive({ kind: 'simple', text: 'QUEUED' })).toBe('2')
    send('EXEC')
    receive({ kind: 'array', items: [list('array', 'subscribe', 'a', 1)] })
    expect(protocol.subscriptions).toBe(1)
  })

  it('hands back what will have no reply when the connection ends', () => {
    const { send, protocol } = talk()
    send('BLPOP q 0')
    send('PING')
    expect(protocol.end().map(({ command }) => command)).toEqual([1, 2])
    expect(protocol.waiting).toBe(0)
  })
})
