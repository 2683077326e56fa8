import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Served } from './testing/command-line'

let served: Served
let client: Redis
beforeAll(async () => {
  served = await serve('--topology', 'replicated')
  const sentinels = [3, 4, 5].map((index) => ({ host: '127.0.0.1', port: served.port + index }))
  client = new Redis({ sentinels, name: 'eventyard', failoverDetector: true })
  client.on('error', () => undefined)
})
afterAll(async () => {
  client.disconnect()
  expect(await served.stop()).toBe(0)
})

describe('eventyard serve --topology replicated', () => {
  it('serves a primary, two replicas and three Sentinels that know each other', async () => {
    expect(await client.set('a', '1')).toBe('OK')
    expect(await client.wait(2, 1000)).toBe(2)
    const sentinel = new Redis(served.port + 3, '127.0.0.1')
    expect(await sentinel.call('SENTINEL', 'CKQUORUM', 'eventyard')).toBe(
      'OK 3 usable Sentinels. Quorum and failover authorization can be reached',
    )
    expect(await sentinel.call('SENTINEL', 'REPLICAS', 'eventyard')).toHaveLength(2)
    sentinel.disconnect()
  })

  it('fails over when the primary ends, and the client finds the next one', async () => {
    const primary = new Redis(served.port, '127.0.0.1', { retryStrategy: () => null })
    primary.on('error', () => undefined)
    await primary.call('SHUTDOWN', 'NOSAVE').catch(() => undefined)
    await expect.poll(() => client.set('b', '2').catch(() => ''), { timeout: 25_000, interval: 100 }).toBe('OK')
    expect(client.stream.remotePort).not.toBe(served.port)
    expect(await client.get('a')).toBe('1')
  })
})
