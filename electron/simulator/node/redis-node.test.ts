import { createServer } from 'node:net'
import { Redis } from 'ioredis'
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

  it('serves ioredis over a socket', async () => {
    const { node } = testNode()
    const server = createServer((socket) => {
      const handle = node.connect({
        remoteAddress: `127.0.0.1:${socket.remotePort}`,
        localAddress: `127.0.0.1:${socket.localPort}`,
        write: (chunk) => void socket.write(chunk),
        end: () => void socket.end(),
      })
      socket.on('data', (chunk) => handle.receive(chunk))
      socket.on('close', () => handle.closed())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const publisher = new Redis(port, '127.0.0.1')
    const subscriber = new Redis(port, '127.0.0.1')
    const heard = new Promise((resolve) => subscriber.on('pmessage', (...args) => resolve(args)))
    await subscriber.psubscribe('news.*')
    expect(await publisher.set('key', 'value')).toBe('OK')
    expect(await publisher.get('key')).toBe('value')
    expect(await publisher.publish('news.eu', 'hello')).toBe(1)
    expect(await heard).toEqual(['news.*', 'news.eu', 'hello'])
    publisher.disconnect()
    subscriber.disconnect()
    await new Promise((resolve) => server.close(resolve))
  })
})
