import type { IpcMain, IpcMainInvokeEvent, WebFrameMain } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { calls, settingsSchema } from '../../shared/contract'
import { EventyardError } from '../../shared/errors'
import { serveCalls, type Handlers } from './serve-calls'

const ours = { url: 'app://eventyard/' } as WebFrameMain
const theirs = { url: 'https://example.com/' } as WebFrameMain

function serve(handlers: Partial<Handlers>) {
  const channels = new Map<string, Parameters<IpcMain['handle']>[1]>()
  const log = { info: vi.fn(), error: vi.fn() }
  const ipc = { handle: (channel: string, listener: never) => void channels.set(channel, listener) }
  serveCalls(ipc, handlers as Handlers, (frame) => frame === ours, log)
  const call = (name: string, params: unknown, senderFrame = ours): Promise<unknown> =>
    Promise.resolve(channels.get(`call:${name}`)!({ senderFrame } as IpcMainInvokeEvent, params))
  return { call, log, channels }
}

describe('a call', () => {
  it('has an endpoint for every name of the contract, and no other', () => {
    expect([...serve({}).channels.keys()]).toEqual(Object.keys(calls).map((name) => `call:${name}`))
  })

  it('reaches its handler with checked parameters, defaults filled in', async () => {
    const publish = vi.fn(() => ({ actor: 'ana' }))
    const { call } = serve({ 'actor.add': publish })
    expect(await call('actor.add', { role: 'publisher' })).toEqual({ ok: true, value: { actor: 'ana' } })
    expect(publish).toHaveBeenCalledWith({ role: 'publisher', channels: [], patterns: [], rate: 0, message: '' })
  })

  it('is refused to a page that is not ours, before its parameters are read', async () => {
    const get = vi.fn(() => settingsSchema.parse({}))
    const { call } = serve({ 'settings.get': get })
    expect(await call('settings.get', { wrong: true }, theirs)).toMatchObject({ error: { code: 'call.untrusted' } })
    expect(get).not.toHaveBeenCalled()
  })

  it('is refused with wrong parameters, naming the one at fault', async () => {
    const { call } = serve({ 'time.speed': vi.fn() })
    const answer = await call('time.speed', { speed: 'fast' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'call.invalid', values: { path: 'speed' } } })
    expect(await call('app.info', { extra: 1 })).toMatchObject({ error: { code: 'call.invalid' } })
    expect(await call('app.info', undefined)).toMatchObject({ error: { code: 'call.invalid' } })
  })

  it('carries an error with its code, words and hint', async () => {
    const { call, log } = serve({
      'run.hash': () => {
        throw new EventyardError('run.none')
      },
    })
    expect(await call('run.hash', {})).toMatchObject({
      ok: false,
      error: { code: 'run.none', message: 'No run is open.', hint: 'Start a scenario first.' },
    })
    expect(log.error).not.toHaveBeenCalled()
  })

  it('logs what nobody foresaw, and answers all the same', async () => {
    const { call, log } = serve({ 'run.hash': () => Promise.reject(new Error('out of ideas.')) })
    expect(await call('run.hash', {})).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'Something in Eventyard failed: out of ideas.' },
    })
    expect(log.error).toHaveBeenCalledOnce()
  })

  it('does not let a result pass that breaks the contract', async () => {
    const { call } = serve({ 'run.hash': () => ({ hash: 1 }) as never })
    expect(await call('run.hash', {})).toMatchObject({ ok: false, error: { code: 'internal' } })
  })
})
