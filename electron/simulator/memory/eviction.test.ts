import { describe, expect, it } from 'vitest'
import { testNode, type TestClient } from '../testing/test-client'

const KEYS = 2000

/** A client of a node that holds 2,000 keys of 100 bytes, with room for about half of them. */
function crowded(policy: string, use: (client: TestClient) => void): { client: TestClient; kept: Set<string> } {
  const world = testNode()
  const client = world.connect()
  client.send('CONFIG', 'SET', 'maxmemory-policy', policy)
  for (let index = 0; index < KEYS; index++) {
    const lifetime = policy.startsWith('volatile') ? ['EX', String(10_000 + index)] : []
    client.send('SET', `key:${index}`, 'x'.repeat(100), ...lifetime)
  }
  world.clock.advance(60_000)
  use(client)
  world.clock.advance(60_000)
  const used = Number(/used_memory:(\d+)/.exec(client.send('INFO', 'memory'))![1])
  const startup = Number(/used_memory_startup:(\d+)/.exec(client.send('INFO', 'memory'))![1])
  const max = Math.round(startup + (used - startup) / 2)
  client.send('CONFIG', 'SET', 'maxmemory', String(max))
  expect(Number(/used_memory:(\d+)/.exec(client.send('INFO', 'memory'))![1])).toBeLessThanOrEqual(max)
  const kept = new Set([...client.send('KEYS', '*').matchAll(/key:\d+/g)].map(([key]) => key))
  expect(kept.size).toBeGreaterThan(KEYS * 0.4)
  expect(kept.size).toBeLessThan(KEYS * 0.6)
  expect(client.send('INFO', 'stats')).toContain(`evicted_keys:${KEYS - kept.size}`)
  return { client, kept }
}

/** What share of the first `count` keys is still there. */
function share(kept: ReadonlySet<string>, count: number): number {
  return Array.from({ length: count }, (_, index) => `key:${index}`).filter((key) => kept.has(key)).length / count
}

describe('eviction', () => {
  it('by allkeys-lru leaves nearly all that was used lately', () => {
    const { kept } = crowded('allkeys-lru', (client) => {
      for (let index = 0; index < 600; index++) client.send('GET', `key:${index}`)
    })
    expect(share(kept, 600)).toBeGreaterThan(0.9)
  })

  it('by allkeys-lfu leaves nearly all that was used often', () => {
    const { kept } = crowded('allkeys-lfu', (client) => {
      for (let get = 0; get < 20 * 600; get++) client.send('GET', `key:${get % 600}`)
    })
    expect(share(kept, 600)).toBeGreaterThan(0.9)
  })

  it('by volatile-ttl takes those that would go first', () => {
    const { kept } = crowded('volatile-ttl', () => undefined)
    expect(share(kept, 600)).toBeLessThan(0.2)
  })

  it('by allkeys-random takes from everywhere', () => {
    const { kept } = crowded('allkeys-random', () => undefined)
    expect(share(kept, 600)).toBeGreaterThan(0.4)
    expect(share(kept, 600)).toBeLessThan(0.6)
  })

  it('goes on while keys are added, so that a cache never fills up', () => {
    const { client } = crowded('allkeys-lru', () => undefined)
    for (let index = 0; index < KEYS; index++) {
      expect(client.send('SET', `more:${index}`, 'y'.repeat(100))).toBe('+OK\r\n')
    }
    const size = Number(/\d+/.exec(client.send('DBSIZE'))![0])
    expect(size).toBeGreaterThan(KEYS * 0.4)
    expect(size).toBeLessThan(KEYS * 0.6)
  })

  it('knows after flushing and swapping how much is used', () => {
    const { client } = crowded('allkeys-lru', () => undefined)
    const used = () => /used_memory:(\d+)/.exec(client.send('INFO', 'memory'))![1]
    const before = used()
    client.send('SWAPDB', '0', '5')
    expect(used()).toBe(before)
    client.send('FLUSHALL')
    const empty = used()
    client.send('SET', 'k', 'v')
    client.send('DEL', 'k')
    expect(used()).toBe(empty)
  })

  it('is the same for the same seed', () => {
    const keysOf = () => [...crowded('allkeys-random', () => undefined).kept]
    expect(keysOf()).toEqual(keysOf())
  })
})
