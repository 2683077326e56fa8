/** What a program goes through that finds its primary by Sentinels: one primary after the other dies. */
import { Redis } from 'ioredis'
import { pause } from '../../../simulator/testing/real-redis'
import { redisCli } from '../cluster/cluster-servers'
import { PRIMARY_NAME, primaryPort, until, untilWell, type WatchedServers } from './watched-servers'

export interface SentinelOutcome {
  /** What commands were refused with, for a program that waits and for one that does not. */
  readonly errors: readonly string[]
  readonly impatientErrors: readonly string[]
  /** From each kill to the first write that worked, and to the first message that a subscriber got. */
  readonly recoveryMs: readonly number[]
  readonly messageMs: readonly number[]
  /** How often the subscriber subscribed again by itself. */
  readonly resubscribed: number
  readonly written: number
  readonly lost: readonly string[]
}

const KILLS = 3
const BETWEEN_MS = 5

export async function sentinelTrial(servers: WatchedServers): Promise<SentinelOutcome> {
  const options = {
    sentinels: servers.sentinels.map((port) => ({ host: '127.0.0.1', port })),
    name: PRIMARY_NAME,
  }
  const writer = new Redis(options)
  const subscriber = new Redis(options)
  const impatient = new Redis({ ...options, maxRetriesPerRequest: 0, enableOfflineQueue: false })
  const clients = [writer, subscriber, impatient]
  for (const client of clients) client.on('error', () => undefined)
  const [errors, impatientErrors] = [new Set<string>(), new Set<string>()]
  const written: string[] = []
  let [workedAt, messageAt, connected, isOver] = [0, 0, 0, false]
  subscriber.on('ready', () => connected++)
  subscriber.on('message', () => (messageAt = performance.now()))

  const write = async (): Promise<void> => {
    for (let number = 0; !isOver; number++) {
      const sentAt = performance.now()
      try {
        await writer.rpush('list', String(number))
        written.push(String(number))
        workedAt = sentAt
        await writer.publish('news', String(number))
      } catch (error) {
        errors.add(kindOf(error))
      }
      await pause(BETWEEN_MS)
    }
  }
  const read = async (): Promise<void> => {
    while (!isOver) {
      // It waits there for what never comes, so that every kill finds a command under way.
      await impatient.blpop('list:none', 1).catch((error: unknown) => impatientErrors.add(kindOf(error)))
      await pause(BETWEEN_MS)
    }
  }

  const [recoveryMs, messageMs]: [number[], number[]] = [[], []]
  const alive = new Set(servers.nodes)
  try {
    await subscriber.subscribe('news')
    const loops = [write(), read()]
    await until('works', () => workedAt > 0 && messageAt > 0)
    for (let kill = 0; kill < KILLS; kill++) {
      const port = await primaryPort(servers)
      alive.delete(port)
      // NOW: not even replicas are waited for.
      await redisCli('-p', String(port), 'SHUTDOWN', 'NOSAVE', 'NOW')
      const killedAt = performance.now()
      let recoveredAt = 0
      await until('recovered', () => {
        if (workedAt > killedAt) recoveredAt ||= performance.now()
        return recoveredAt > 0 && messageAt > killedAt
      })
      recoveryMs.push(Math.round(recoveredAt - killedAt))
      messageMs.push(Math.round(messageAt - killedAt))
      await untilWell(servers, [...alive])
    }
    isOver = true
    await Promise.all(loops)
    const there = new Set(await writer.lrange('list', 0, -1))
    return {
      errors: [...errors].sort(),
      impatientErrors: [...impatientErrors].sort(),
      recoveryMs,
      messageMs,
      resubscribed: connected - 1,
      written: written.length,
      lost: written.filter((entry) => !there.has(entry)),
    }
  } finally {
    isOver = true
    for (const client of clients) client.disconnect()
  }
}

/** Without what differs from one connection to the next. */
function kindOf(error: unknown): string {
  return String((error as Error).message)
    .replace(/\d+/g, 'N')
    .split(/[.:(]/, 1)[0]!
    .trim()
}
