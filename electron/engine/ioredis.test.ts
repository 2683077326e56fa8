/**
 * ioredis as it is published, against a simulated node: over TCP in real time, and inside a world in virtual time. The
 * same programs, in RESP2 and RESP3, have the same outcome as with redis-server.
 */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Served } from '../cli/testing/command-line'
import { hasRealRedis, RealRedis } from '../simulator/testing/real-redis'
import type { WorldOutcome } from './testing/client-program'
import { programs } from './testing/programs'
import { WorldPrograms } from './testing/world-programs'

const names = Object.keys(programs).filter((name) => name.startsWith('ioredis: '))
const cases = ([2, 3] as const).flatMap((protocol) => names.map((program) => ({ program, protocol })))

let worlds: WorldPrograms
let served: Served
let real: RealRedis | undefined
/** What came of each case in a world. They all run in one process, at once with what the tests do over TCP. */
let outcomes: Promise<WorldOutcome[]>
beforeAll(async () => {
  worlds = await WorldPrograms.build()
  outcomes = worlds.run(...cases)
  served = await serve('--topology', 'standalone')
  if (hasRealRedis()) real = await RealRedis.start()
})
afterAll(async () => {
  worlds.remove()
  await real?.stop()
  expect(await served.stop()).toBe(0)
})

/** On an empty server, through JSON as the outcomes of worlds are. */
async function overTcp(port: number, { program, protocol }: (typeof cases)[number]): Promise<unknown> {
  const cleaner = new Redis(port)
  await cleaner.multi().flushall().script('FLUSH').exec()
  cleaner.disconnect()
  return JSON.parse(JSON.stringify(await programs[program]!({ host: '127.0.0.1', port, protocol })))
}

describe.each(cases)('$program in RESP$protocol', (one) => {
  it.runIf(hasRealRedis())('has the same outcome as with redis-server', async () => {
    const truth = await overTcp(real!.port, one)
    expect(await overTcp(served.port, one)).toEqual(truth)
    const { error, result } = (await outcomes)[cases.indexOf(one)]!
    expect(error).toBeUndefined()
    expect(result).toEqual(truth)
  })
})
