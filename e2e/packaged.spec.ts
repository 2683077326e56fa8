/** The packaged app starts, from its archive, and its binary is locked. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { parse } from 'yaml'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'

const run = promisify(execFile)
const folders = { linux: 'linux-unpacked', darwin: 'mac', win32: 'win-unpacked' } as Record<string, string>
const executables = {
  linux: 'eventyard',
  darwin: 'Eventyard.app/Contents/MacOS/Eventyard',
  win32: 'Eventyard.exe',
} as Record<string, string>
const executable = join(root, 'release', 'test', folders[process.platform]!, executables[process.platform]!)

test.beforeAll(async () => {
  test.setTimeout(180_000)
  await run(process.execPath, [join(root, 'scripts/package.mjs'), '--for-test'], { cwd: root })
})

test('the packaged app starts and runs the chat room', async ({ start }) => {
  const { app, page } = await start({ executable })
  expect(await app.evaluate(({ app: self }) => ({ isPackaged: self.isPackaged, path: self.getAppPath() }))).toEqual({
    isPackaged: true,
    path: expect.stringMatching(/resources[\\/]app\.asar$/i),
  })
  expect(page.url()).toMatch(/^app:\/\/eventyard\//)
  const list = await page.evaluate(() => window.eventyard.call('scenarios.list', {}))
  const files = readdirSync(join(root, 'scenarios'))
  const ids = files.filter((file) => file.endsWith('.yaml')).map((file) => file.replace(/\.yaml$/, ''))
  const packed = expect.arrayContaining(ids.map((id) => expect.objectContaining({ id })))
  expect(list).toMatchObject({ ok: true, value: packed })
  const source = { kind: 'builtin', id: 'chat-room' } as const
  const state = await page.evaluate((chosen) => window.eventyard.call('run.start', { source: chosen }), source)
  expect(state).toMatchObject({ ok: true, value: { status: 'running', seed: 7 } })
})

test('the packaged app listens to no development server', async ({ start }) => {
  const { page } = await start({ executable, env: { EVENTYARD_DEV_URL: 'http://127.0.0.1:9/' } })
  expect(page.url()).toMatch(/^app:\/\/eventyard\//)
})

test('its fuses are set, but for the one that lets this test in', async () => {
  const wire = await getCurrentFuseWire(executable)
  const isOn = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse] as unknown as number) === '1'
  expect({
    runAsNode: isOn(FuseV1Options.RunAsNode),
    nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
    cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
    archiveOnly: isOn(FuseV1Options.OnlyLoadAppFromAsar),
  }).toEqual({ runAsNode: false, nodeOptions: false, inspect: true, cookieEncryption: true, archiveOnly: true })
  const release = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
    electronFuses: Record<string, boolean>
  }
  expect(release.electronFuses).toMatchObject({ runAsNode: false, enableNodeCliInspectArguments: false })
})
