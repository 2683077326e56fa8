import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventyard, serve, type Served } from './testing/command-line'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'eventyard-serve-')), 'made', 'for-it')
})
afterEach(() => rmSync(join(folder, '..', '..'), { recursive: true, force: true }))

const connect = (served: Served) => new Redis({ port: served.port, host: '127.0.0.1', retryStrategy: () => null })
const inFolder = (name: string) => join(folder, 'appendonlydir', name)

describe('eventyard serve --aof', () => {
  it('has all that was acknowledged after kill -9, a rewrite included', async () => {
    const first = await serve('--aof', folder)
    const client = connect(first)
    client.on('error', () => undefined)
    await client.config('SET', 'appendfsync', 'always')
    let acknowledged = 0
    for (; acknowledged < 200; acknowledged++) await client.rpush('log', acknowledged)
    await client.set('token', 'x', 'EX', 1000)
    await client.bgrewriteaof()
    const counting = (async () => {
      for (;;) acknowledged = await client.rpush('log', acknowledged)
    })()
    await expect.poll(() => client.info('persistence')).toContain('aof_rewrite_in_progress:0')
    await Promise.all([first.stop('SIGKILL'), counting.catch(() => undefined)])
    expect(readFileSync(inFolder('appendonly.aof.manifest'), 'utf8')).toContain('appendonly.aof.2.base.rdb')

    const second = await serve('--aof', folder)
    const reader = connect(second)
    const length = await reader.llen('log')
    expect(length).toBeGreaterThan(200)
    expect(length === acknowledged || length === acknowledged + 1).toBe(true)
    expect(await reader.ttl('token')).toBeGreaterThan(900)
    expect(await reader.ttl('token')).toBeLessThanOrEqual(1000)
    reader.disconnect()
    expect(await second.stop()).toBe(0)
  })

  it('keeps what came last when it is ended by SIGTERM', async () => {
    const first = await serve('--aof', folder)
    const client = connect(first)
    await client.mset('a', '1', 'b', '2')
    client.disconnect()
    expect(await first.stop()).toBe(0)
    expect(readdirSync(join(folder, 'appendonlydir'))).toHaveLength(3)
    appendFileSync(inFolder('appendonly.aof.1.incr.aof'), '*3\r\n$3\r\nSET')
    const second = await serve('--aof', folder)
    const reader = connect(second)
    expect(await reader.mget('a', 'b')).toEqual(['1', '2'])
    reader.disconnect()
    await second.stop()
  })

  it('says what is wrong with a folder or a file, and where', async () => {
    const first = await serve('--aof', folder)
    await first.stop()
    writeFileSync(inFolder('appendonly.aof.1.incr.aof'), '*1\r\n$4\r\nPING\r\nrubbish')
    const corrupt = await eventyard('serve', '--port', '0', '--aof', folder)
    expect(corrupt.code).toBe(2)
    expect(corrupt.stderr).toMatch(/^eventyard: .*appendonly\.aof\.1\.incr\.aof: no command at byte 14: /)
    expect(corrupt.stderr).toContain('redis-check-aof --fix')
    const file = inFolder('appendonly.aof.manifest')
    const noFolder = await eventyard('serve', '--port', '0', '--aof', file)
    expect(noFolder.code).toBe(2)
    expect(noFolder.stderr).toContain(`eventyard: Cannot keep the AOF in ${file}: Not a directory.`)
    expect((await eventyard('serve', '--aof')).stderr).toContain('--aof needs a value')
  })
})
