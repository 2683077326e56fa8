/** ioredis's ways to send commands: pipelines, transactions, scripts, scans. */
import type { Redis } from 'ioredis'
import type { Place } from '../client-program'
import { connect, refusal } from './clients'

export async function pipelines(place: Place): Promise<unknown> {
  const redis = connect(place)
  const mixed = await redis
    .pipeline()
    .set('text', 'value')
    .incr('text')
    .hset('hash', 'one', '1', 'two', '2')
    .hgetall('hash')
    .zadd('zset', '1.5', 'a', '3', 'b')
    .zrange('zset', '0', '-1', 'WITHSCORES')
    .zscore('zset', 'a')
    .lrange('nothing', 0, -1)
    .get('nothing')
    .sadd('set', 'only')
    .smembers('set')
    .call('NOSUCH', 'command')
    .getBuffer('text')
    .exec()
  const many = redis.pipeline()
  for (let number = 0; number < 5000; number++) many.incr('count')
  const counted = await many.exec()
  await redis.quit()
  return [mixed?.map(told), counted?.length, counted?.at(-1)]
}

export async function autoPipelining(place: Place): Promise<unknown> {
  const redis = connect(place, { enableAutoPipelining: true })
  await redis.set('before', '1')
  const answers = await Promise.all([
    redis.incr('before'),
    refusal(redis.hget('before', 'field')),
    redis.set('after', 'x'),
    redis.get('after'),
    ...Array.from({ length: 100 }, () => redis.incr('counter')),
  ])
  await redis.quit()
  return answers
}

export async function transactions(place: Place): Promise<unknown> {
  const [redis, other] = [connect(place), connect(place)]
  const done = await redis.multi().set('a', '1').incr('a').incr('nothing').rpush('a', 'wrong').exec()
  await redis.watch('a')
  await other.set('a', 'changed')
  const conflict = await redis.multi().set('a', 'mine').exec()
  await redis.watch('a')
  const alone = await redis.multi().append('a', '!').exec()
  const refused = await refusal(redis.multi().set('a', 'b').call('NOSUCH', 'command').exec())
  const inline = [await redis.multi({ pipeline: false }), await redis.set('b', '1'), await redis.discard()]
  const after = await redis.mget('a', 'b', 'nothing')
  await Promise.all([redis.quit(), other.quit()])
  return [done?.map(told), conflict, alone, refused, inline, after]
}

export async function scripts(place: Place): Promise<unknown> {
  const redis = connect(place, {
    scripts: { take: { numberOfKeys: 1, lua: "local n = redis.call('DECRBY', KEYS[1], ARGV[1]) return {n, ARGV[1]}" } },
  }) as Redis & {
    take(key: string, count: number): Promise<unknown>
    answer(...words: (string | number)[]): Promise<unknown>
  }
  redis.defineCommand('answer', { lua: "return {KEYS[1], KEYS[2], ARGV[1], {1, {2, 'three'}}, false, 3.9}" })
  const first = await redis.take('stock', 3)
  await redis.script('FLUSH')
  const afterFlush = await redis.take('stock', 4)
  const piped = await redis.pipeline().set('stock', '100').eval('return KEYS[1]', 1, 'k').exec()
  const answered = await redis.answer(2, 'k1', 'k2', 'a1')
  const sha = (await redis.script('LOAD', 'return redis.sha1hex(ARGV[1])')) as string
  const hex = await redis.evalsha(sha, 0, 'text')
  const exists = await redis.script('EXISTS', sha, '0'.repeat(40))
  const refused = [
    await refusal(redis.evalsha('0'.repeat(40), 0)),
    await refusal(redis.eval("return redis.error_reply('CUSTOM went wrong')", 0)),
    await refusal(redis.eval("redis.call('LPUSH', KEYS[1], 'x')", 1, 'stock')),
  ]
  await redis.quit()
  return [first, afterFlush, piped, answered, sha, hex, exists, refused]
}

export async function scans(place: Place): Promise<unknown> {
  const redis = connect(place)
  const keys = Array.from({ length: 1000 }, (_, number) => `key:${number}`)
  await redis.mset(...keys.flatMap((key) => [key, 'x']))
  await redis.hset('hash', ...keys.flatMap((key) => [key, 'y']))
  const seen = new Set<string>()
  for await (const batch of redis.scanStream({ match: 'key:*', count: 100 })) for (const key of batch) seen.add(key)
  const fields = new Set<string>()
  for await (const batch of redis.hscanStream('hash', { match: '*9' })) for (const field of batch) fields.add(field)
  await redis.quit()
  return [seen.size, keys.every((key) => seen.has(key)), [...fields].filter((field) => field !== 'y').sort()]
}

/** Errors have no JSON of their own. */
function told([error, value]: [Error | null, unknown]): unknown {
  return error ? String(error) : Buffer.isBuffer(value) ? { buffer: value.toString('hex') } : value
}
