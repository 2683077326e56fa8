import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { NodeObserver } from '../ports'
import { testNode } from '../testing/test-client'

/** Writes down all that a node tells, a line for each. */
function recorder() {
  const lines: string[] = []
  let messages = 0
  const observer: NodeObserver = {
    replicationEvent: () => undefined,
    clientConnected: (client) => lines.push(`client ${client} connected`),
    clientClosed: (client, why) => lines.push(`client ${client} closed: ${why}`),
    command: (client, argv, tag) => {
      lines.push(`client ${client} #${tag}: ${argv.join(' ')}`)
      return tag
    },
    messagePublished: ({ cause, channel, message, receivers, sharded }) => {
      const to = receivers.map(({ client, pattern }) => (pattern === undefined ? client : `${client} by ${pattern}`))
      lines.push(`#${cause} ${sharded ? 's' : ''}published ${channel} ${message} to ${to.join(', ')}`)
      return ++messages
    },
    keyChanged: ({ cause, db, key, event }) => lines.push(`#${cause} ${event} ${key} in ${db}`),
    clusterEvent: () => undefined,
    sentinelEvent: () => undefined,
  }
  return { lines, observer }
}

function chunk(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

describe('RedisNode', () => {
  it('answers in RESP2 until a client asks for RESP3', () => {
    const client = testNode().connect()
    expect(client.send('GET', 'nothing')).toBe('$-1\r\n')
    expect(client.send('HELLO', '3')).toMatch(/^%7\r\n/)
    expect(client.send('GET', 'nothing')).toBe('_\r\n')
  })

  it('sends everything of one chunk in one write, with its marks in order', () => {
    const client = testNode({ observer: recorder().observer }).connect()
    client.handle.receive(chunk('HELLO 3\r\nSUBSCRIBE news\r\nPUBLISH news hi\r\n'), [1, 2, 3])
    expect(client.chunks).toBe(1)
    const marks = client.marks.map((mark) => (mark.kind === 'reply' ? mark.tag : `message ${mark.message}`))
    expect(marks).toEqual([1, 2, 'message 1', 3])
  })

  it('gives a transaction one mark, behind the messages that its commands sent to the same client', () => {
    const client = testNode({ observer: recorder().observer }).connect()
    client.handle.receive(chunk('HELLO 3\r\nSUBSCRIBE news\r\n'), [1, 2])
    client.marks = []
    client.handle.receive(chunk('MULTI\r\nPUBLISH news hi\r\nEXEC\r\n'), [3, 4, 5])
    expect(client.marks.map((mark) => (mark.kind === 'reply' ? mark.tag : 'message'))).toEqual([3, 4, 'message', 5])
  })

  it('builds no marks that nobody asked for', () => {
    const client = testNode().connect()
    client.send('PING')
    expect(client.marks).toEqual([])
  })

  it('tells its observer what happened, and by which command', () => {
    const { lines, observer } = recorder()
    const { clock, connect } = testNode({ observer, config: { 'notify-keyspace-events': 'Ex' } })
    const [a, b] = [connect(), connect()]
    a.handle.receive(chunk('PSUBSCRIBE n* __key*\r\nSUBSCRIBE news\r\n'), [10, 11])
    b.handle.receive(chunk('PUBLISH news hi\r\nSET key v PX 50\r\nAUTH secret\r\nQUIT\r\n'), [20, 21, 22, 23])
    clock.advance(100)
    expect(lines).toEqual([
      'client 1 connected',
      'client 2 connected',
      'client 1 #10: PSUBSCRIBE n* __key*',
      'client 1 #11: SUBSCRIBE news',
      'client 2 #20: PUBLISH news hi',
      '#20 published news hi to 1, 1 by n*',
      'client 2 #21: SET key v PX 50',
      '#21 set key in 0',
      '#21 expire key in 0',
      'client 2 #22: AUTH (redacted)',
      'client 2 #23: QUIT',
      'client 2 closed: quit',
      '#0 expired key in 0',
      '#0 published __keyevent@0__:expired key to 1 by __key*',
    ])
  })

  it('observes a command once, even when a pause makes it wait', () => {
    const { lines, observer } = recorder()
    const { clock, connect } = testNode({ observer })
    const client = connect()
    client.handle.receive(chunk('CLIENT PAUSE 100 WRITE\r\nSET key v\r\nPING\r\n'), [1, 2, 3])
    clock.advance(300)
    expect(lines.filter((line) => line.includes(': SET'))).toHaveLength(1)
    expect(client.marks.map((mark) => mark.kind === 'reply' && mark.tag)).toEqual([1, 2, 3])
  })

  it('closes every client when it goes down, and hears nothing more', () => {
    const { lines, observer } = recorder()
    const { node, clock, connect } = testNode({ observer })
    const client = connect()
    client.send('SET', 'key', 'v', 'EX', '10')
    node.shutdown()
    expect(client.hasEnded).toBe(true)
    expect(lines.at(-1)).toBe('client 1 closed: node shut down')
    expect(client.send('PING')).toBe('')
    expect(clock.waiting).toBe(0)
  })

  it('refuses more clients than maxclients allows', () => {
    const { connect } = testNode({ config: { maxclients: '1' } })
    connect()
    const second = connect()
    expect(second.received).toBe('-ERR max number of clients reached\r\n')
    expect(second.hasEnded).toBe(true)
  })

  it('takes no parameter that Redis would not take', () => {
    expect(() => testNode({ config: { hz: 'often' } })).toThrow("argument couldn't be parsed into an integer")
    expect(() => testNode({ config: { nothing: 'x' } })).toThrow('there is no parameter nothing')
  })

  it('does the same twice, byte for byte', () => {
    const run = () => {
      const { clock, connect } = testNode()
      const client = connect()
      let said = ''
      for (let step = 0; step < 300; step++) {
        said += client.send('SET', `key:${step % 37}`, 'x', 'PX', String(50 + step))
        said += client.send('RANDOMKEY') + client.send('SCAN', '0') + client.send('INFO')
        clock.advance(7)
      }
      return said
    }
    expect(run()).toBe(run())
  })
})
