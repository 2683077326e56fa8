import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineSession } from '../cli/testing/engine-session'

/** Keys of three slots, one on each primary, of which something is done after everything in `between`. */
const scenario = (between: string) => `
eventyard: 1
name: Everywhere
deployment: { topology: cluster, primaries: 3, replicas: 0, config: { notify-keyspace-events: E$ } }
actors:
  shop: { role: client }
  guard: { role: trigger, on: "set cart:*", everywhere: true, do: "INCR seen" }
steps:
  - start: all
  - after: 3s
${between}
  - after: 3s
  - { send: SET cart:1 full, as: shop }
  - { send: SET cart:2 full, as: shop }
  - { send: SET cart:3 full, as: shop }
  - after: 1s
expect: { value(seen): 3 }
`

describe('a trigger that listens on every primary', () => {
  let session: EngineSession
  beforeAll(() => {
    session = new EngineSession()
  })
  afterAll(() => session.engine.close())

  it.each([
    ['hears of each key once', ''],
    [
      'hears of each key once after it was stopped and started again',
      '  - stop: guard\n  - after: 1s\n    start: guard',
    ],
    ['hears of each key once after it was away', '  - disconnect: guard\n  - after: 1s\n    connect: guard'],
    ['hears of each key once after it was killed', '  - fault: { kill: guard, for: 1s }\n  - after: 1s'],
  ])('%s', async (_name, between) => {
    const { run } = await session.startText(scenario(between))
    await session.engine.call('time.speed', { speed: 'max' })
    await session.engine.call('time.resume', {})
    await session.until(() => session.state?.run === run && session.state.script.ended)

    expect(session.state?.script.expectations).toMatchObject([{ ok: true }])
  })
})
