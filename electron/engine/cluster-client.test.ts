/**
 * ioredis's Cluster client, as it is published, over TCP: what it goes through when slots move and primaries die is the
 * same with `eventyard serve --topology cluster` as with six nodes of redis-server.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../cli/testing/command-line'
import { hasRealRedis } from '../simulator/testing/real-redis'
import { realCluster, servedCluster, type ClusterServers } from './testing/cluster/cluster-servers'
import { clusterTrial, type TrialOutcome } from './testing/cluster/cluster-trial'

const NODE_TIMEOUT_MS = 2000
/** Rounds of the cron, and of the client's tries. */
const ROUND_MS = 100
/** The fixed part of an election's delay, and the most that chance adds to it. */
const ELECTION_MS = { fixed: 500, jitter: 500 }
/** A primary is asked once in half a time-out, and what is thought of it travels with pings of the same kind. */
const RANGE_MS = {
  min: NODE_TIMEOUT_MS + ELECTION_MS.fixed,
  max: NODE_TIMEOUT_MS + 2 * (NODE_TIMEOUT_MS / 2) + ELECTION_MS.fixed + ELECTION_MS.jitter,
}

async function outcomeWith(start: () => Promise<ClusterServers>): Promise<TrialOutcome> {
  const servers = await start()
  try {
    return await clusterTrial(servers)
  } finally {
    await servers.stop()
  }
}

describe.skipIf(!hasRealRedis())('ioredis Cluster through a resharding and three failovers', () => {
  let real: TrialOutcome
  let simulated: TrialOutcome
  beforeAll(async () => {
    // Both at once, so that they have the same machine under them.
    ;[real, simulated] = await Promise.all([
      outcomeWith(realCluster),
      outcomeWith(async () => servedCluster(await serve('--topology', 'cluster'))),
    ])
    // The figures, for who wants to know how near they are.
    process.stdout.write(`redis-server ${JSON.stringify(real)}\neventyard    ${JSON.stringify(simulated)}\n`)
  }, 120_000)

  it('is sent the same kinds of errors', () => {
    expect(Object.keys(simulated.plainErrors)).toEqual(Object.keys(real.plainErrors))
    expect(simulated.sent).toEqual(real.sent)
    // What a client that tries again tells in the end is the error of its last try: any of those that there are.
    const known = [...Object.keys(real.errors), ...Object.keys(real.plainErrors), ...real.sent]
    expect(known).toEqual(expect.arrayContaining(Object.keys(simulated.errors)))
  })

  it('is redirected when slots have moved, and finds the nodes that are left', () => {
    for (const { redirects, nodeEvents } of [real, simulated]) {
      expect(redirects.MOVED).toBeGreaterThan(0)
      for (const event of ['+node', '-node', 'node error']) expect(nodeEvents[event]).toBeGreaterThan(0)
    }
  })

  it('finds all that was acknowledged', () => {
    for (const { lost, written } of [real, simulated]) {
      expect(lost).toEqual([])
      expect(written).toBeGreaterThan(100)
    }
  })

  it('works again after as long', () => {
    const [truth, ours] = [median(real.recoveryMs), median(simulated.recoveryMs)]
    const isNear = Math.abs(truth - ours) <= 0.2 * truth + ROUND_MS
    const isByTheRule = [truth, ours].every((ms) => ms >= RANGE_MS.min && ms <= RANGE_MS.max)
    expect(isNear || isByTheRule, `redis-server ${truth} ms, eventyard ${ours} ms`).toBe(true)
    for (const ms of simulated.recoveryMs) expect(ms).toBeGreaterThanOrEqual(RANGE_MS.min)
  })

  it('hears of sharded channels when their slot is served again, and of others without it', () => {
    for (const { recoveryMs, shardedMs, plainMs } of [real, simulated]) {
      shardedMs.forEach((ms, kill) => expect(Math.abs(ms - recoveryMs[kill]!)).toBeLessThan(1500))
      for (const ms of plainMs) expect(ms).toBeLessThan(NODE_TIMEOUT_MS)
    }
  })
})

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
