import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from './clock/seeded-random'
import { hasRealRedis, RealRedis } from './testing/real-redis'
import { randomCommand } from './testing/random-commands'
import { findDifference, shrink } from './testing/random-run'
import { testNode, type TestNode } from './testing/test-client'

const COMMANDS = Number(process.env['EVENTYARD_COMMANDS'] ?? 20_000)
const SEQUENCE = 100
const TIMEOUT_MS = 10_000 + COMMANDS * 5
const seed = Number(process.env['EVENTYARD_SEED'] ?? Date.now() % 1_000_000)

describe.skipIf(!hasRealRedis())(`random commands, EVENTYARD_SEED=${seed}`, () => {
  let server: RealRedis
  let world: TestNode

  beforeAll(async () => {
    server = await RealRedis.start()
    world = testNode({ port: server.port, config: { save: '', bind: '127.0.0.1' } }, Date.now() * 1000)
  })

  afterAll(() => server.stop())

  it.each([2, 3] as const)(
    `get the same answers from both servers in RESP%i (${COMMANDS} commands)`,
    async (resp) => {
      const random = new SeededRandom(seed + resp)
      for (let sent = 0; sent < COMMANDS; sent += SEQUENCE) {
        const commands = Array.from({ length: SEQUENCE }, () => randomCommand(random))
        const difference = await findDifference(commands, resp, world, server)
        if (!difference) continue
        const fewest = await shrink(
          commands,
          async (some) => (await findDifference(some, resp, world, server)) !== undefined,
        )
        const shown = fewest.map((command) => command.map((argument) => JSON.stringify(argument)).join(' '))
        const last = (await findDifference(fewest, resp, world, server)) ?? difference
        expect.fail(
          `EVENTYARD_SEED=${seed}, sequence at ${sent}:\n${shown.join('\n')}\n${JSON.stringify(last, null, 1)}`,
        )
      }
    },
    TIMEOUT_MS,
  )
})
