import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasRealRedis } from '../simulator/testing/real-redis'
import { EngineSession } from './testing/engine-session'

const scenario = (deployment: string, actors: string, steps: string) => `eventyard: 1
name: broken
deployment: ${deployment}
actors: ${actors}
steps:
${steps}`

const pubsub = '{ press: { role: publisher, channel: news }, ana: { role: subscriber, channels: [news] } }'

describe.skipIf(!hasRealRedis())('local servers', () => {
  let session: EngineSession
  beforeEach(() => {
    session = new EngineSession()
  })
  afterEach(async () => {
    await session.engine.call('run.stop', {})
    await session.engine.close()
  })

  const play = async (text: string) => {
    await session.engine.call('run.start', {
      source: { kind: 'text', name: 'test', text },
      on: { kind: 'local' },
    })
  }
  const publish = (message: string) =>
    session.engine.call('pubsub.publish', { actor: 'press', channel: 'news', message })
  const deliveries = () => session.of('message.delivered').length
  const idle = '  - start: all\n  - until: sent = 99\n    within: 60s\n'

  it('are slow to one actor and not to another, cut off, and healed', async () => {
    await play(scenario('{ topology: standalone }', pubsub, idle))
    await session.until(() => session.of('subscription.opened').length === 1)
    const link = { from: ['node-1'], to: ['ana'] }

    const { id } = await session.engine.call('fault.apply', { fault: { kind: 'delay', ...link, delayUs: 300_000 } })
    const { receivers } = await publish('slow')
    await session.until(() => deliveries() === 1)
    expect(receivers).toBe(1)
    expect(session.of('message.delivered')[0]!.latencyUs).toBeGreaterThan(290_000)
    const sent = session.of('command.sent').find(({ command }) => command.startsWith('publish'))!
    const replied = session.of('command.replied').find(({ cause }) => cause === sent.seq)!
    expect(replied.t - sent.t).toBeLessThan(200_000)
    await session.engine.call('fault.heal', { id })

    await session.engine.call('fault.apply', { fault: { kind: 'cut', ...link } })
    await publish('kept back')
    await publish('and this')
    await session.until(() => session.of('message.published').length === 3)
    expect(deliveries()).toBe(1)
    await session.engine.call('fault.heal', {})
    await session.until(() => deliveries() === 3)
    expect(session.of('link.healed')).toHaveLength(2)
    expect(session.of('message.lost')).toEqual([])
  })

  it('are killed, refuse, and come back; clients try again and go on', async () => {
    await play(scenario('{ topology: standalone }', pubsub, idle))
    await session.until(() => session.of('subscription.opened').length === 1)

    await session.engine.call('fault.apply', { fault: { kind: 'kill', nodes: ['node-1'] }, forUs: 700_000 })
    const connections = (actor: string) => session.of('connection.opened').filter((one) => one.actor === actor).length
    await session.until(() => session.of('subscription.opened').length === 2 && connections('press') === 2)
    await publish('back again')
    await session.until(() => deliveries() === 1)

    expect(session.of('node.killed').map(({ why }) => why)).toEqual(['killed'])
    expect(session.of('node.started')).toHaveLength(2)
    expect(session.of('connection.retrying').length).toBeGreaterThan(1)
    expect(session.of('connection.failed').map(({ why }) => why)).toContain('ECONNREFUSED')
    const { lines } = await session.engine.call('servers.logs', { node: 'node-1' })
    expect(lines.join('\n')).toContain('Ready to accept connections')
  })

  it('stand still and go on', async () => {
    await play(scenario('{ topology: standalone }', pubsub, idle))
    await session.until(() => session.of('subscription.opened').length === 1)

    await session.engine.call('fault.apply', { fault: { kind: 'pause', nodes: ['node-1'] }, forUs: 400_000 })
    expect((await session.engine.call('deployment.view', {})).nodes[0]!.state).toBe('paused')
    await publish('late')
    await session.until(() => session.of('message.published').length === 1)

    const [published] = session.of('message.published')
    const sent = session.of('command.sent').find(({ seq }) => seq === published!.cause)!
    expect(published!.t - sent.t).toBeGreaterThan(300_000)
    expect(session.of('node.resumed')).toHaveLength(1)
  })

  it('are parted, and the majority goes on', async () => {
    const actors = '{ shop: { role: client, command: "INCR orders:{eu}", rate: 20/s } }'
    const steps = `  - start: all
  - until: answered(shop) >= 5
    within: 5s
  - fault: { partition: [["primary-of(orders:{eu})"], [the-others]] }
  - until: promoted = 1
    within: 20s
  - heal: all
  - until: cluster_state = ok
    within: 20s
  - until: primaries(orders:{eu}) = 1
    within: 20s
`
    await play(scenario('{ topology: cluster, primaries: 3, replicas: 1 }', actors, steps))
    await session.until(() => session.state?.script.ended === true)

    expect(session.state?.script.expectations.filter(({ ok }) => !ok)).toEqual([])
    expect(session.of('partition.healed')).toHaveLength(1)
    expect(session.of('node.promoted')).toHaveLength(1)
  })

  it('cannot do what only simulated nodes can', async () => {
    await play(scenario('{ topology: standalone }', pubsub, idle))
    await expect(
      session.engine.call('fault.apply', { fault: { kind: 'fill-disk', nodes: ['node-1'] } }),
    ).rejects.toThrow('works on the embedded deployment only')
    await expect(session.engine.call('time.pause', {})).rejects.toThrow('cannot be stopped in time')
  })
})
