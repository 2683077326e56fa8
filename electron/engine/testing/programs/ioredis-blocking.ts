/** ioredis in blocking commands: lists, sorted sets and the streams of consumer groups. */
import type { Place } from '../client-program'
import { connect, refusal, untilBlocked } from './clients'

/**
 * Who waits longest is served first; whom nobody serves gives up in the order of the time-outs. These lie further apart
 * than the 100 ms in which an idle server looks around.
 */
export async function blockingLists(place: Place): Promise<unknown> {
  const feeder = connect(place)
  const waiting = [1, 2, 3].map(() => connect(place))
  const log: unknown[] = []
  const note = (who: string) => (value: unknown) => log.push([who, value])
  const blocked: Promise<unknown>[] = []
  for (const [index, redis] of waiting.entries()) {
    blocked.push(redis.blpop('first', 'second', 0))
    await untilBlocked(feeder, index + 1)
  }
  await feeder.rpush('second', 'x', 'y')
  await feeder.multi().rpush('second', 'late').rpush('first', 'early').exec()
  log.push(...(await Promise.all(blocked)))
  const [one, two, three] = waiting as [(typeof waiting)[0], (typeof waiting)[0], (typeof waiting)[0]]
  const left = await feeder.lrange('second', 0, -1)
  await Promise.all([
    one.blpop('nothing', 0.45).then(note('450 ms')),
    two.brpop('nothing', 0.05).then(note('50 ms')),
    three.bzpopmin('nothing', 0.25).then(note('250 ms')),
  ])
  const moved = one.blmove('source', 'target', 'LEFT', 'RIGHT', 0)
  await untilBlocked(feeder, 1)
  const chained = two.blpop('target', 0)
  await untilBlocked(feeder, 2)
  await feeder.lpush('source', 'carried')
  log.push(await moved, await chained)
  const unblocked = refusal(three.blpop('nothing', 0))
  await untilBlocked(feeder, 1)
  const id = /id=(\d+)[^\n]* flags=b /.exec((await feeder.client('LIST')) as string)![1]!
  const answer = await feeder.client('UNBLOCK', id, 'ERROR')
  log.push(answer, await unblocked)
  await Promise.all([feeder, ...waiting].map((redis) => redis.quit()))
  return [log, left]
}

export async function consumerGroups(place: Place): Promise<unknown> {
  const [producer, ada, bob] = [connect(place), connect(place), connect(place)]
  await producer.xgroup('CREATE', 'orders', 'shop', '$', 'MKSTREAM')
  const read = (redis: typeof ada, name: string) =>
    redis.xreadgroup('GROUP', 'shop', name, 'COUNT', 2, 'BLOCK', 0, 'STREAMS', 'orders', '>')
  const first = read(ada, 'ada')
  await untilBlocked(producer, 1)
  const second = read(bob, 'bob')
  await untilBlocked(producer, 2)
  for (let number = 1; number <= 5; number++) await producer.xadd('orders', `${number}-1`, 'order', `${number}`)
  const got = [await first, await second, await read(ada, 'ada')]
  const rest = await read(bob, 'bob')
  const nothing = await bob.xreadgroup('GROUP', 'shop', 'bob', 'BLOCK', 50, 'STREAMS', 'orders', '>')
  const acknowledged = await ada.xack('orders', 'shop', '1-1')
  const summary = await producer.xpending('orders', 'shop')
  const details = (await producer.xpending('orders', 'shop', '-', '+', 10)) as [string, string, number, number][]
  const claimed = await bob.xautoclaim('orders', 'shop', 'bob', 0, '0', 'COUNT', 2)
  const own = await bob.xreadgroup('GROUP', 'shop', 'bob', 'STREAMS', 'orders', '0')
  const after = (await producer.xpending('orders', 'shop', '-', '+', 10)) as [string, string, number, number][]
  await producer.xdel('orders', '2-1')
  const deleted = await ada.xautoclaim('orders', 'shop', 'ada', 0, '0')
  const info = await producer.xinfo('GROUPS', 'orders')
  const destroyed = refusal(read(ada, 'ada'))
  await untilBlocked(producer, 1)
  await producer.xgroup('DESTROY', 'orders', 'shop')
  const end = await destroyed
  await Promise.all([producer, ada, bob].map((redis) => redis.quit()))
  const timeless = (rows: typeof details) => rows.map(([id, consumer, , deliveries]) => [id, consumer, deliveries])
  return [
    got,
    rest,
    nothing,
    acknowledged,
    summary,
    timeless(details),
    claimed,
    own,
    timeless(after),
    deleted,
    info,
    end,
  ]
}
