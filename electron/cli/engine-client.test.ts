/** The engine in its worker thread, asked as the window and the command line ask it. */
import { afterEach, describe, expect, it } from 'vitest'
import type { TraceEventOf } from '../../shared/trace/event-types'
import { EngineSession as Session } from './testing/engine-session'

let session: Session
afterEach(() => session.engine.close())

describe('a run', () => {
  it('has the same trace again after a restart, in the same thread and in another', async () => {
    session = new Session()
    await session.start()
    const first = await session.toTheEnd()
    await session.restart()
    expect((await session.toTheEnd()).run).toBe(2)
    expect(session.state!.script).toEqual(first.script)
    await session.engine.call('time.speed', { speed: 0.5 })
    expect((await session.restart(99)).speed).toBe(0.5)
    expect((await session.toTheEnd()).script.hash).not.toBe(first.script.hash)
    await session.engine.close()
    session = new Session()
    await session.start()
    expect((await session.toTheEnd()).script).toEqual(first.script)
  })

  it('gives way to the next one, however fast they are started', async () => {
    session = new Session()
    const source = { kind: 'builtin', id: 'chat-room' } as const
    const { engine } = session
    const started = await Promise.all([1, 2, 3].map(() => engine.call('run.start', { source })))
    expect(started.map(({ run }) => run)).toEqual([1, 2, 3])
    // Whether it still comes in time is open; that it is answered is not.
    const late = engine
      .call('actor.disconnect', { actor: 'dan' })
      .catch((error: unknown) => expect(error).toMatchObject({ code: 'run.over' }))
    await engine.call('run.stop', {})
    await late
    expect((await engine.call('run.state', {})).status).toBe('ended')
    await expect(engine.call('actor.connect', { actor: 'dan' })).rejects.toMatchObject({ code: 'run.over' })
    await engine.call('run.restart', {})
    expect((await session.toTheEnd()).script).toMatchObject({ failed: 0 })
  })

  it('falls back to 1x at the end of its script and goes on living', async () => {
    session = new Session()
    await session.start()
    await session.toTheEnd()
    await session.until(() => session.state?.speed === 1)
    expect(session.state!.status).toBe('running')
    const before = session.events.length
    await session.until(() => session.events.length > before)
  })

  it('numbers its events without gaps, in the order of time, causes before effects', async () => {
    session = new Session()
    await session.start()
    await session.toTheEnd()
    session.events.forEach((event, index) => {
      expect(event.seq).toBe(index + 1)
      expect(event.cause).toBeLessThan(event.seq)
      if (index > 0) expect(event.t).toBeGreaterThanOrEqual(session.events[index - 1]!.t)
    })
  })

  it('accounts for every message to everybody who should have had it', async () => {
    session = new Session()
    await session.start()
    await session.toTheEnd()
    const listeners = 3
    for (const { message } of session.of('message.published')) {
      const fates = session.events.filter(
        (event) => (event.type === 'message.delivered' || event.type === 'message.lost') && event.message === message,
      )
      // The last ones may still be on their way when the script ends.
      if (message < session.of('message.published').length - 2) expect(fates).toHaveLength(listeners)
    }
    expect(new Set(session.of('message.lost').map(({ actor, why }) => `${actor} ${why}`))).toEqual(
      new Set(['dan disconnected']),
    )
  })

  it('traces every reply back to the command, and a message to its PUBLISH', async () => {
    session = new Session()
    await session.start()
    await session.toTheEnd()
    const bySeq = (seq: number) => session.events[seq - 1]
    for (const { cause } of session.of('command.replied')) expect(bySeq(cause)?.type).toBe('command.sent')
    for (const { cause, channel, actor } of session.of('message.published')) {
      expect(bySeq(cause)).toMatchObject({ type: 'command.sent', actor })
      expect((bySeq(cause) as TraceEventOf<'command.sent'>).command).toMatch(new RegExp(`^publish ${channel} `, 'i'))
    }
    for (const { cause, message } of session.of('message.delivered')) {
      expect(bySeq(cause)).toMatchObject({ type: 'message.published', message })
    }
  })
})

describe('time', () => {
  it('stands still while paused, whatever the user does', async () => {
    session = new Session()
    await session.start()
    const { engine } = session
    for (let step = 0; step < 100; step++) await engine.call('time.step', {})
    const { nowUs, events } = await session.standstill()
    await session.until(() => session.events.length === events)
    expect(session.of('subscription.opened')).toHaveLength(3)
    const before = session.of('message.published').length
    expect(await engine.call('pubsub.publish', { actor: 'ana', channel: 'chatroom', message: 'hi' })).toEqual({
      receivers: null,
    })
    await engine.call('actor.disconnect', { actor: 'eve' })
    expect((await engine.call('run.state', {})).nowUs).toBe(nowUs)
    expect(session.of('message.published')).toHaveLength(before)
    await engine.call('time.resume', {})
    await session.until(() => session.of('message.published').some(({ payload }) => payload === 'hi'))
    const published = session.of('message.published').find(({ payload }) => payload === 'hi')!
    const input = session.of('input.applied').find(({ call }) => call === 'pubsub.publish')!
    const sent = session.events[published.cause - 1]!
    expect(sent.cause).toBe(input.seq)
  })

  it('goes on by one event and what comes with it at a step', async () => {
    session = new Session()
    const started = await session.start()
    let { events, nowUs } = started
    for (let step = 0; step < 30; step++) {
      await session.engine.call('time.step', {})
      const after = await session.standstill()
      expect(after.events).toBeGreaterThan(events)
      expect(after.nowUs).toBeGreaterThanOrEqual(nowUs)
      ;({ events, nowUs } = after)
      const last = events
      await session.until(() => session.events.length === last)
      expect(session.events.at(-1)!.t).toBe(nowUs)
    }
  })

  it('leads to the same trace at every speed and through pauses', async () => {
    session = new Session()
    await session.start()
    const { script } = await session.toTheEnd()
    await session.start()
    const { engine } = session
    await engine.call('time.speed', { speed: 100 })
    for (let step = 0; step < 20; step++) await engine.call('time.step', {})
    await engine.call('time.resume', {})
    await session.until(() => (session.state?.nowUs ?? 0) > 3_000_000)
    await engine.call('time.pause', {})
    await engine.call('time.speed', { speed: 0.01 })
    await engine.call('time.resume', {})
    expect((await session.toTheEnd()).script).toEqual(script)
  })
})

describe("the user's own doing", () => {
  it('adds, subscribes, disconnects, connects and removes actors', async () => {
    session = new Session()
    await session.start()
    const { engine } = session
    await engine.call('time.speed', { speed: 10 })
    await engine.call('time.resume', {})
    const { actor } = await engine.call('actor.add', { role: 'subscriber', channels: ['lobby'], patterns: ['lob*'] })
    expect(actor).toBe('subscriber')
    await session.until(() => session.of('subscription.opened').filter((event) => event.actor === actor).length === 2)
    const added = await engine.call('actor.add', { role: 'publisher', name: 'zoe', channels: ['lobby'] })
    expect(added.actor).toBe('zoe')
    await session.until(() => session.of('connection.opened').some((event) => event.actor === 'zoe'))
    const publish = async (message: string) => {
      const answer = await engine.call('pubsub.publish', { actor: 'zoe', channel: 'lobby', message })
      await session.sometime() // else what follows could overtake it on its way to the subscriber
      return answer
    }
    // Channel and pattern both match: Redis delivers twice and counts two.
    expect(await publish('one')).toEqual({ receivers: 2 })
    await engine.call('actor.unsubscribe', { actor, patterns: ['lob*'] })
    await session.until(() => session.of('subscription.closed').some(({ kind }) => kind === 'pattern'))
    expect(await publish('two')).toEqual({ receivers: 1 })
    await engine.call('actor.disconnect', { actor })
    await engine.call('actor.subscribe', { actor, channels: ['attic'] })
    await session.until(() => session.of('connection.closed').some((event) => event.actor === actor))
    await session.sometime()
    expect(await publish('three')).toEqual({ receivers: 0 })
    await engine.call('actor.connect', { actor })
    await session.until(() => session.of('subscription.opened').some(({ resource }) => resource === 'attic'))
    expect(await publish('four')).toEqual({ receivers: 1 })
    await engine.call('actor.remove', { actor })
    await session.until(() => session.of('actor.left').length === 1)
    await session.sometime()
    expect(await publish('five')).toEqual({ receivers: 0 })
    await session.until(() => session.of('message.lost').some(({ why }) => why === 'no-subscriber'))
    expect(session.of('message.lost').filter(({ channel }) => channel === 'lobby')).toMatchObject([
      { actor, why: 'disconnected' },
      { actor: '', why: 'no-subscriber' },
    ])
  })

  it('adds actors of any role, and does to their processes what may befall them', async () => {
    session = new Session()
    await session.start()
    const { engine } = session
    await engine.call('time.speed', { speed: 10 })
    await engine.call('time.resume', {})
    const shop = { role: 'producer', list: 'orders' }
    expect(await engine.call('actor.create', { name: 'shop', spec: shop })).toEqual({ actors: ['shop'] })
    const packer = { role: 'consumer', list: 'orders', count: 2, work: '1ms..2ms' }
    const { actors } = await engine.call('actor.create', { spec: packer })
    expect(actors).toEqual(['consumer-1', 'consumer-2'])
    const isOpen = (name: string) => session.of('connection.opened').some(({ actor }) => actor === name)
    await session.until(() => ['shop', ...actors].every(isOpen))

    await engine.call('actor.steer', { actor: 'consumer-1', action: 'pause' })
    expect(await engine.call('job.add', { actor: 'shop', body: 'one' })).toEqual({ job: 'shop-1' })
    await session.until(() => session.of('job.acknowledged').length > 0 || session.of('job.taken').length > 0)
    await engine.call('actor.steer', { actor: 'consumer-1', action: 'resume' })
    await engine.call('actor.steer', { actor: 'consumer-2', action: 'kill' })
    await session.until(() => session.of('actor.killed').length === 1)
    await engine.call('actor.steer', { actor: 'consumer-2', action: 'start' })
    await session.until(() => session.of('actor.joined').filter(({ actor }) => actor === 'consumer-2').length === 2)
    expect(session.of('actor.paused')).toMatchObject([{ actor: 'consumer-1' }])
    expect(session.of('actor.resumed')).toMatchObject([{ actor: 'consumer-1' }])
    expect(session.of('input.applied').map(({ call }) => call)).toEqual([
      ...['actor.create', 'actor.create', 'actor.steer', 'job.add'],
      ...['actor.steer', 'actor.steer', 'actor.steer'],
    ])
  })

  it('binds actors elsewhere and brings back what they were, removed or not', async () => {
    session = new Session()
    await session.start()
    const { engine } = session
    await engine.call('time.speed', { speed: 10 })
    await engine.call('time.resume', {})
    await engine.call('actor.create', { name: 'shop', spec: { role: 'producer', list: 'orders', rate: '20/s' } })
    await engine.call('actor.create', { name: 'packer', spec: { role: 'consumer', list: 'orders', reliable: true } })
    const takenFrom = (resource: string) => session.of('job.taken').filter((job) => job.resource === resource).length
    const boundTo = () =>
      session.of('actor.bound').flatMap(({ actor, resource }) => (actor === 'packer' ? resource : []))
    await session.until(() => takenFrom('orders') > 0)

    await engine.call('actor.rebind', { actor: 'shop', end: 'target', kind: 'stream', resource: 'log' })
    await engine.call('actor.rebind', { actor: 'packer', end: 'source', kind: 'stream', resource: 'log' })
    await session.until(() => takenFrom('log') > 0)
    await engine.call('actor.restore', { actor: 'packer' })
    await engine.call('actor.restore', { actor: 'shop' })
    const before = takenFrom('orders')
    await session.until(() => takenFrom('orders') > before)
    expect(boundTo()).toEqual(['orders', 'log', 'orders'])

    await engine.call('actor.remove', { actor: 'packer' })
    await engine.call('actor.restore', { actor: 'packer' })
    const again = takenFrom('orders')
    await session.until(() => takenFrom('orders') > again)
    // It keeps its jobs in a list of its own, as it was told when it was made.
    expect(
      session
        .of('command.sent')
        .filter(({ actor }) => actor === 'packer')
        .at(-1)?.command,
    ).toMatch(/BLMOVE|LREM|EVAL/)
  })

  it('is refused with a reason where it makes no sense, and changes nothing then', async () => {
    session = new Session()
    const { engine } = session
    await expect(engine.call('time.pause', {})).rejects.toMatchObject({ code: 'run.none' })
    await session.start()
    await engine.call('time.step', {})
    await session.standstill()
    const { hash } = await engine.call('run.hash', {})
    const refused: [Promise<unknown>, string][] = [
      [engine.call('actor.remove', { actor: 'nobody' }), 'actor.unknown'],
      [engine.call('actor.add', { role: 'publisher', name: 'ana' }), 'actor.exists'],
      [engine.call('actor.subscribe', { actor: 'ana', channels: ['x'] }), 'actor.role'],
      [engine.call('actor.create', { spec: { role: 'consumer' } }), 'call.invalid'],
      [engine.call('actor.create', { name: 'ana', spec: { role: 'producer', list: 'x' } }), 'actor.exists'],
      [engine.call('actor.create', { spec: { role: 'consumer', list: 'x', handler: '1' } }), 'actor.handler'],
      [engine.call('actor.steer', { actor: 'nobody', action: 'kill' }), 'actor.unknown'],
      [engine.call('actor.rebind', { actor: 'ana', end: 'source', kind: 'list', resource: 'x' }), 'actor.binding'],
      [engine.call('actor.restore', { actor: 'ana' }), 'actor.past'],
      [engine.call('job.add', { actor: 'ana', body: 'x' }), 'actor.role'],
      [engine.call('pubsub.publish', { actor: 'ana', channel: 'x', message: '' }), 'actor.offline'],
      [engine.call('run.start', { source: { kind: 'builtin', id: 'nothing' } }), 'scenario.unknown'],
      [engine.call('run.start', { source: { kind: 'text', name: 'a.yaml', text: ': {' } }), 'scenario.syntax'],
    ]
    await Promise.all(refused.map(([call, code]) => expect(call).rejects.toMatchObject({ code })))
    expect((await engine.call('run.hash', {})).hash).toBe(hash)
  })
})
