/** A console of a run, asked as the window asks it. */
import { afterEach, describe, expect, it } from 'vitest'
import { replyText } from '../../shared/console/render-reply'
import { EngineSession } from './testing/engine-session'

let session: EngineSession
let lastCommand = 0
afterEach(() => session.engine.close())

async function begin(): Promise<string> {
  session = new EngineSession()
  lastCommand = 0
  await session.start()
  return (await session.engine.call('console.open', { purpose: 'console' })).session
}

async function send(console: string, ...lines: readonly string[]): Promise<void> {
  const commands = lines.map((line) => ({ command: ++lastCommand, argv: line.split(' ') }))
  await session.engine.call('console.send', { session: console, commands })
}

/** What came for a command so far, as redis-cli prints it. */
const replies = (command: number) =>
  session.heard.flatMap((item) => (item.kind === 'reply' && item.command === command ? [replyText(item.reply)] : []))
const isDone = (command: number) =>
  session.heard.some((item) => 'command' in item && item.command === command && (item.kind !== 'reply' || item.isLast))
const messages = () => session.heard.flatMap((item) => (item.kind === 'message' ? [replyText(item.reply)] : []))

describe('a console', () => {
  it('waits while time stands still, and has its reply when time goes on', async () => {
    const console = await begin()
    await send(console, 'SET greeting hello', 'GET greeting')
    expect((await session.engine.call('run.state', {})).nowUs).toBe(0)
    await session.until(() => session.console?.state.waiting === 2)
    expect(session.heard).toEqual([])
    await session.engine.call('time.resume', {})
    await session.until(() => isDone(2))
    expect([replies(1), replies(2)]).toEqual([['OK'], ['"hello"']])
    const sent = session.of('command.sent').filter(({ actor }) => actor === console)
    expect(sent.map(({ command }) => command)).toEqual(['SET greeting hello', 'GET greeting'])
    const inputs = session.of('input.applied')
    expect(inputs.map(({ call }) => call)).toEqual(['console.open', 'console.send'])
    expect(sent[0]!.cause).toBe(inputs[1]!.seq)
    expect(session.of('actor.joined').map(({ actor, role }) => `${actor} ${role}`)).toContain('console console')
  })

  it('puts no password into the trace', async () => {
    const console = await begin()
    await session.engine.call('time.resume', {})
    await send(console, 'CONFIG SET requirepass secret-word', 'AUTH secret-word', 'CONFIG GET requirepass')
    await session.until(() => isDone(3))
    expect(replies(3)).toEqual(['1) "requirepass"\n2) "secret-word"'])
    expect(JSON.stringify(session.events)).not.toContain('secret-word')
    expect(session.of('input.applied').at(-1)!.params).toContain('(redacted)')
  })

  it('streams what comes unasked: messages and the lines of MONITOR', async () => {
    const console = await begin()
    await session.engine.call('time.resume', {})
    await send(console, 'SUBSCRIBE chatroom')
    await session.until(() => messages().length > 1)
    expect(replies(1)).toEqual(['1) "subscribe"\n2) "chatroom"\n3) (integer) 1'])
    expect(messages()[0]).toMatch(/^1\) "message"\n2\) "chatroom"\n3\) /)
    expect(session.console!.state).toMatchObject({ subscriptions: 1, link: 'open', address: '10.0.1.1:6379' })
    await send(console, 'GET a')
    await session.until(() => isDone(2))
    expect(replies(2)[0]).toMatch(/^\(error\) ERR Can't execute 'get'/)
    await session.engine.call('console.interrupt', { session: console })
    await session.until(() => session.console!.state.link === 'closed')
    await send(console, 'MONITOR')
    const before = messages().length
    await session.until(() => messages().length > before)
    expect(messages().at(-1)).toMatch(/^\d+\.\d{6} \[0 10\.0\.2\.\d+:\d+\] "/)
  })

  it('gets out of a blocking command, and finds its database again', async () => {
    const console = await begin()
    await session.engine.call('time.resume', {})
    await send(console, 'HELLO 3', 'SELECT 2', 'BLPOP nothing 0')
    await session.until(() => isDone(2) && session.console!.state.waiting === 1)
    await session.engine.call('console.interrupt', { session: console })
    await session.until(() => isDone(3))
    expect(session.heard.find((item) => item.kind === 'lost')).toMatchObject({ command: 3, why: 'interrupted' })
    await send(console, 'CLIENT INFO')
    await session.until(() => isDone(4))
    expect(replies(4)[0]).toMatch(/ db=2 .* resp=3\b/)
  })

  it('tells when the node hangs up, and connects again', async () => {
    const console = await begin()
    await session.engine.call('time.resume', {})
    await send(console, 'QUIT', 'PING')
    await session.until(() => isDone(2))
    expect(replies(1)).toEqual(['OK'])
    expect(session.heard.find((item) => item.kind === 'lost')).toMatchObject({ command: 2, why: 'server closed' })
    await send(console, 'PING')
    await session.until(() => isDone(3))
    expect(replies(3)).toEqual(['PONG'])
  })

  it('leaves with its run, and is refused by the next', async () => {
    const console = await begin()
    await session.engine.call('console.close', { session: console })
    await session.until(() => session.console?.isGone === true)
    await expect(send(console, 'PING')).rejects.toMatchObject({ code: 'console.unknown' })
    expect(await session.engine.call('console.list', {})).toEqual([])
    await session.engine.call('run.stop', {})
    await expect(session.engine.call('console.open', { purpose: 'console' })).rejects.toMatchObject({
      code: 'run.over',
    })
  })

  it('documents every command of the node', async () => {
    session = new EngineSession()
    const docs = await session.engine.call('console.commands', {})
    const set = docs.find(({ name }) => name === 'SET')!
    expect(set).toMatchObject({ since: '1.0.0', group: 'string', complexity: 'O(1)' })
    expect(docs.find(({ name }) => name === 'XINFO GROUPS')).toBeDefined()
    expect(docs.filter(({ summary }) => summary === '')).toEqual([])
  })
})
