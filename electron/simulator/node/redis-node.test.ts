import { describe, expect, it } from 'vitest'
import { testNode } from '../testing/test-client'

describe('RedisNode', () => {
  it('answers in RESP2 until a client asks for RESP3', () => {
    const client = testNode().connect()
    expect(client.send('GET', 'nothing')).toBe('$-1\r\n')
    expect(client.send('HELLO', '3')).toMatch(/^%7\r\n/)
    expect(client.send('GET', 'nothing')).toBe('_\r\n')
  })

  it('sends everything of one chunk in one write, with its marks in order', () => {
    const world = testNode({
      observer: {
        clientConnected: () => {},
        clientClosed: () => {},
        command: (_client, _argv, tag) => tag,
        messagePublished: () => 77,
        keyChanged: () => {},
      },
    })
    const client = world.connect()
    client.handle.receive(Buffer.from('HELLO 3\r\nSUBSCRIBE news\r\nPUBLISH news hi\r\n'), [1, 2, 3])
    expect(client.chunks).toBe(1)
    expect(client.marks.map((mark) => (mark.kind === 'reply' ? mark.tag : `message ${mark.message}`))).toEqual([
      1,
      2,
      'message 77',
      3,
    ])
  })
})
