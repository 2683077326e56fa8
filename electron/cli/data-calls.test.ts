/** Looking at a run's data, asked as the window asks it. */
import { afterEach, describe, expect, it } from 'vitest'
import { replyText } from '../../shared/console/render-reply'
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
