import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from './clock/seeded-random'
import { randomClientStep } from './testing/random-clients'
import { findClientDifference } from './testing/random-clients-run'
import { shrink } from './testing/random-run'
import { hasRealRedis, RealRedis } from './testing/real-redis'
import { testNode, type TestNode } from './testing/test-client'

const COMMANDS = Number(process.env['EVENTYARD_COMMANDS'] ?? 4000)
const SEQUENCE = 200
const TIMEOUT_MS = 20_000 + COMMANDS * 20
const seed = Number(process.env['EVENTYARD_SEED'] ?? Date.now() % 1_000_000)

// Six clients share a few keys: they block on them, watch them, subscribe to their events and let them expire.
describe.skipIf(!hasRealRedis())(`random clients, EVENTYARD_SEED=${seed}`, () => {
  let server: RealRedis
  let world: TestNode

  beforeAll(async () => {
    server = await RealRedis.start()
    world = testNode({ port: server.port, config: { save: '', bind: '127.0.0.1' } }, Date.now() * 1000)
  })

  afterAll(() => server.stop())

  it.each([2, 3] as const)(
    `hear the same from both servers in RESP%i (${COMMANDS} commands)`,
    async (resp) => {
      const random = new SeededRandom(seed + resp)
      for (let sent = 0; sent < COMMANDS; sent += SEQUENCE) {
        const steps = Array.from({ length: SEQUENCE }, () => randomClientStep(random))
        const difference = await findClientDifference(steps, resp, world, server)
        if (!difference) continue
        const find = (some: typeof steps) => findClientDifference(some, resp, world, server)
        const fewest = await shrink(steps, async (some) => (await find([...some])) !== undefined)
        const last = (await find([...fewest])) ?? difference
        const shown = fewest.map(
          ({ client, argv }) => `${client}: ${argv.map((word) => JSON.stringify(word)).join(' ')}`,
        )
        expect.fail(
          `EVENTYARD_SEED=${seed}, sequence at ${sent}:\n${shown.join('\n')}\n${JSON.stringify(last, null, 1)}`,
        )
      }
    },
    TIMEOUT_MS,
  )
})
