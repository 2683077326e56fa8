import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countReplies, repliesOf } from '../testing/conversation'
import { dump, type Ask } from '../testing/dump'
import { randomData } from '../testing/random-data'
import { hasRealRedis, RealRedis, type RawClient } from '../testing/real-redis'
import { request, testNode, type TestClient, type TestNode } from '../testing/test-client'
import { readRdb } from './read-rdb'
import { writeRdb } from './write-rdb'

const seed = Number(process.env['EVENTYARD_SEED'] ?? Date.now() % 1_000_000)
const DATABASES = 16

const start = (config: Readonly<Record<string, string>> = {}) =>
  testNode({ config: { save: '', ...config } }, Date.now() * 1000)

const askSimulated = (client: TestClient): Ask => {
  return (...argv) => Promise.resolve(client.send(...argv))
}

const askReal = (client: RawClient): Ask => {
  return async (...argv) => {
    client.received = ''
    client.send(request(...argv))
    await client.until(() => client.received.length > 0 && countReplies(client.received) === 1, 5000)
    return client.received
  }
}

const payloadOf = (reply: string): string => {
  const [bulk] = repliesOf(reply)
  if (bulk?.kind !== 'bulk') expect.fail(reply)
  return bulk.bytes
}

/** What RESTORE takes for the time to live that PEXPIRETIME tells of. */
function expiryOf(reply: string): string {
  const digits = reply.slice(1, -2)
  return digits === '-1' ? '0' : digits
}

/** Fills a server with the same keys, half of them in another database. */
async function fill(ask: Ask, from: number): Promise<void> {
  for (const [at, { commands }] of randomData(from).entries()) {
    await ask('SELECT', at % 2 === 0 ? '0' : '9')
    for (const command of commands) await ask(...command)
  }
}

function load(world: TestNode, bytes: Uint8Array): void {
  readRdb(bytes, world.node)
}

describe.skipIf(!hasRealRedis())(`an RDB file, EVENTYARD_SEED=${seed}`, () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eventyard-rdb-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    { rdbcompression: 'yes', rdbchecksum: 'yes', 'list-max-listpack-size': '-2', 'maxmemory-policy': 'noeviction' },
    { rdbcompression: 'no', rdbchecksum: 'no', 'list-max-listpack-size': '5', 'maxmemory-policy': 'allkeys-lru' },
    { rdbcompression: 'yes', rdbchecksum: 'yes', 'list-max-listpack-size': '-1', 'maxmemory-policy': 'allkeys-lfu' },
  ])('of a simulated node is loaded by redis-server and by another node ($maxmemory-policy)', async (config) => {
    const world = start(config)
    const client = world.connect()
    await fill(askSimulated(client), seed)
    const bytes = Buffer.concat(writeRdb(world.node, { 'repl-stream-db': '0', 'repl-id': 'a'.repeat(40) }))
    writeFileSync(join(folder, 'there.rdb'), bytes)
    const check = spawnSync('redis-check-rdb', [join(folder, 'there.rdb')], { encoding: 'utf8' })
    expect(check.stdout).toContain('RDB looks OK!')
    const expected = await dump(askSimulated(client), DATABASES)
    expect(expected.length).toBeGreaterThan(80)
    const other = start(config)
    load(other, bytes)
    expect(await dump(askSimulated(other.connect()), DATABASES)).toEqual(expected)
    const server = await RealRedis.start('--dir', folder, '--dbfilename', 'there.rdb')
    try {
      expect(await dump(askReal(await server.connect()), DATABASES)).toEqual(expected)
    } finally {
      await server.stop()
    }
  })

  it.each([
    ['--rdbcompression', 'yes'],
    ['--maxmemory-policy', 'allkeys-lru'],
    ['--maxmemory-policy', 'allkeys-lfu'],
  ])(
    'of redis-server is loaded by a simulated node (%s %s)',
    async (...option) => {
      const server = await RealRedis.start(...option)
      try {
        const ask = askReal(await server.connect())
        await fill(ask, seed + 1)
        expect(await ask('SAVE')).toBe('+OK\r\n')
        const expected = await dump(ask, DATABASES)
        const world = start()
        load(world, readFileSync(join(server.folder, 'dump.rdb')))
        expect(await dump(askSimulated(world.connect()), DATABASES)).toEqual(expected)
      } finally {
        await server.stop()
      }
    },
    30_000,
  )
})

describe.skipIf(!hasRealRedis())(`the payload of DUMP, EVENTYARD_SEED=${seed}`, () => {
  let server: RealRedis
  let ask: Ask
  beforeAll(async () => {
    server = await RealRedis.start()
    ask = askReal(await server.connect())
  })
  afterAll(() => server.stop())

  it('is the same as that of redis-server where Redis has one way only, and is restored there', async () => {
    const here = askSimulated(start().connect())
    let fixed = 0
    for (const { key, commands, isFixed } of randomData(seed + 2)) {
      await ask('FLUSHALL')
      for (const command of commands) {
        expect([key, command, await here(...command)]).toEqual([key, command, await ask(...command)])
      }
      const [ours, theirs] = [payloadOf(await here('DUMP', key)), payloadOf(await ask('DUMP', key))]
      if (isFixed) expect([key, ours]).toEqual([key, theirs])
      fixed += isFixed ? 1 : 0
      const before = await dump(here, 1)
      await ask('FLUSHALL')
      const at = expiryOf(await here('PEXPIRETIME', key))
      expect([key, await ask('RESTORE', key, at, ours, 'ABSTTL')]).toEqual([key, '+OK\r\n'])
      expect(await dump(ask, 1)).toEqual(before)
      await here('FLUSHALL')
    }
    expect(fixed).toBeGreaterThan(40)
  }, 60_000)

  it('of redis-server is restored by a simulated node', async () => {
    const world = start()
    const here = askSimulated(world.connect())
    await ask('FLUSHALL')
    for (const { key, commands } of randomData(seed + 3)) {
      for (const command of commands) await ask(...command)
      const at = expiryOf(await ask('PEXPIRETIME', key))
      expect([key, await here('RESTORE', key, at, payloadOf(await ask('DUMP', key)), 'ABSTTL')]).toEqual([
        key,
        '+OK\r\n',
      ])
    }
    expect(await dump(here, 1)).toEqual(await dump(ask, 1))
  }, 60_000)
})
