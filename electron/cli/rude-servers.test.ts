import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConnection } from '../../shared/connection'
import { hasRealRedis, RealRedis } from '../simulator/testing/real-redis'
import { EngineSession } from './testing/engine-session'

describe.skipIf(!hasRealRedis())('a live run survives', () => {
  let session: EngineSession
  beforeEach(() => {
    session = new EngineSession()
  })
  afterEach(async () => {
    await session.engine.call('run.stop', {})
    await session.engine.close()
  })

  /** Every message is accounted for: it reached the one subscriber, or is told to be lost, and only once. */
  const expectSumsToAddUp = () => {
    // Sentinels have channels of their own.
    const isNews = ({ channel }: { channel: string }) => channel === 'news'
    const published = session.of('message.published').filter(isNews)
    const ends = [...session.of('message.delivered'), ...session.of('message.lost')].filter(isNews)
    expect(new Set(ends.map(({ message }) => message)).size).toBe(published.length)
    expect(ends).toHaveLength(published.length)
  }

  it('a failover while 10,000 messages flow', async () => {
    const text = `eventyard: 1
name: failover
deployment: { topology: replicated, replicas: 1, sentinels: 3 }
actors:
  press: { role: publisher, channel: news, rate: 2000/s, times: 10000 }
  ana: { role: subscriber, channels: [news] }
steps:
  - start: ana
  - after: 500ms
    start: press
  - after: 2s
    fault: { kill: node-1 }
  - until: promoted = 1
    within: 20s
  - until: sent >= 9000
    within: 30s
  - until: in_flight = 0
    within: 20s
`
    const source = { kind: 'text', name: 'test', text } as const
    await session.engine.call('run.start', { source, on: { kind: 'local' } })
    await session.until(() => session.state?.script.ended === true)
    await session.engine.call('run.stop', {})
    await session.until(() => session.of('run.ended').length === 1)

    expect(session.state!.error).toBeNull()
    expect(session.state!.script.expectations.filter(({ ok }) => !ok)).toEqual([])
    expect(session.of('message.published').length).toBeGreaterThan(9000)
    expectSumsToAddUp()
  })

  it('servers that send rubbish, fall silent, answer by halves and hang up', async () => {
    const server = await RealRedis.start()
    const rude = await RudeProxy.open(server.port)
    try {
      const text = `eventyard: 1
name: rude
actors:
  press: { role: publisher, channel: news, rate: 500/s }
  ana: { role: subscriber, channels: [news] }
steps:
  - start: all
  - until: delivered(ana) >= 100
    within: 10s
`
      const source = { kind: 'text', name: 'test', text } as const
      const connection = parseConnection(`redis://127.0.0.1:${rude.port}`)
      await session.engine.call('run.start', { source, on: { kind: 'remote', connection } })
      await session.until(() => session.state?.script.ended === true)

      for (const manner of ['rubbish', 'silent', 'half', 'hang up', 'rubbish'] as const) {
        const before = session.events.length
        rude.manner = manner
        // Something has come of it, if only that commands wait for ever.
        await session.until(() => session.events.length > before + 5)
      }
      rude.manner = 'polite'
      const before = session.of('message.delivered').length
      await session.until(() => session.of('message.delivered').length > before + 100)

      expect(session.of('connection.retrying').length).toBeGreaterThan(0)
      expect((await session.engine.call('run.state', {})).status).toBe('running')
    } finally {
      rude.close()
      await server.stop()
    }
  })
})

type Manner = 'polite' | 'rubbish' | 'silent' | 'half' | 'hang up'

/** Passes everything on to a real server, until its manners change. */
class RudeProxy {
  private current: Manner = 'polite'
  private readonly sockets = new Set<Socket>()
  private readonly server = createServer((client) => this.accept(client))

  static async open(port: number): Promise<RudeProxy> {
    const proxy = new RudeProxy(port)
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  private constructor(private readonly target: number) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  set manner(manner: Manner) {
    const wasStuck = this.current === 'silent' || this.current === 'half'
    this.current = manner
    // What was swallowed is gone, so whoever waits for it has to begin anew.
    if (manner === 'hang up' || wasStuck) for (const socket of this.sockets) socket.destroy()
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private accept(client: Socket): void {
    const server = createConnection(this.target, '127.0.0.1')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (chunk) => server.write(chunk))
    server.on('data', (chunk) => {
      if (this.current === 'polite') client.write(chunk)
      else if (this.current === 'half') client.write(chunk.subarray(0, chunk.length >> 1))
      else if (this.current === 'rubbish') client.write('HTTP/1.1 400 Bad Request\r\n\r\n')
      else if (this.current === 'hang up') client.destroy()
    })
  }
}
