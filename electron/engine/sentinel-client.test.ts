/**
 * ioredis in Sentinel mode, as it is published, over TCP: what it goes through when primaries die is the same with
 * `eventyard serve --topology replicated` as with redis-server and its Sentinels.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../cli/testing/command-line'
import { hasRealRedis } from '../simulator/testing/real-redis'
import { sentinelTrial, type SentinelOutcome } from './testing/sentinel/sentinel-trial'
import {
  DOWN_AFTER_MS,
  realWatched,
  REPLICAS,
  servedWatched,
  type WatchedServers,
} from './testing/sentinel/watched-servers'

const ROUND_MS = 100
/**
 * After the time-out a Sentinel sees it at its next PING, asks the others within a second, waits up to a second so that
 * not all of them stand, and learns from the next INFO that the replica has become a primary; the client asks again
 * after up to a second.
 */
const LATEST_MS = DOWN_AFTER_MS + 5 * 1000

async function outcomeWith(servers: WatchedServers): Promise<SentinelOutcome> {
  try {
    return await sentinelTrial(servers)
  } finally {
    await servers.stop()
  }
}

describe.skipIf(!hasRealRedis())('ioredis in Sentinel mode through three failovers', () => {
  let real: SentinelOutcome
  let simulated: SentinelOutcome
  beforeAll(async () => {
    // One after the other, since each looks for free ports.
    const served = await serve('--topology', 'replicated', '--replicas', String(REPLICAS), '--sentinels', '3')
    const all = [await realWatched(), await servedWatched(served)] as const
    // Both at once, so that they have the same machine under them.
    ;[real, simulated] = await Promise.all([outcomeWith(all[0]), outcomeWith(all[1])])
    // The figures, for who wants to know how near they are.
    process.stdout.write(`redis-server ${JSON.stringify(real)}\neventyard    ${JSON.stringify(simulated)}\n`)
  }, 120_000)

  it('sees the same kinds of errors', () => {
    expect(simulated.errors).toEqual(real.errors)
    expect(simulated.impatientErrors).toEqual(real.impatientErrors)
    expect(real.impatientErrors.length).toBeGreaterThan(0)
  })

  it('works again after as long', () => {
    const [truth, ours] = [median(real.recoveryMs), median(simulated.recoveryMs)]
    const isNear = Math.abs(truth - ours) <= 0.2 * truth + ROUND_MS
    const isByTheRule = [truth, ours].every((ms) => ms >= DOWN_AFTER_MS && ms <= LATEST_MS)
    expect(isNear || isByTheRule, `redis-server ${truth} ms, eventyard ${ours} ms`).toBe(true)
    for (const ms of simulated.recoveryMs) expect(ms).toBeGreaterThanOrEqual(DOWN_AFTER_MS - ROUND_MS)
  })

  it('subscribes again at the new primary, and hears of what is published there', () => {
    for (const { messageMs, recoveryMs, resubscribed } of [real, simulated]) {
      expect(resubscribed).toBeGreaterThanOrEqual(recoveryMs.length)
      messageMs.forEach((ms, kill) => expect(Math.abs(ms - recoveryMs[kill]!)).toBeLessThan(2500))
    }
  })

  it('finds what was acknowledged', () => {
    for (const { lost, written } of [real, simulated]) {
      expect(written).toBeGreaterThan(10)
      expect(lost).toEqual([])
    }
  })
})

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
