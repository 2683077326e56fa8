/**
 * Jobs a second of wall time from one producer to one consumer, by a list (LPUSH, BRPOP) and by a stream with a group
 * (XADD, XREADGROUP of ten, XACK of each): actors in a world at full speed, until the job is acknowledged in the trace,
 * beside the same two ioredis clients on redis-server.
 *
 *   npm run bench -- queue-throughput [JOBS] [RUNS]     20000 and 5 unless given
 */
import { Redis } from 'ioredis'
import { buildEngine, playPair } from './lib/actor-pair'
import { compareInTurn } from './lib/figures'
import { startReal } from './lib/servers.mjs'

const PORT = 7394
/** As many as the world's producer has on their way at its rate. */
const UNDER_WAY = 2
const ENTRIES = 10

type Kind = 'list' | 'stream'

export async function run([jobs = '20000', runs = '5']: readonly string[]): Promise<void> {
  buildEngine()
  const count = Number(jobs)
  const server = await startReal(PORT)
  try {
    for (const kind of ['list', 'stream'] as const) {
      const { ours, theirs, ratio } = await compareInTurn(
        Number(runs),
        () => embedded(kind, count),
        () => plain(kind, count),
      )
      console.log(
        `${kind.padEnd(6)}  embedded, traced ${ours.toFixed(0)} jobs/s, ` +
          `ioredis on redis-server ${theirs.toFixed(0)} jobs/s, ratio ${ratio.toFixed(2)}`,
      )
    }
  } finally {
    await server.stop()
  }
}

async function embedded(kind: Kind, count: number): Promise<number> {
  const queue = kind === 'list' ? 'list: orders' : 'stream: orders'
  const group = kind === 'list' ? '' : `, group: packers, batch: ${ENTRIES}`
  const wallMs = await playPair(
    `
eventyard: 1
name: One producer, one consumer
deployment: { topology: standalone }
actors:
  shop: { role: producer, ${queue}, rate: 2000/s, times: ${count} }
  packer: { role: consumer, ${queue}${group} }
steps:
  - start: packer
  - after: 1s
  - start: shop
  - until: acknowledged(packer) = ${count}
    within: 1h
expect: { sent(orders): ${count}, acknowledged(packer): ${count}, lost: 0, handled_twice: 0 }
`,
    'embedded',
  )
  return (count * 1000) / wallMs
}

async function plain(kind: Kind, count: number): Promise<number> {
  const options = { port: PORT, host: '127.0.0.1' }
  const [shop, packer] = [new Redis(options), new Redis(options)]
  await shop.flushall()
  if (kind === 'stream') await shop.xgroup('CREATE', 'orders', 'packers', '$', 'MKSTREAM')
  let sent = 0
  const produce = async () => {
    while (sent < count) {
      const job = `order ${++sent}`
      await (kind === 'list' ? shop.lpush('orders', job) : shop.xadd('orders', '*', 'payload', job))
    }
  }
  const startedAt = performance.now()
  await Promise.all([consume(kind, packer, count), ...Array.from({ length: UNDER_WAY }, produce)])
  const wallMs = performance.now() - startedAt
  shop.disconnect()
  packer.disconnect()
  return (count * 1000) / wallMs
}

async function consume(kind: Kind, packer: Redis, count: number): Promise<void> {
  for (let done = 0; done < count;) {
    if (kind === 'list') {
      if (await packer.brpop('orders', 0)) done++
      continue
    }
    const reply = await packer.xreadgroup(
      ...(['GROUP', 'packers', 'packer', 'COUNT', ENTRIES, 'BLOCK', 0, 'STREAMS', 'orders', '>'] as const),
    )
    const [[, entries]] = reply as [[string, [string, string[]][]]]
    for (const [id] of entries) done += await packer.xack('orders', 'packers', id)
  }
}
