import { expect, it } from 'vitest'
import { FaultRun } from '../testing/fault-run'

const runs = Number(process.env['EVENTYARD_FAULT_RUNS'] ?? 8)
const firstSeed = Number(process.env['EVENTYARD_SEED'] ?? 1)

// A seed that fails is printed, and repeats it alone: EVENTYARD_FAULT_RUNS=1 EVENTYARD_SEED=...
it(
  `no slot has two owners in an epoch, nobody votes twice, what is lost was lost by a rule, and all heals, whatever happens (${runs} runs)`,
  { timeout: 20_000 + runs * 5000 },
  () => {
    const total = { promotions: 0, acknowledged: 0, lost: 0, blocked: 0, subReplicas: 0 }
    const losses: Record<string, number> = {}
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const run = new FaultRun(seed).run()
      total.promotions += run.promotions
      total.acknowledged += run.acknowledgedWrites
      total.lost += run.lostWrites
      total.blocked += run.blockedClients
      total.subReplicas += run.subReplicas
      for (const [rule, count] of Object.entries(run.losses)) losses[rule] = (losses[rule] ?? 0) + count
      expect(run.problems, `seed ${seed}\n${run.log.join('\n')}`).toEqual([])
    }
    if (runs <= 4) return
    process.stdout.write(`${runs} runs: ${JSON.stringify({ ...total, losses })}\n`)
    for (const count of [total.promotions, total.acknowledged, total.blocked]) expect(count).toBeGreaterThan(0)
    expect(total.lost).toBeLessThan(total.acknowledged / 4)
  },
)
