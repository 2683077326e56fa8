/**
 * `npm run dev`: the window from Vite's server, with hot replacement, and the Node-side bundles rebuilt as their sources
 * change. A new main, preload or worker restarts Electron.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createBuilder, createServer } from 'vite'
import { electronRuntime, sandboxArguments } from './lib/electron-runtime.mjs'
import { root } from './lib/paths.mjs'

const runtime = electronRuntime()
if (!runtime) throw new Error('There is no Electron for this machine.')
const { executable, appArguments } = runtime

const configFile = join(root, 'vite.config.ts')
const server = await createServer({ configFile, mode: 'development' })
await server.listen()
const url = server.resolvedUrls?.local[0]
if (!url) throw new Error('Vite gave no address.')

/** @type {import('node:child_process').ChildProcess | undefined} */
let app
let restarting = false
function startApp() {
  app = spawn(executable, [...appArguments, ...sandboxArguments(), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, EVENTYARD_DEV_URL: url },
  })
  app.on('exit', () => {
    if (restarting) startApp()
    else process.exit()
    restarting = false
  })
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => process.exit())
process.on('exit', () => app?.kill())

/** Several bundles often follow from one change: wait until they are all there. @type {NodeJS.Timeout | undefined} */
let timer
function restartSoon() {
  clearTimeout(timer)
  timer = setTimeout(() => {
    if (!app) return startApp()
    restarting = true
    app.kill()
  }, 300)
}

const builder = await createBuilder({ configFile, mode: 'development', logLevel: 'warn', build: { watch: {} } })
const waiting = new Set(['main', 'preload', 'worker'])
for (const name of [...waiting]) {
  const environment = builder.environments[name]
  if (!environment) continue
  environment.config.build.watch = {}
  const watcher = /** @type {import('vite').Rolldown.RolldownWatcher} */ (await builder.build(environment))
  watcher.on('event', (event) => {
    if (event.code === 'ERROR') console.error(event.error.message)
    if (event.code !== 'END') return
    waiting.delete(name)
    if (waiting.size === 0) restartSoon()
  })
}
