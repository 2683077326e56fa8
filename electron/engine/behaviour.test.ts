import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineSession } from '../cli/testing/engine-session'
import { hasRealRedis } from '../simulator/testing/real-redis'
import { behaviours } from './testing/behaviours'

const topologies = {
  'a single node': '{ topology: standalone }',
  'a primary with Sentinels': '{ topology: replicated, replicas: 1, sentinels: 3 }',
  'a cluster': '{ topology: cluster, primaries: 3, replicas: 1 }',
}

for (const on of ['embedded', 'local'] as const) {
  for (const [where, deployment] of Object.entries(topologies)) {
    describe.skipIf(on === 'local' && !hasRealRedis())(`on ${where}, ${on}: an actor`, () => {
      let session: EngineSession
      beforeAll(() => {
        session = new EngineSession()
      })
      afterAll(async () => {
        await session.engine.call('run.stop', {})
        await session.engine.close()
      })

      it.each(behaviours)('$name', async ({ name, scenario }) => {
        const text = `eventyard: 1\nname: ${name}\ndeployment: ${deployment}\n${scenario.trim()}\n`
        const source = { kind: 'text', name: 'test', text } as const
        const state = await session.engine.call('run.start', { source, on: { kind: on } })
        await session.until(
          () => session.state?.run === state.run && (session.state.script.ended || session.state.status === 'failed'),
        )

        expect(session.state?.error).toBeNull()
        expect(session.state?.script.expectations.filter(({ ok }) => !ok)).toEqual([])
        expect(session.state?.script.failed).toBe(0)
      })
    })
  }
}
