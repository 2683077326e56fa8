/**
 * `npm start [-- FILE]`: builds what is stale and opens the app. Without a display it says so and plays the first
 * scenario in the terminal.
 */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { hasDisplay } from './lib/display.mjs'
import { electronRuntime, sandboxArguments } from './lib/electron-runtime.mjs'
import { root } from './lib/paths.mjs'

const runtime = electronRuntime()
if (!runtime || !hasDisplay()) {
  const why = runtime ? 'There is no display (DISPLAY is not set)' : 'There is no Electron for this machine'
  console.log(`${why}: playing the chat room headless instead.`)
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'scripts/eventyard.mjs'), 'run', 'chat-room', '--speed', '10x'],
    {
      stdio: 'inherit',
    },
  )
  process.exit(status ?? 1)
}

const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' })
if (build.status !== 0) process.exit(build.status ?? 1)

const sandbox = sandboxArguments()
if (sandbox.length > 0) console.log('Running as root: Chromium starts without its sandbox.')
const startedAt = performance.now()
const app = spawn(runtime.executable, [...runtime.appArguments, ...sandbox, ...process.argv.slice(2)], {
  stdio: 'inherit',
})
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => app.kill(signal))
app.on('error', (error) => {
  console.error(`Electron does not start: ${error.message}`)
  process.exit(1)
})
app.on('exit', (code, signal) => {
  if (signal === 'SIGTRAP' && performance.now() - startedAt < 5000 && sandbox.length === 0) {
    console.error(
      'Chromium found no usable sandbox. Allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1' +
        ' kernel.apparmor_restrict_unprivileged_userns=0',
    )
  }
  process.exit(code ?? 1)
})
