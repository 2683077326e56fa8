/**
 * BullMQ as it is published, against a simulated node: over TCP in real time, and inside a world in virtual time. The
 * same programs have the same outcome as with redis-server; an hour of repeated jobs passes in seconds, and again alike.
 */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Served } from '../cli/testing/command-line'
import { hasRealRedis, RealRedis } from '../simulator/testing/real-redis'
import type { WorldOutcome } from './testing/client-program'
import { programs } from './testing/programs'
import { WorldPrograms } from './testing/world-programs'

const cases = Object.keys(programs)
  .filter((name) => name.startsWith('bullmq: '))
  .map((program) => ({ program }))
const schedules = [{ program: 'bullmq schedules: hourOfRepeats' }, { program: 'bullmq schedules: patience' }]

let worlds: WorldPrograms
let served: Served
let real: RealRedis | undefined
let outcomes: Promise<WorldOutcome[]>
beforeAll(async () => {
  worlds = await WorldPrograms.build()
  outcomes = worlds.run(...cases, ...schedules)
  served = await serve('--topology', 'standalone')
  if (hasRealRedis()) real = await RealRedis.start('--maxmemory-policy', 'noeviction')
})
afterAll(async () => {
  worlds.remove()
  await real?.stop()
  expect(await served.stop()).toBe(0)
})

/** On an empty server, through JSON as the outcomes of worlds are. */
async function overTcp(port: number, program: string): Promise<unknown> {
  const cleaner = new Redis(port)
  await cleaner.flushall()
  cleaner.disconnect()
  return JSON.parse(JSON.stringify(await programs[program]!({ host: '127.0.0.1', port, protocol: 3 })))
}

async function inWorld(program: string): Promise<WorldOutcome> {
  const outcome = (await outcomes)[[...cases, ...schedules].findIndex((one) => one.program === program)]!
  expect(outcome.error).toBeUndefined()
  return outcome
}

describe.each(cases)('$program', ({ program }) => {
  it.runIf(hasRealRedis())('has the same outcome as with redis-server', async () => {
    const truth = await overTcp(real!.port, program)
    expect(await overTcp(served.port, program)).toEqual(truth)
    expect((await inWorld(program)).result).toEqual(truth)
  })
})

describe('in virtual time', () => {
  // An idle server looks around ten times a second, and the network takes its part of a millisecond.
  const isDue = (ms: number, dueMs: number) => ms >= dueMs && ms < dueMs + 110

  it('repeats jobs at their instants, an hour in seconds', async () => {
    const { result, wallMs } = await inWorld('bullmq schedules: hourOfRepeats')
    const { ran, schedulers } = result as { ran: [string, number][]; schedulers: [string, number][] }
    const timesOf = (name: string) => ran.flatMap(([job, ms]) => (job === name ? [ms] : []))
    const [, [, nextMs]] = schedulers as [[string, number], [string, number]]
    expect(schedulers).toEqual([
      ['by-cron', 3_600_000],
      ['minutely', nextMs],
    ])
    const firstMs = nextMs - 3_600_000
    expect(firstMs).toBeLessThan(20)
    expect(timesOf('minute')).toHaveLength(60)
    expect(timesOf('minute').filter((ms, minute) => !isDue(ms, firstMs + minute * 60_000))).toEqual([])
    expect(timesOf('cron')).toHaveLength(5)
    expect(timesOf('cron').filter((ms, index) => !isDue(ms, (index + 1) * 600_000))).toEqual([])
    expect(wallMs).toBeLessThan(60_000)
  })

  it('tries again after one, two, four and eight minutes', async () => {
    const { result } = await inWorld('bullmq schedules: patience')
    const waits = result as number[]
    expect(waits).toHaveLength(4)
    // Counted from one late try to the next, each may be early by what the one before it was late.
    expect(waits.filter((ms, index) => Math.abs(ms - 60_000 * 2 ** index) > 110)).toEqual([])
  })

  it('has the same trace in another process', async () => {
    const first = await outcomes
    const again = await worlds.run(...cases, ...schedules)
    const seen = (all: WorldOutcome[]) => all.map(({ hash, events, result }) => [hash, events, result])
    expect(seen(again)).toEqual(seen(first))
    expect(new Set(first.map(({ hash }) => hash)).size).toBe(first.length)
  })
})
