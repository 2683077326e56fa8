/**
 * Messages a second of wall time from one publisher to one subscriber: actors in a world at full speed, from the publish
 * to `message.delivered` in the trace, beside the same two ioredis clients on redis-server. The world's publisher has
 * some twelve messages on their way at once (10,000 a second, 1.2 ms there and back), so the other one has twelve too.
 *
 *   npm run bench -- pubsub-throughput [MESSAGES] [RUNS]     100000 and 5 unless given
 */
import { Redis } from 'ioredis'
import { buildEngine, playPair, pubsubPair } from './lib/actor-pair'
import { compareInTurn } from './lib/figures'
import { startReal } from './lib/servers.mjs'

const PORT = 7393
const UNDER_WAY = 12

export async function run([messages = '100000', runs = '5']: readonly string[]): Promise<void> {
  buildEngine()
  const count = Number(messages)
  const server = await startReal(PORT)
  try {
    const { ours, theirs, ratio } = await compareInTurn(
      Number(runs),
      () => embedded(count),
      () => plain(count),
    )
    console.log(`embedded, traced        ${ours.toFixed(0)} messages/s`)
    console.log(`ioredis, redis-server   ${theirs.toFixed(0)} messages/s`)
    console.log(`ratio                   ${ratio.toFixed(2)}`)
  } finally {
    await server.stop()
  }
}

async function embedded(count: number): Promise<number> {
  const wallMs = await playPair(pubsubPair(10_000, count), 'embedded')
  return (count * 1000) / wallMs
}

async function plain(count: number): Promise<number> {
  const options = { port: PORT, host: '127.0.0.1' }
  const [press, ana] = [new Redis(options), new Redis(options)]
  await ana.subscribe('news')
  let delivered = 0
  const done = new Promise<void>((resolve) => {
    ana.on('message', () => {
      if (++delivered === count) resolve()
    })
  })
  let sent = 0
  const publish = async () => {
    while (sent < count) await press.publish('news', `message ${++sent}`)
  }
  const startedAt = performance.now()
  await Promise.all([done, ...Array.from({ length: UNDER_WAY }, publish)])
  const wallMs = performance.now() - startedAt
  press.disconnect()
  ana.disconnect()
  return (count * 1000) / wallMs
}
