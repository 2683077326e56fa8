/** JavaScript, for ioredis and for node-redis: the same commands, spelt differently. */
import { processingOf, quote, type QueueSpec, type Language } from './snippets'

type NodeClient = Extract<Language, 'ioredis' | 'node-redis'>

const openings: Readonly<Record<NodeClient, string>> = {
  ioredis: `import { Redis } from 'ioredis'

const redis = new Redis()`,
  'node-redis': `import { createClient } from 'redis'

const redis = await createClient().on('error', console.error).connect()`,
}

export function nodeProducer(client: NodeClient, spec: QueueSpec): string {
  const put = putOf(client, spec)
  if (!spec.isSound) return `${openings[client]}\n\n${put} // not awaited: a failure is noticed by nobody`
  return `${openings[client]}

try {
  await ${put}
} catch (error) {
  // Nobody knows whether it was added: try again with the same id, and let consumers skip what they know.
  console.error('not confirmed', id, error)
}`
}

function putOf(client: NodeClient, { queue, key }: QueueSpec): string {
  const at = quote(key)
  const isIo = client === 'ioredis'
  switch (queue) {
    case 'stream':
      return isIo ? `redis.xadd(${at}, '*', 'id', id, 'body', body)` : `redis.xAdd(${at}, '*', { id, body })`
    case 'list':
      return `redis.${isIo ? 'lpush' : 'lPush'}(${at}, JSON.stringify({ id, body }))`
    case 'delayed':
    case 'priority': {
      const score = queue === 'delayed' ? 'Date.now() + delayMs' : 'priority'
      const value = 'JSON.stringify({ id, body })'
      return isIo ? `redis.zadd(${at}, ${score}, ${value})` : `redis.zAdd(${at}, { score: ${score}, value: ${value} })`
    }
  }
}

export function nodeConsumer(client: NodeClient, spec: QueueSpec): string {
  if (spec.queue === 'stream') return client === 'ioredis' ? ioStream(spec) : nodeStream(spec)
  if (spec.queue === 'list' && spec.isSound) return reliable(client, spec)
  return popping(client, spec)
}

function popping(client: NodeClient, { queue, key }: QueueSpec): string {
  const at = quote(key)
  const isIo = client === 'ioredis'
  const isList = queue === 'list'
  const io = isList ? `redis.brpop(${at}, 5)` : `redis.bzpopmin(${at}, 5)`
  const node = isList ? `redis.brPop(${at}, 5)` : `redis.bzPopMin(${at}, 5)`
  const element = isIo ? 'popped[1]' : isList ? 'popped.element' : 'popped.value'
  return `${openings[client]}

for (;;) {
  const popped = await ${isIo ? io : node}
  if (!popped) continue
  // From here on only this process knows of the job: if it dies, the job is lost.
  await work(JSON.parse(${element}))
}`
}

function reliable(client: NodeClient, spec: QueueSpec): string {
  const [from, own] = [quote(spec.key), quote(processingOf(spec))]
  const isIo = client === 'ioredis'
  const move = isIo
    ? `redis.blmove(${from}, ${own}, 'RIGHT', 'LEFT', 5)`
    : `redis.blMove(${from}, ${own}, 'RIGHT', 'LEFT', 5)`
  return `${openings[client]}

for (;;) {
  // The server keeps the job in a list of this consumer's own until its work is done.
  const element = await ${move}
  if (!element) continue
  try {
    await work(JSON.parse(element))
    await redis.${isIo ? 'lrem' : 'lRem'}(${own}, 1, element)
  } catch (error) {
    console.error('stays in', ${own}, error) // for a reclaimer to put back
  }
}`
}

function ioStream({ key, group, name, isSound }: QueueSpec): string {
  const [at, by, me] = [quote(key), quote(group), quote(name)]
  const read = `await redis.xreadgroup('GROUP', ${by}, ${me}, 'COUNT', 10, 'BLOCK', 5000, 'STREAMS', ${at}, '>')`
  if (!isSound) {
    return `${openings.ioredis}

for (;;) {
  const [[, entries]] = ${read} ?? [[null, []]]
  for (const [entryId, fields] of entries) {
    await redis.xack(${at}, ${by}, entryId) // before the work: if it fails, nobody tries again
    await work(fields)
  }
}`
  }
  return `${openings.ioredis}

await redis.xgroup('CREATE', ${at}, ${by}, '0', 'MKSTREAM').catch((error) => {
  if (!error.message.startsWith('BUSYGROUP')) throw error
})
for (;;) {
  // What others left behind comes first, then what is new.
  const [, claimed] = await redis.xautoclaim(${at}, ${by}, ${me}, 5000, '0-0', 'COUNT', 10)
  const [[, fresh]] = ${read} ?? [[null, []]]
  for (const [entryId, fields] of [...claimed, ...fresh]) {
    try {
      await work(fields) // may run twice: make it so that twice does no harm
      await redis.xack(${at}, ${by}, entryId)
    } catch (error) {
      console.error('stays pending', entryId, error)
    }
  }
}`
}

function nodeStream({ key, group, name, isSound }: QueueSpec): string {
  const [at, by, me] = [quote(key), quote(group), quote(name)]
  const read = `await redis.xReadGroup(${by}, ${me}, { key: ${at}, id: '>' }, { COUNT: 10, BLOCK: 5000 })`
  if (!isSound) {
    return `${openings['node-redis']}

for (;;) {
  const [stream] = ${read} ?? []
  for (const { id, message } of stream?.messages ?? []) {
    await redis.xAck(${at}, ${by}, id) // before the work: if it fails, nobody tries again
    await work(message)
  }
}`
  }
  return `${openings['node-redis']}

await redis.xGroupCreate(${at}, ${by}, '0', { MKSTREAM: true }).catch((error) => {
  if (!error.message.startsWith('BUSYGROUP')) throw error
})
for (;;) {
  // What others left behind comes first, then what is new.
  const claimed = await redis.xAutoClaim(${at}, ${by}, ${me}, 5000, '0-0', { COUNT: 10 })
  const [stream] = ${read} ?? []
  for (const entry of [...claimed.messages, ...(stream?.messages ?? [])]) {
    if (!entry) continue
    try {
      await work(entry.message) // may run twice: make it so that twice does no harm
      await redis.xAck(${at}, ${by}, entry.id)
    } catch (error) {
      console.error('stays pending', entry.id, error)
    }
  }
}`
}
