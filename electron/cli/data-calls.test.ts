/** Looking at a run's data, asked as the window asks it. */
import { afterEach, describe, expect, it } from 'vitest'
import { replyText } from '../../shared/console/render-reply'
import { hasRealRedis } from '../simulator/testing/real-redis'
import { EngineSession } from './testing/engine-session'

let session: EngineSession
afterEach(() => session.engine.close())

const look = async (...lines: readonly string[]) => {
  const commands = lines.map((line) => line.split(' '))
  const { replies, nowUs } = await session.engine.call('data.peek', { db: 0, commands })
  return { nowUs, texts: replies.map((reply) => replyText(reply)) }
}

describe('a look at the data', () => {
  it('changes nothing about the run: same hash with and without', async () => {
    session = new EngineSession()
    await session.start()
    const { script } = await session.toTheEnd()
    await session.restart()
    await session.engine.call('time.pause', {})
    const looks: Promise<unknown>[] = []
    await session.engine.call('time.speed', { speed: 'max' })
    await session.engine.call('time.resume', {})
    for (let count = 0; count < 200; count++) {
      looks.push(look('SCAN 0 COUNT 100', 'DBSIZE', 'GET nothing', 'TYPE nothing', 'SRANDMEMBER nothing 3'))
      if (count % 20 === 0) await looks.at(-1)
    }
    await session.until(() => session.state?.run === 2 && session.state.script.ended)
    await Promise.all(looks)
    expect(session.state!.script).toEqual(script)
  })

  it('reads while time stands still, and after the run has ended', async () => {
    session = new EngineSession()
    await session.start()
    await session.engine.call('time.resume', {})
    const { session: console } = await session.engine.call('console.open', { purpose: 'data' })
    await session.engine.call('console.send', { session: console, commands: [{ command: 1, argv: ['SET', 'a', '1'] }] })
    await session.until(() => session.heard.some((item) => item.kind === 'reply'))
    await session.engine.call('time.pause', {})
    const { nowUs } = await session.standstill()
    const { events } = await session.engine.call('run.state', {})
    const paused = await look('GET a', 'DBSIZE', 'SET a 2')
    expect(paused).toEqual({
      nowUs,
      texts: ['"1"', '(integer) 1', '(error) ERR set cannot be peeked at: it is not a read-only command'],
    })
    expect((await session.engine.call('run.state', {})).events).toBe(events)
    await session.engine.call('run.stop', {})
    expect((await look('GET a')).texts).toEqual(['"1"'])
    const { databases } = await session.engine.call('data.databases', {})
    expect(databases.slice(0, 2)).toEqual([
      { db: 0, keys: 1, expires: 0 },
      { db: 1, keys: 0, expires: 0 },
    ])
  })

  it('refuses a database that is not there', async () => {
    session = new EngineSession()
    await session.start()
    const call = session.engine.call('data.peek', { db: 16, commands: [] })
    await expect(call).rejects.toMatchObject({ code: 'data.database', values: { last: 15 } })
  })
})

describe.skipIf(!hasRealRedis())('a look at the data of real servers', () => {
  const start = async (deployment: string, replicas: number) => {
    session = new EngineSession()
    const text = `eventyard: 1
name: Data
deployment: ${deployment}
actors: { clerk: { role: client } }
steps:
  - start: clerk
  - send: MSET {a} 1 {a}b 2
    as: clerk
  - send: PEXPIRE {a}b 100000
    as: clerk
  - send: WAIT ${replicas} 20000
    as: clerk
  - until: answered(clerk) = 3
    within: 20s`
    const state = await session.engine.call('run.start', {
      source: { kind: 'text', name: 'test', text },
      on: { kind: 'local' },
    })
    await session.until(() => session.state?.run === state.run && session.state.script.ended)
    expect(session.state?.script.failed).toBe(0)
  }
  const stop = () => session.engine.call('run.stop', {})

  it('reads, and sends nothing else', async () => {
    await start('{ topology: standalone }', 0)
    const { texts } = await look('GET {a}', 'SET {a} 3', 'GET {a}', 'BLPOP list 0', 'RANDOMKEY', 'EVAL x 0')
    const refused = (name: string) => `(error) ERR ${name} cannot be peeked at: it is not a read-only command`
    expect(texts).toEqual(['"1"', refused('set'), '"1"', refused('blpop'), refused('randomkey'), refused('eval')])

    const { node, databases } = await session.engine.call('data.databases', {})
    expect(node).toBe('node-1')
    expect(databases).toHaveLength(16)
    expect(databases[0]).toEqual({ db: 0, keys: 2, expires: 1 })
    const missing = session.engine.call('data.peek', { db: 16, commands: [] })
    await expect(missing).rejects.toMatchObject({ code: 'data.database', values: { last: 15 } })
    const unknown = session.engine.call('data.peek', { db: 0, commands: [], node: 'node-9' })
    await expect(unknown).rejects.toMatchObject({ code: 'node.unknown' })
    await stop()
    await expect(look('GET {a}')).rejects.toMatchObject({ code: 'node.down' })
  })

  it('reads from a replica, while its primary is down', async () => {
    await start('{ topology: replicated, replicas: 1, sentinels: 0 }', 1)
    const peek = (node: string) => session.engine.call('data.peek', { db: 0, commands: [['GET', '{a}']], node })
    expect((await peek('node-2')).replies.map((reply) => replyText(reply))).toEqual(['"1"'])
    await session.engine.call('fault.apply', { fault: { kind: 'kill', nodes: ['node-1'] } })
    await session.until(() => session.of('node.killed').length > 0)
    await expect(peek('node-1')).rejects.toMatchObject({
      code: expect.stringMatching(/^node\.(down|silent)$/) as string,
    })
    expect((await peek('node-2')).replies.map((reply) => replyText(reply))).toEqual(['"1"'])
    await stop()
  })
})
