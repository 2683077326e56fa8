import { spawn, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { FaultRun } from '../testing/fault-run'
import { freePorts, CLUSTER_PORT_MAX } from '../testing/real-redis'
import { serveOverTcp } from '../testing/tcp-front'

const hasRedisCli = spawnSync('redis-cli', ['--version']).status === 0
const runs = Number(process.env['EVENTYARD_CHECK_RUNS'] ?? 10)
const firstSeed = Number(process.env['EVENTYARD_SEED'] ?? 1)
const NODES_MAX = 9

function check(port: number): Promise<string> {
  return new Promise((resolve) => {
    const cli = spawn('redis-cli', ['--cluster', 'check', `127.0.0.1:${port}`])
    let text = ''
    for (const stream of [cli.stdout, cli.stderr]) stream.on('data', (chunk: Buffer) => (text += String(chunk)))
    cli.on('close', (status) => resolve(`${text}status ${status}`))
  })
}

describe.skipIf(!hasRedisCli)('redis-cli --cluster check', () => {
  it(
    `finds nothing wrong with a cluster that was hit by faults and has healed (${runs} runs)`,
    { timeout: 30_000 + runs * 10_000 },
    async () => {
      const firstPort = await freePorts(NODES_MAX, CLUSTER_PORT_MAX)
      for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
        const run = new FaultRun(seed, firstPort).run()
        expect(run.problems, `seed ${seed}`).toEqual([])
        const { nodes, deployment } = run.cluster
        const stop = await serveOverTcp(deployment, nodes)
        try {
          // Whichever node is asked first.
          const text = await check(nodes[seed % nodes.length]!.port)
          const context = `seed ${seed}\n${text}`
          expect(text, context).toContain('[OK] All nodes agree about slots configuration.')
          expect(text, context).toContain('[OK] All 16384 slots covered.')
          expect(text, context).toContain('in 3 masters.')
          expect(text, context).not.toMatch(/\[ERR\]|\[WARNING\]|Could not connect/)
          expect(text, context).toMatch(/status 0$/)
        } finally {
          await stop()
        }
      }
    },
  )
})
