/**
 * How long a message takes from its publisher to its subscriber, at a steady rate: two plain ioredis clients on
 * redis-server and on a served simulated node, two actors on a local redis-server, and two in a world that runs at the
 * speed of real time. There the trace counts from where the node publishes it, and the way takes the 0.3 to 0.9 ms that
 * the world says. Below the last two stands how late the window hears of it: the trace comes in batches.
 *
 *   npm run bench -- pubsub-latency [RATE] [SECONDS]     1000 a second and 5 unless given
 */
import { Redis } from 'ioredis'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildEngine, playPair, pubsubPair } from './lib/actor-pair'
import { quantile } from './lib/figures'
import { startReal, startSimulated } from './lib/servers.mjs'

const PORT = 7395

export async function run([rate = '1000', seconds = '5']: readonly string[]): Promise<void> {
  buildEngine()
  const [perSecond, count] = [Number(rate), Number(rate) * Number(seconds)]
  for (const start of [startReal, startSimulated]) {
    const server = await start(PORT)
    try {
      say(`ioredis, ${server.name}`, await plain(perSecond, count))
    } finally {
      await server.stop()
    }
  }
  for (const where of ['local', 'embedded at 1x'] as const) {
    const { latencies, delays } = await actors(where, perSecond, count)
    say(`actors, ${where}`, latencies)
    say('  told of, after it came', delays)
  }
}

function say(what: string, latenciesMs: readonly number[]): void {
  const [p50, p99] = [0.5, 0.99].map((part) => quantile(latenciesMs, part).toFixed(2))
  console.log(`${what.padEnd(26)} p50 ${p50} ms, p99 ${p99} ms, ${latenciesMs.length} messages`)
}

/** Milliseconds of each message. The first second is for warming up. */
async function plain(rate: number, count: number): Promise<number[]> {
  const options = { port: PORT, host: '127.0.0.1' }
  const [press, ana] = [new Redis(options), new Redis(options)]
  await ana.subscribe('news')
  const latencies: number[] = []
  ana.on('message', (_, sentAt) => latencies.push(performance.now() - Number(sentAt)))
  const startedAt = performance.now()
  for (let sent = 0; sent < rate + count;) {
    const due = Math.min(rate + count, ((performance.now() - startedAt) * rate) / 1000)
    for (; sent < due; sent++) void press.publish('news', String(performance.now()))
    await sleep(1)
  }
  await press.ping()
  while (latencies.length < rate + count) await sleep(1)
  press.disconnect()
  ana.disconnect()
  return latencies.slice(rate)
}

/** Milliseconds of each message, and after which of them the trace brought it here. */
async function actors(where: 'local' | 'embedded at 1x', rate: number, count: number) {
  const [latencies, heardAfter]: [number[], number[]] = [[], []]
  await playPair(pubsubPair(rate, rate + count), where, (event) => {
    if (event.type !== 'message.delivered') return
    latencies.push(event.latencyUs / 1000)
    heardAfter.push(performance.now() - event.t / 1000)
  })
  // Both clocks run at one speed; whichever event was heard of fastest tells how far they are apart.
  const apart = Math.min(...heardAfter)
  return { latencies: latencies.slice(rate), delays: heardAfter.slice(rate).map((ms) => ms - apart) }
}
