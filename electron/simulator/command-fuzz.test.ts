import { expect, it } from 'vitest'
import { SeededRandom } from './clock/seeded-random'
import { mutatedCommand } from './testing/mutated-commands'
import { testNode } from './testing/test-client'

const COMMANDS = Number(process.env['EVENTYARD_FUZZ'] ?? 20_000)
const SEQUENCE = 500
const TIMEOUT_MS = 60_000 + COMMANDS
/** Far beyond what any one command of these takes, far below what a person calls a hang. */
const SLOW_MS = 5000
const HEAP_MAX = 1.5 * 2 ** 30
const seed = Number(process.env['EVENTYARD_SEED'] ?? Date.now() % 1_000_000)

it(
  `a node answers mutated commands without a crash, EVENTYARD_SEED=${seed} (${COMMANDS} commands)`,
  () => {
    const random = new SeededRandom(seed)
    let heapMax = 0
    let slowest = { ms: 0, argv: [] as string[] }
    let answers = 0
    for (let sent = 0; sent < COMMANDS; sent += SEQUENCE) {
      const world = testNode()
      world.connect().send('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 64mb 0 0')
      let clients = [world.connect(), world.connect(), world.connect()]
      for (let count = 0; count < SEQUENCE; count++) {
        const argv = mutatedCommand(random)
        const at = random.integer(0, clients.length - 1)
        if (clients[at]!.hasEnded) clients = clients.map((old, index) => (index === at ? world.connect() : old))
        const began = performance.now()
        try {
          answers += clients[at]!.send(...argv) === '' ? 0 : 1
          world.clock.advance(1)
        } catch (error) {
          expect.fail(`EVENTYARD_SEED=${seed}: ${JSON.stringify(argv)}: ${(error as Error).stack}`)
        }
        const ms = performance.now() - began
        if (ms > slowest.ms) slowest = { ms, argv }
      }
      world.node.shutdown()
      heapMax = Math.max(heapMax, process.memoryUsage().heapUsed)
    }
    expect(slowest.ms, JSON.stringify(slowest.argv)).toBeLessThan(SLOW_MS)
    expect(heapMax).toBeLessThan(HEAP_MAX)
    expect(answers).toBeGreaterThan(COMMANDS / 4)
  },
  TIMEOUT_MS,
)
