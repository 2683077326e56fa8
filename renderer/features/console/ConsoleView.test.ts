import { afterEach, describe, expect, it } from 'vitest'
import { mountInApp, settle, type Mounted } from '../../testing/mount-app'
import { useConsoles } from '../../stores/consoles'
import { useRun } from '../../stores/run'
import { useSettings } from '../../stores/settings'
import ConsoleView from './ConsoleView.vue'

let mounted: Mounted
afterEach(() => mounted.wrapper.unmount())

async function type(line: string): Promise<void> {
  const input = mounted.wrapper.find('input[role="combobox"]')
  await input.setValue(line)
  await input.trigger('keydown', { key: 'Enter' })
  await settle()
}

const sent = () => mounted.bridge.called.filter(({ name }) => name === 'console.send').map(({ params }) => params)
const texts = () =>
  useConsoles().current.transcript.entries.map((entry) =>
    entry.kind === 'command' ? [entry.text, entry.status] : entry.kind,
  )

describe('the console', () => {
  it('opens a session with the first command and lists command and reply', async () => {
    mounted = await mountInApp(ConsoleView, { startAtMs: 1000 })
    mounted.bridge.answerWith(() => ({ kind: 'bulk', bytes: 'hello' }))
    await type('GET "my key"')
    expect(sent()).toEqual([{ session: 'console', commands: [{ command: 1, argv: ['GET', 'my key'] }] }])
    expect(texts()).toEqual([['GET "my key"', 'done']])
    await type('PING')
    expect(mounted.bridge.called.filter(({ name }) => name === 'console.open')).toHaveLength(1)
    expect(useSettings().values.consoleHistory).toEqual(['GET "my key"', 'PING'])
  })

  it('runs pasted lines one by one and leaves the rest to be edited', async () => {
    mounted = await mountInApp(ConsoleView, { startAtMs: 1000 })
    const input = mounted.wrapper.find<HTMLInputElement>('input[role="combobox"]')
    await input.trigger('paste', { clipboardData: { getData: () => 'SET a 1\r\nSET b 2\nGET' } })
    await settle()
    expect(texts()).toEqual([
      ['SET a 1', 'done'],
      ['SET b 2', 'done'],
    ])
    expect(input.element.value).toBe('GET')
  })

  it('says that a refused command was not sent', async () => {
    mounted = await mountInApp(ConsoleView, { startAtMs: 1000 })
    mounted.bridge.fail('console.send', { code: 'run.over', message: '', hint: '', values: {} })
    await type('PING')
    expect(texts()).toEqual([['PING', 'lost']])
    expect(mounted.wrapper.find('[role="alert"]').text()).toContain('This run has ended.')
  })

  it('tells that time stands still, and how to go on', async () => {
    mounted = await mountInApp(ConsoleView, { startAtMs: 1000 })
    await type('PING')
    await useRun().pause()
    mounted.bridge.hear('console', [], { waiting: 2 })
    await settle()
    expect(mounted.wrapper.text()).toContain('Time stands still, so the replies to 2 commands')
    const resume = mounted.wrapper.findAll('button').find((button) => button.text() === 'Resume')!
    await resume.trigger('click')
    await settle()
    expect(useRun().isRunning).toBe(true)
  })

  it('begins anew with another run, and keeps what was said', async () => {
    mounted = await mountInApp(ConsoleView, { startAtMs: 1000 })
    await type('PING')
    await useRun().restart()
    await type('PING')
    expect(mounted.bridge.called.filter(({ name }) => name === 'console.open')).toHaveLength(2)
    expect(texts()).toHaveLength(2)
  })

  it('streams messages, holds them and stops', async () => {
    mounted = await mountInApp(ConsoleView, { startAtMs: 1000 })
    await type('MONITOR')
    const line = { kind: 'message' as const, t: 1, reply: { kind: 'simple' as const, text: 'a line' } }
    mounted.bridge.hear('console', [line], { isMonitor: true })
    await settle()
    expect(mounted.wrapper.text()).toContain('1 received')
    const button = (text: string) => mounted.wrapper.findAll('button').find((one) => one.text() === text)!
    await button('Hold').trigger('click')
    mounted.bridge.hear('console', [line, line])
    await settle()
    expect(mounted.wrapper.text()).toContain('2 new')
    await button('Stop').trigger('click')
    expect(mounted.bridge.called.at(-1)).toEqual({ name: 'console.interrupt', params: { session: 'console' } })
  })

  it('asks for a run where there is none', async () => {
    mounted = await mountInApp(ConsoleView)
    expect(mounted.wrapper.text()).toContain('No node to talk to')
  })
})
