import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRealRedis, RealRedis } from '../simulator/testing/real-redis'
import { serve, type Served } from './testing/command-line'

let real: RealRedis
let served: Served
const clients: Redis[] = []

function connect(port: number): Redis {
  const client = new Redis({ port, host: '127.0.0.1' })
  clients.push(client)
  return client
}

beforeAll(async () => {
  real = await RealRedis.start('--repl-diskless-sync-delay', '0')
  served = await serve('--trace')
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await real?.stop()
  expect(await served?.stop()).toBe(0)
})

/** One of each kind, and what only the stream can tell: what a script did, what chance took, what has expired. */
async function write(client: Redis, name: string): Promise<void> {
  await client.set(`${name}:string`, 'v'.repeat(200))
  await client.rpush(`${name}:list`, ...Array.from({ length: 300 }, (_, index) => `item-${index}`))
  await client.hset(`${name}:hash`, { a: '1', b: 'x'.repeat(100) })
  await client.sadd(`${name}:set`, '1', '2', 'three')
  await client.zadd(`${name}:zset`, '1.5', 'a', '-2', 'b')
  await client.xadd(`${name}:stream`, '1-1', 'f', 'v')
  await client.xgroup('CREATE', `${name}:stream`, 'g', '0')
  await client.xreadgroup('GROUP', 'g', 'c', 'STREAMS', `${name}:stream`, '>')
  await client.eval("return redis.call('set', KEYS[1], math.random())", 1, `${name}:random`)
  await client.spop(`${name}:set`)
  await client.set(`${name}:short`, '1', 'PX', 1)
  await client.set(`${name}:long`, '1', 'EX', 1000)
  await client.select(3)
  await client.set(`${name}:other`, '1')
  await client.select(0)
}

async function contents(client: Redis): Promise<unknown> {
  const all: unknown[] = []
  for (const db of [0, 3]) {
    await client.select(db)
    for (const key of (await client.keys('*')).sort()) {
      if (key.endsWith(':short')) continue
      all.push([db, key, await client.type(key), await valueOf(client, key), await client.pexpiretime(key)])
    }
  }
  await client.select(0)
  return all
}

/** Sets and hashes have no order of their own, and a replica is not told when consumers were seen and how much a group has read. */
async function valueOf(client: Redis, key: string): Promise<unknown> {
  if (key.endsWith(':set')) return (await client.smembers(key)).sort()
  if (key.endsWith(':hash')) return Object.entries(await client.hgetall(key)).sort()
  if (key.endsWith(':stream')) return [await client.xrange(key, '-', '+'), await client.xpending(key, 'g')]
  return client.dump(key)
}

async function follow(replica: Redis, primaryPort: number): Promise<void> {
  await replica.replicaof('127.0.0.1', primaryPort)
  await expect.poll(() => replica.info('replication'), { timeout: 10_000 }).toContain('master_link_status:up')
}

describe.skipIf(!hasRealRedis())('replication with a real redis-server', () => {
  it('goes from the simulated primary to the real replica', async () => {
    const primary = connect(served.port)
    const replica = connect(real.port)
    await primary.config('SET', 'repl-diskless-sync-delay', '0')
    await write(primary, 'before')
    await follow(replica, served.port)
    await write(primary, 'after')
    expect(await primary.wait(1, 5000)).toBe(1)
    expect(await contents(replica)).toEqual(await contents(primary))
    await replica.call('CLIENT', 'KILL', 'TYPE', 'master')
    await primary.incr('counter')
    await expect.poll(() => replica.get('counter'), { timeout: 5000 }).toBe('1')
    expect(await primary.info('stats')).toMatch(/sync_full:1\r\nsync_partial_ok:1\r/)
    await replica.call('REPLICAOF', 'NO', 'ONE')
    await primary.flushall()
    await replica.flushall()
  })

  it('goes from the real primary to the simulated replica', async () => {
    const primary = connect(real.port)
    const replica = connect(served.port)
    await write(primary, 'before')
    await follow(replica, real.port)
    await write(primary, 'after')
    expect(await primary.wait(1, 5000)).toBe(1)
    expect(await contents(replica)).toEqual(await contents(primary))
    await replica.call('CLIENT', 'KILL', 'TYPE', 'master')
    await primary.incr('counter')
    await expect.poll(() => replica.get('counter'), { timeout: 5000 }).toBe('1')
    expect(await primary.info('stats')).toContain('sync_partial_ok:1')
    await expect(replica.set('a', '1')).rejects.toThrow("READONLY You can't write against a read only replica.")
    await replica.call('REPLICAOF', 'NO', 'ONE')
    expect(await replica.set('a', '1')).toBe('OK')
  })
})
