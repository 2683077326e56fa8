import { spawn, spawnSync } from 'node:child_process'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finished, serve, type Served } from './testing/command-line'

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(async () => {
  expect(await served.stop()).toBe(0)
})

const has = (program: string) => spawnSync(program, ['--version']).status === 0
const redisCli = (...args: string[]) => finished(spawn('redis-cli', ['-p', String(served.port), ...args]))

describe('eventyard serve', () => {
  it.skipIf(!has('redis-cli'))('answers redis-cli in RESP2 and RESP3', async () => {
    expect((await redisCli('PING')).stdout).toBe('PONG\n')
    expect((await redisCli('SET', 'greeting', 'hello')).stdout).toBe('OK\n')
    expect((await redisCli('-3', 'GET', 'greeting')).stdout).toBe('hello\n')
    expect((await redisCli('-3', 'HELLO')).stdout).toContain('proto 3')
    expect((await redisCli('FLY', 'me')).stdout).toBe("ERR unknown command 'FLY', with args beginning with: 'me' \n\n")
  })

  it('carries messages between ioredis programs, and tells of them in the trace', async () => {
    const options = { port: served.port, host: '127.0.0.1' }
    const [publisher, subscriber] = [new Redis(options), new Redis(options)]
    const received = new Promise<[string, string]>((resolve) =>
      subscriber.on('message', (channel, message) => resolve([channel, message])),
    )
    await subscriber.subscribe('news')
    expect(await publisher.publish('news', 'read all about it')).toBe(1)
    expect(await received).toEqual(['news', 'read all about it'])
    expect(await publisher.publish('nobody', 'listens')).toBe(0)
    await Promise.all([publisher, subscriber].map((client) => client.quit()))
    await expect.poll(() => served.events().some(({ channel }) => channel === 'nobody')).toBe(true)
    const events = served.events()
    const published = events.find(({ type, channel }) => type === 'message.published' && channel === 'news')
    const delivered = events.find(({ type, channel }) => type === 'message.delivered' && channel === 'news')
    const lost = events.find(({ type }) => type === 'message.lost')
    expect(published).toMatchObject({ payload: 'read all about it', receivers: 1 })
    expect(delivered).toMatchObject({ cause: published!.seq, message: published!.message })
    expect(lost).toMatchObject({ channel: 'nobody', actor: '', why: 'no-subscriber' })
  })

  it('keeps going when a client sends rubbish or vanishes half-way', async () => {
    const { connect } = await import('node:net')
    const rude = connect(served.port, '127.0.0.1')
    const said = new Promise<string>((resolve) => rude.once('data', (bytes) => resolve(bytes.toString())))
    rude.write('*3\r\n$x\r\n')
    expect(await said).toBe('-ERR Protocol error: invalid bulk length\r\n')
    const half = connect(served.port, '127.0.0.1', () => {
      half.write('*2\r\n$3\r\nGET\r\n$5\r\nab')
      half.resetAndDestroy()
    })
    await new Promise((resolve) => half.once('close', resolve))
    const polite = new Redis({ port: served.port, host: '127.0.0.1' })
    expect(await polite.ping()).toBe('PONG')
    polite.disconnect()
  })

  it('hangs up on a subscriber that never reads, and serves the others', async () => {
    const { connect } = await import('node:net')
    const deaf = connect(served.port, '127.0.0.1')
    await new Promise<void>((resolve) => {
      deaf.once('data', () => resolve())
      deaf.write('SUBSCRIBE loud\r\n')
    })
    deaf.pause()
    const polite = new Redis({ port: served.port, host: '127.0.0.1' })
    await polite.config('SET', 'client-output-buffer-limit', 'pubsub 4mb 0 0')
    const message = 'x'.repeat(1024 * 1024)
    // The two socket buffers take some megabytes before anything waits in the node.
    await expect.poll(() => polite.publish('loud', message), { interval: 1, timeout: 20_000 }).toBe(0)
    await polite.config('SET', 'client-output-buffer-limit', 'pubsub 32mb 8mb 60')
    polite.disconnect()
    deaf.destroy()
  })
})
