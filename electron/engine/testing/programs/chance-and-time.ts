/** Programs that would differ from run to run with chance and time that are not the world's. */
import { randomUUID } from 'node:crypto'
import type { Place } from '../client-program'
import { connect, untilBlocked } from './clients'

/** All commands of a node that draw lots, and scripts that do. */
export async function chance(place: Place): Promise<unknown> {
  const redis = connect(place)
  const members = Array.from({ length: 300 }, (_, number) => `member ${number}`)
  await redis.sadd('set', members)
  await redis.zadd('zset', ...members.flatMap((member, score) => [String(score), member]))
  await redis.hset('hash', ...members.flatMap((member) => [member, 'x']))
  await redis.mset(...members.flatMap((member) => [`key of ${member}`, 'x']))
  const drawn = await redis
    .pipeline()
    .srandmember('set', 20)
    .srandmember('set', -20)
    .spop('set', 20)
    .call('HRANDFIELD', 'hash', '20', 'WITHVALUES')
    .call('ZRANDMEMBER', 'zset', '-20')
    .randomkey()
    .randomkey()
    .eval('return {tostring(math.random()), math.random(1000), math.random(5, 6)}', 0)
    .eval("math.randomseed(ARGV[1]) return {math.random(1000), redis.call('SPOP', 'set')}", 0, '42')
    .eval("return {tostring({}), redis.call('TIME'), redis.call('RANDOMKEY')}", 0)
    .smembers('set')
    .scan(0, 'COUNT', '50')
    .config('SET', 'maxmemory-policy', 'allkeys-random')
    .config('SET', 'maxmemory', '1mb')
    .exec()
  // Whom eviction hits is chance, too.
  for (let number = 0; number < 30; number++) await redis.set(`large ${number}`, 'x'.repeat(60_000)).catch(() => null)
  const left = (await redis.keys('*')).sort()
  await redis.quit()
  return [drawn?.map(([error, value]) => (error ? String(error) : value)), left, Math.random(), randomUUID()]
}

/** Expiry, time-outs and timers that lie close together: who hears of what, in which order and when. */
export async function time(place: Place): Promise<unknown> {
  const startedMs = Date.now()
  const [feeder, listener, ...waiting] = Array.from({ length: 6 }, () => connect(place)) as [
    ReturnType<typeof connect>,
    ...ReturnType<typeof connect>[],
  ]
  const log: unknown[] = []
  const note = (...what: unknown[]) => log.push([Date.now() - startedMs, ...what])
  await feeder.config('SET', 'notify-keyspace-events', 'KEA')
  await listener!.psubscribe('__keyevent@0__:*')
  listener!.on('pmessage', (_, channel: string, key: string) => note(channel.split(':')[1], key))
  await feeder.multi().set('a', 'x', 'PX', 35).set('b', 'x', 'PX', 240).hset('c', 'f', 'v').pexpire('c', 120).exec()
  const blocked = waiting.map(async (redis, index) => {
    note(`waiter ${index}`, await redis.blpop('list', `other ${index}`, 0.05 + index * 0.13))
  })
  await untilBlocked(feeder, waiting.length)
  const timer = setInterval(() => feeder.rpush('list', `at ${Date.now() - startedMs}`), 90)
  await Promise.all(blocked)
  await new Promise((resolve) => setTimeout(resolve, 300))
  clearInterval(timer)
  note('left', await feeder.lrange('list', 0, -1), await feeder.keys('*'))
  await Promise.all([feeder, listener!, ...waiting].map((redis) => redis.quit()))
  return log
}
