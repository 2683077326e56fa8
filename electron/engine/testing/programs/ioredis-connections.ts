/** ioredis when connections come and go: CLIENT KILL, the offline queue, resubscription, retries, time-outs. */
import type { Place } from '../client-program'
import { connect, nextFew, refusal, untilBlocked } from './clients'

/** A killed client connects again, sends what waited and hears of its channels as before. */
export async function reconnecting(place: Place): Promise<unknown> {
  const [redis, subscriber, admin] = [
    connect(place, { connectionName: 'victim', retryStrategy: () => 20 }),
    connect(place, { connectionName: 'listener', retryStrategy: () => 20 }),
    connect(place),
  ]
  const log: string[] = []
  for (const status of ['close', 'reconnecting', 'ready']) redis.on(status, () => log.push(status))
  await redis.select(3)
  await subscriber.subscribe('news')
  await subscriber.psubscribe('w*')
  const idOf = async (name: string) =>
    new RegExp(`id=(\\d+)[^\n]*name=${name} `).exec((await admin.client('LIST')) as string)![1]!

  const closed = nextFew(redis, 'close', 1)
  const killed = await admin.client('KILL', 'ID', await idOf('victim'))
  await closed
  const queued = [redis.set('key', 'from the queue'), redis.get('key'), redis.client('GETNAME')]
  const sent = await Promise.all(queued)
  const inThree = await admin.select(3).then(() => admin.get('key'))

  const resubscribed = nextFew(subscriber, 'ready', 1)
  await admin.client('KILL', 'TYPE', 'PUBSUB')
  await resubscribed
  while ((await admin.publish('news', 'again')) === 0);
  while ((await admin.publish('weather', 'rain')) === 0);

  const blocked = redis.blpop('later', 0)
  await untilBlocked(admin, 1)
  await admin.client('KILL', 'ID', await idOf('victim'))
  await nextFew(redis, 'ready', 1)
  await untilBlocked(admin, 1)
  await admin.rpush('later', 'after all')
  const served = await blocked
  const outcome = [killed, sent, inThree, served, [...log]]
  await Promise.all([redis, subscriber, admin].map((client) => client.quit()))
  return outcome
}

export async function refusals(place: Place): Promise<unknown> {
  const lazy = connect(place, { lazyConnect: true })
  const states: string[] = [lazy.status]
  await lazy.connect()
  states.push(lazy.status, await refusal(lazy.connect()))
  lazy.disconnect()
  await nextFew(lazy, 'end', 1)
  states.push(lazy.status, await refusal(lazy.get('key')))

  // The discard port: nobody listens there.
  const nowhere = connect({ ...place, port: 9 }, { maxRetriesPerRequest: 2, retryStrategy: () => 5 })
  const errors: string[] = []
  nowhere.on('error', (error: NodeJS.ErrnoException) => errors.push(`${error.syscall} ${error.code}`))
  states.push(await refusal(nowhere.get('key')))
  nowhere.disconnect()

  const strict = connect(place, { enableOfflineQueue: false, lazyConnect: true })
  states.push(await refusal(strict.get('key')))
  await nextFew(strict, 'ready', 1)
  states.push(String(await strict.get('key')))

  const impatient = connect(place, { commandTimeout: 40 })
  states.push(await refusal(impatient.blpop('nothing', 0)))
  impatient.disconnect()
  const denied = connect({ ...place }, { password: 'wrong', username: 'nobody', retryStrategy: null })
  const [[error]] = (await nextFew(denied, 'error', 1)) as [[Error]]
  states.push(String(error))
  denied.disconnect()
  await strict.quit()
  return [states, errors]
}
