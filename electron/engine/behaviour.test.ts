import { describe, expect, it } from 'vitest'
import { EngineSession } from '../cli/testing/engine-session'
import { hasRealRedis } from '../simulator/testing/real-redis'
import { behaviours, type Behaviour } from './testing/behaviours'

const topologies = {
  'a single node': 'topology: standalone',
  'a primary with Sentinels': 'topology: replicated, replicas: 1, sentinels: 3',
  'a cluster': 'topology: cluster, primaries: 3, replicas: 1',
}

for (const on of ['embedded', 'local'] as const) {
  for (const [where, topology] of Object.entries(topologies)) {
    describe.skipIf(on === 'local' && !hasRealRedis())(`on ${where}, ${on}: an actor`, () => {
      // Several at once: on real servers they do little more than wait.
      const each = it.concurrent.each(behaviours)
      each('$name', async ({ name, scenario, config = '' }: Behaviour) => {
        const session = new EngineSession()
        const deployment = `{ ${topology}, config: { ${config} } }`
        const text = `eventyard: 1\nname: ${JSON.stringify(name)}\ndeployment: ${deployment}\n${scenario.trim()}\n`
        const source = { kind: 'text', name: 'test', text } as const
        try {
          const state = await session.engine.call('run.start', { source, on: { kind: on } })
          if (on === 'embedded') await session.engine.call('time.speed', { speed: 'max' })
          await session.until(
            () => session.state?.run === state.run && (session.state.script.ended || session.state.status === 'failed'),
          )

          expect(session.state?.error).toBeNull()
          const unmet = session.state?.script.expectations.filter(({ ok }) => !ok)

          expect(unmet?.map(({ expression, actual }) => `${expression}, but ${actual}`)).toEqual([])
          expect(session.state?.script.failed).toBe(0)
        } finally {
          await session.engine.call('run.stop', {})
          await session.engine.close()
        }
      })
    })
  }
}
