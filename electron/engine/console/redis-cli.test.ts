/** Replies are laid out as redis-cli lays them out: the same reply through both, in RESP2 and RESP3. */
import { spawnSync } from 'node:child_process'
import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawText, replyText } from '../../../shared/console/render-reply'
import { splitArguments } from '../../../shared/split-arguments'
import { ReplyDecoder } from '../../simulator/resp/reply-decoder'
import { hasRealRedis, RealRedis } from '../../simulator/testing/real-redis'
import { request } from '../../simulator/testing/test-client'
import { treeOf } from './reply-tree'

const data = [
  'SET text "a \\"quoted\\" \\\\ line\\r\\n\\x00\\xff \\xc3\\xbc"',
  'RPUSH list one two three four five six seven eight nine ten',
  'HSET hash field value other ""',
  'SADD set member',
  'ZADD zset 1.5 a inf b -3 c',
  'XADD stream 1-1 name ada',
  'XADD stream 2-1 name bob city paris',
  'XGROUP CREATE stream group 0',
  'XREADGROUP GROUP group worker COUNT 1 STREAMS stream >',
]
const questions = [
  'PING',
  'GET text',
  'GET nothing',
  'INCR text',
  'NOSUCH command',
  'LRANGE list 0 -1',
  'LRANGE nothing 0 -1',
  'HGETALL hash',
  'HGETALL nothing',
  'SMEMBERS set',
  'SMEMBERS nothing',
  'ZRANGE zset 0 -1 WITHSCORES',
  'ZSCORE zset a',
  'ZSCORE zset b',
  'XRANGE stream - +',
  'XPENDING stream group',
  'XREAD STREAMS stream 0',
  'COMMAND INFO get',
  'CONFIG GET maxmemory-policy',
  'SLOWLOG GET',
  'MGET text nothing hash',
  'DEBUG PROTOCOL true',
  'DEBUG PROTOCOL false',
  'DEBUG PROTOCOL set',
  'DEBUG PROTOCOL map',
  'DEBUG PROTOCOL verbatim',
  'DEBUG PROTOCOL null',
  'DEBUG PROTOCOL double',
]

describe.runIf(hasRealRedis())('replies as redis-cli prints them', () => {
  let redis: RealRedis
  beforeAll(async () => {
    redis = await RealRedis.start('--enable-debug-command', 'yes')
    const client = await redis.connect()
    for (const line of data) client.send(request(...splitArguments(line)!))
    await client.until(() => client.received.split('\r\n').length > data.length)
    client.close()
  })
  afterAll(() => redis?.stop())

  for (const protocol of ['2', '3'] as const) {
    it.each(questions)(`%s, in RESP${protocol}`, async (line) => {
      const argv = splitArguments(line)!
      const client = await redis.connect()
      client.send(request('HELLO', protocol))
      await client.until(() => client.received.endsWith('\r\n') && client.received.length > 100)
      client.received = ''
      const decoder = new ReplyDecoder()
      client.send(request(...argv))
      let reply = decoder.next()
      for (let seen = 0; reply === undefined; reply = decoder.next()) {
        expect(await client.until(() => client.received.length > seen)).toBe(true)
        decoder.push(Buffer.from(client.received.slice(seen), 'latin1'))
        seen = client.received.length
      }
      client.close()
      const cli = (...options: string[]) =>
        spawnSync('redis-cli', ['-p', String(redis.port), `-${protocol}`, ...options, ...argv], {
          env: { ...process.env, FAKETTY: '1' },
        }).stdout.toString('latin1')
      expect(`${replyText(treeOf(reply))}\n`).toBe(cli())
      // Raw errors have an empty line behind them, of which the window has no need.
      expect(`${rawText(treeOf(reply))}\n${reply.kind === 'error' ? '\n' : ''}`).toBe(cli('--raw'))
    })
  }
})
