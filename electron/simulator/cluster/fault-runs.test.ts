import { expect, it } from 'vitest'
import { FaultRun } from '../testing/fault-run'

const runs = Number(process.env['EVENTYARD_FAULT_RUNS'] ?? 8)
const firstSeed = Number(process.env['EVENTYARD_SEED'] ?? 1)

// A seed that fails is printed, and repeats it alone: EVENTYARD_FAULT_RUNS=1 EVENTYARD_SEED=...
it(
  `no slot has two owners in an epoch, nobody votes twice, and all heals, whatever happens (${runs} runs)`,
  { timeout: 20_000 + runs * 5000 },
  () => {
    let promotions = 0
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const run = new FaultRun(seed).run()
      promotions += run.promotions
      expect(run.problems, `seed ${seed}\n${run.log.join('\n')}`).toEqual([])
    }
    if (runs > 4) expect(promotions).toBeGreaterThan(0)
  },
)
