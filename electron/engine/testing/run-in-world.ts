/** Runs a program's clients inside a world: their sockets, timers, clock and chance are the world's. */
import { MainLoop } from '../world/main-loop'
import { World } from '../world/world'
import { wallMs } from '../host/machine'
import type { WorldOutcome, WorldRequest } from './client-program'
import { programs } from './programs'

/** Where the program's clients live, as the trace names them. */
const OWNER = 'program'
/** A program that has not ended by then waits for what never comes. */
const VIRTUAL_MS_MAX = 2 * 3_600_000

/** `run` counts the runs of this process. */
export async function runInWorld(request: WorldRequest, run: number): Promise<WorldOutcome> {
  const program = programs[request.program]
  if (!program) throw new Error(`no program ${request.program}; there are ${Object.keys(programs).join(', ')}`)
  const startedMs = wallMs()
  const world = new World({ run, seed: request.seed ?? 1, latency: { minUs: 300, maxUs: 900 }, observed: true })
  const { clock, trace } = world
  const [{ host, port }] = world.nodes as [World['nodes'][number]]
  world.enterThread()
  world.delivery.join(OWNER, 'client')

  let stop: () => void = () => undefined
  const outcome = new Promise<WorldOutcome>((resolve) => {
    const reject = (error: unknown) =>
      resolve({ error: error instanceof Error ? (error.stack ?? String(error)) : String(error), ...measured() })
    const loop = new MainLoop(world, { pulse: () => trace.take(), failed: reject })
    stop = () => loop.stop()
    loop.speed = request.speed ?? 'max'
    clock.after(VIRTUAL_MS_MAX * 1000, () => reject(new Error(`${request.program} does not come to an end`)))
    clock.after(0, () =>
      world.takeTurn(OWNER, () => {
        program({ host, port, protocol: request.protocol ?? 3 }).then(
          // Taken in the instant of the end: what the clients do on their way out is not the program's.
          (result) => resolve({ result, ...measured() }),
          reject,
        )
      }),
    )
    loop.resume()
    void loop.run()
  })
  const measured = () => ({
    hash: trace.hash(),
    events: trace.length,
    virtualMs: clock.nowUs() / 1000,
    wallMs: Math.round(wallMs() - startedMs),
  })
  try {
    return await outcome
  } finally {
    stop()
    await world.settle()
    world.dispose()
  }
}
