import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repliesOf } from '../testing/conversation'
import { testNode, type TestClient } from '../testing/test-client'

function scan(client: TestClient, cursor: string, count: number): { next: string; keys: string[] } {
  const [reply] = repliesOf(client.send('SCAN', cursor, 'COUNT', String(count)))
  if (reply?.kind !== 'array') throw new Error('SCAN gave no array')
  const [next, found] = reply.items
  if (next?.kind !== 'bulk' || found?.kind !== 'array') throw new Error('SCAN gave other things')
  return { next: next.bytes, keys: found.items.map((key) => (key.kind === 'bulk' ? key.bytes : '')) }
}

describe('SCAN', () => {
  it('gives every key once while nothing changes', () => {
    const client = testNode().connect()
    for (let key = 0; key < 95; key++) client.send('SET', `key:${key}`, 'x')
    const keys: string[] = []
    let cursor = '0'
    do {
      const step = scan(client, cursor, 10)
      keys.push(...step.keys)
      cursor = step.next
    } while (cursor !== '0')
    expect(new Set(keys).size).toBe(95)
    expect(keys).toHaveLength(95)
  })

  it('misses no key that stays, whatever is added and deleted meanwhile', () => {
    const step = fc.tuple(fc.constantFrom('add', 'delete'), fc.nat({ max: 400 }))
    fc.assert(
      fc.property(
        fc.array(fc.array(step, { maxLength: 40 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (turns, count) => {
          const client = testNode().connect()
          const staying = Array.from({ length: 100 }, (_, index) => `stays:${index}`)
          // Those that stay and those that go lie mixed in the keyspace.
          for (const [index, key] of staying.entries()) client.send('MSET', key, 'x', `goes:${index}`, 'x')
          const found = new Set<string>()
          let cursor = '0'
          let turn = 0
          do {
            const { next, keys } = scan(client, cursor, count)
            for (const key of keys) found.add(key)
            cursor = next
            for (const [what, index] of turns[turn++] ?? []) {
              if (what === 'add') client.send('SET', `goes:${index}`, 'x')
              else client.send('DEL', `goes:${index}`)
            }
          } while (cursor !== '0')
          expect(staying.filter((key) => !found.has(key))).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('ends although a cursor is older than the keys', () => {
    const client = testNode().connect()
    for (let key = 0; key < 50; key++) client.send('SET', `key:${key}`, 'x')
    const { next } = scan(client, '0', 10)
    client.send('FLUSHDB')
    expect(scan(client, next, 10)).toEqual({ next: '0', keys: [] })
  })
})
