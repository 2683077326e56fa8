/** ioredis as a subscriber: channels, patterns, sharded channels, keyspace notifications, invalidations. */
import type { Place } from '../client-program'
import { connect, nextFew, refusal } from './clients'

export async function channelsAndPatterns(place: Place): Promise<unknown> {
  // Sharded channels on a connection of their own: Redis counts them apart, which ioredis does not expect in RESP2.
  const [subscriber, sharded, publisher] = [connect(place), connect(place), connect(place)]
  const counts = [
    await subscriber.subscribe('news', 'sport'),
    await subscriber.psubscribe('n*', 'weather.?'),
    await sharded.ssubscribe('shard'),
  ]
  const log: unknown[] = []
  subscriber.on('message', (...values: unknown[]) => log.push(['message', ...values]))
  subscriber.on('pmessage', (...values: unknown[]) => log.push(['pmessage', ...values]))
  const inShard = nextFew(sharded, 'smessage', 1)
  const last = nextFew(subscriber, 'message', 3)
  const receivers = [
    await publisher.publish('news', 'one'),
    await publisher.publish('weather.1', 'rain'),
    await publisher.publish('nobody', 'listens'),
    await publisher.spublish('shard', 'two'),
    await publisher.publish('sport', 'three'),
  ]
  const known = [
    await publisher.pubsub('CHANNELS'),
    await publisher.pubsub('NUMSUB', 'news', 'nobody'),
    await publisher.pubsub('NUMPAT'),
    await publisher.pubsub('SHARDCHANNELS'),
  ]
  const subscribedMode = await refusal(subscriber.get('key'))
  const pong = await subscriber.ping('still there?')
  counts.push(await subscriber.unsubscribe('news'), await subscriber.punsubscribe('n*', 'weather.?'))
  counts.push(await sharded.sunsubscribe('shard'))
  receivers.push(await publisher.publish('news', 'missed'), await publisher.publish('sport', 'last'))
  await last
  counts.push(await subscriber.unsubscribe())
  const freed = [await subscriber.get('key'), await sharded.get('key')]
  await Promise.all([subscriber, sharded, publisher].map((redis) => redis.quit()))
  return [
    counts,
    log,
    await inShard,
    receivers,
    (known as unknown[][]).map((one) => [one].flat().sort()),
    subscribedMode,
    pong,
    freed,
  ]
}

/** What a key goes through is told in its order, expiry included. */
export async function keyspaceNotifications(place: Place): Promise<unknown> {
  const [subscriber, redis] = [connect(place), connect(place)]
  await redis.config('SET', 'notify-keyspace-events', 'KEA')
  await subscriber.psubscribe('__key*@0__:*')
  const heard: unknown[] = []
  const expired = new Promise<void>((resolve) => {
    subscriber.on('pmessage', (_, channel: string, message: string) => {
      heard.push([channel, message])
      if (channel === '__keyevent@0__:expired' && message === 'long') resolve()
    })
  })
  await redis.set('long', 'x', 'PX', 300)
  await redis.set('short', 'x', 'PX', 50)
  await redis.multi().rpush('list', 'a').lpop('list').hset('hash', 'f', 'v').rename('hash', 'other').exec()
  await redis.eval("redis.call('SADD', 's', 'm') redis.call('SMOVE', 's', 't', 'm')", 0)
  await expired
  await redis.config('SET', 'notify-keyspace-events', '')
  await Promise.all([subscriber.quit(), redis.quit()])
  return heard
}

/** Client side caching over a second connection, as RESP2 has it and RESP3 allows. */
export async function tracking(place: Place): Promise<unknown> {
  const [listener, reader, writer] = [connect({ ...place, protocol: 2 }), connect(place), connect(place)]
  await listener.subscribe('__redis__:invalidate')
  const id = /id=(\d+)/.exec(
    ((await writer.client('LIST', 'TYPE', 'PUBSUB')) as string).split('\n').find((line) => line.includes('sub=1'))!,
  )![1]!
  const on = await reader.client('TRACKING', 'ON', 'REDIRECT', id)
  await reader.get('watched')
  const invalidated = nextFew(listener, 'message', 1)
  await writer.set('watched', 'changed')
  await writer.set('unwatched', 'changed')
  const first = await invalidated
  await reader.client('TRACKING', 'OFF')
  await reader.client('TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', 'user:')
  const broadcast = nextFew(listener, 'message', 1)
  await writer.mset('user:1', 'a', 'other', 'b')
  const second = await broadcast
  await Promise.all([listener, reader, writer].map((redis) => redis.quit()))
  return [on, first, second]
}
