/**
 * How much faster than real time a world runs: one virtual hour of 10 publishes a second to two subscribers, in the
 * headless runner, whole process included. Printed as virtual time / real time, median of 4 after a warm-up.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'

// A warm-up and four.
const RUNS = 5

export function run(): void {
  const file = join(root, 'bench/world-speed.yaml')
  const factors: number[] = []
  for (let count = 0; count < RUNS; count++) {
    const startedAt = performance.now()
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/eventyard.mjs', 'run', file, '--json'], {
      cwd: root,
      encoding: 'utf8',
    })
    const wallMs = performance.now() - startedAt
    if (status !== 0) throw new Error(`the scenario failed: ${stderr || stdout}`)
    const { virtualMs, events, hash } = JSON.parse(stdout) as { virtualMs: number; events: number; hash: string }
    const factor = virtualMs / wallMs
    // The first one may have had to build.
    if (count > 0) factors.push(factor)
    console.log(
      `${count === 0 ? 'warm-up' : `run ${count}  `}  ${factor.toFixed(0)}x  ${wallMs.toFixed(0)} ms  ${events} events  ${hash.slice(0, 12)}`,
    )
  }
  factors.sort((a, b) => a - b)
  console.log(`median  ${((factors[1]! + factors[2]!) / 2).toFixed(0)}x real time`)
}
