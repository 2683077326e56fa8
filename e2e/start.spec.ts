/** Starting, starting twice, and what is there again after a restart. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type WorkerThreads from 'node:worker_threads'
import type { WindowCommand } from '../shared/contract'
import { environment, expect, startCommand, test } from './helpers/app'
import { playground } from './helpers/playground'

/** Starts the app beside another one, and gives what it printed and its exit code. */
function startAgain(userData: string, file?: string): Promise<{ code: number | null; printed: string }> {
  const { executable, args } = startCommand(userData, { arguments: file === undefined ? [] : [file] })
  return new Promise((resolve, reject) => {
    const second = spawn(executable, args, { env: environment(), timeout: 30_000 })
    let printed = ''
    second.stderr.on('data', (chunk) => (printed += String(chunk)))
    second.on('error', reject)
    second.on('exit', (code) => resolve({ code, printed }))
  })
}

test('a second start brings the first window to the front, says so and ends', async ({ start, userData }) => {
  const { app } = await start()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide())
  const { code, printed } = await startAgain(userData)
  expect(code).toBe(2)
  expect(printed).toContain('Eventyard is already running: its window comes to the front.\n')
  const isVisible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((w) => w.isVisible()))
  await expect.poll(isVisible).toEqual([true])
})

test('a second start hands its scenario file to the first', async ({ start, userData }) => {
  const { page } = await start()
  await page.evaluate(() => {
    const commands: WindowCommand[] = []
    Object.assign(window, { commands })
    window.eventyard.onCommand((command) => commands.push(command))
  })
  const file = join(userData, 'mine.yaml')
  writeFileSync(file, 'eventyard: 1\nname: Mine\n')
  expect((await startAgain(userData, file)).code).toBe(0)
  const commands = () => page.evaluate(() => (window as unknown as { commands: WindowCommand[] }).commands)
  await expect
    .poll(commands)
    .toMatchObject([{ kind: 'open-scenario', name: 'mine.yaml', text: 'eventyard: 1\nname: Mine\n' }])
})

test('the window is where it was, as large as it was, in the theme it had', async ({ start, userData }) => {
  const first = await start()
  const bounds = { x: 60, y: 70, width: 1100, height: 760 }
  await first.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]!.setBounds(to), bounds)
  const isAsSet = () => first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds().width)
  await expect.poll(isAsSet).toBe(bounds.width)
  await first.page.evaluate(() => window.eventyard.call('settings.set', { theme: 'dark' }))
  await first.app.close()
  expect(JSON.parse(readFileSync(join(userData, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' })

  const second = await start()
  expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds())).toEqual(
    bounds,
  )
  expect(await second.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
})

test('what was set just before quitting is set', async ({ start, userData }) => {
  const { app, page } = await start()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { name: 'Dark' }).click()
  await app.close()
  expect(JSON.parse(readFileSync(join(userData, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' })
})

test('a corrupted settings file is kept, told of, and does not keep the app from starting', async ({
  start,
  userData,
}) => {
  const file = join(userData, 'settings.json')
  writeFileSync(file, '{ "theme": "dark"')
  const { page, log } = await start()
  const answer = await page.evaluate(() => window.eventyard.call('settings.get', {}))
  expect(answer).toMatchObject({ ok: true, value: { theme: 'system' } })
  expect(readFileSync(`${file}.bad`, 'utf8')).toBe('{ "theme": "dark"')
  expect(existsSync(file)).toBe(false)
  expect(log()).toContain('The settings file could not be read')
  await expect(page.getByRole('alert').filter({ hasText: 'The settings file could not be read' })).toBeVisible()
})

test('a file that cannot be read is told of, and the app is there', async ({ start, userData }) => {
  const { page, log } = await start({ arguments: [join(userData, 'none.yaml')] })
  await expect.poll(log).toContain('none.yaml')
  await expect(page.getByRole('alert').filter({ hasText: 'none.yaml' })).toBeVisible()
  expect(await page.evaluate(() => window.eventyard.call('app.info', {}))).toMatchObject({ ok: true })
})

test('a worker that dies leaves a failed run that says why, and the scenario starts again', async ({ start }) => {
  const { app, page } = await start()
  await app.evaluate(() => {
    const { Worker } = process.mainModule!.require('node:worker_threads') as typeof WorkerThreads
    const send = Worker.prototype.postMessage
    Worker.prototype.postMessage = function (...message) {
      Object.assign(globalThis, { engineWorker: this })
      send.apply(this, message)
    }
  })
  const { startChatRoom, restart, state, shownMs } = playground(page)
  await startChatRoom()
  await expect.poll(shownMs).toBeGreaterThan(500)
  expect(await state()).toMatchObject({ run: 1, status: 'running' })
  await app.evaluate(() => (globalThis as unknown as { engineWorker: Worker }).engineWorker.terminate())
  await expect(page.getByText('The engine stopped')).toBeVisible()

  await restart.click()
  await expect.poll(async () => (await state()).run).toBe(2)
  await expect.poll(shownMs).toBeGreaterThan(500)
})
