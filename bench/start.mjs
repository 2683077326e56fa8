/**
 * From the start of the process to the first paint, beside an empty Electron window. Both are started in turn, as a user
 * would start them and not through a test driver, and are asked for their paint time afterwards.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { electronRuntime, prepareApp, relativeExecutable, sandboxArguments } from '../scripts/lib/electron-runtime.mjs'
import { checkoutCache, root } from '../scripts/lib/paths.mjs'
import { runProgram, withDisplay } from '../scripts/lib/with-display.mjs'

/** @typedef {{ executable: string, appArguments: string[] }} StartableApp */

/** @param {readonly string[]} args */
export async function run(args) {
  const runs = Number(args[0] ?? 7)
  const runtime = electronRuntime()
  if (!runtime) throw new Error('There is no Electron: run "node scripts/setup.mjs test".')
  if ((await runProgram(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root })) !== 0) return
  const empty = prepareApp(
    { ...runtime, relativeExecutable: relativeExecutable() },
    join(root, 'bench', 'empty-app'),
    join(checkoutCache, 'electron-empty'),
  )

  await withDisplay(async (env) => {
    // The first of each only warms the disk cache.
    await firstPaint(empty, env)
    await firstPaint(runtime, env)
    /** @type {number[]} */
    const emptyTimes = []
    /** @type {number[]} */
    const ourTimes = []
    /** @type {number[]} */
    const shownTimes = []
    for (let index = 0; index < runs; index++) {
      emptyTimes.push((await firstPaint(empty, env)).painted)
      const { painted, shown } = await firstPaint(runtime, env)
      ourTimes.push(painted)
      shownTimes.push(shown)
    }
    console.log(`Electron ${runtime.version}, ${runs} starts each, ms from process start to first paint`)
    console.log(`  empty window  median ${median(emptyTimes)}   (${emptyTimes.join(' ')})`)
    console.log(`  Eventyard     median ${median(ourTimes)}   (${ourTimes.join(' ')})`)
    console.log(`  start view    median ${median(shownTimes)}   (behind the frame that was painted first)`)
    console.log(`  ratio         ${(median(ourTimes) / median(emptyTimes)).toFixed(2)}   (target: at most 1.25)`)
  })
  printSizes()
}

/** @param {StartableApp} app @param {NodeJS.ProcessEnv} env */
async function firstPaint({ executable, appArguments }, env) {
  const userData = mkdtempSync(join(tmpdir(), 'eventyard-bench-'))
  const startedAt = Date.now()
  const child = spawn(
    executable,
    [...appArguments, ...sandboxArguments(), `--user-data-dir=${userData}`, '--remote-debugging-port=0'],
    { env, stdio: 'ignore' },
  )
  try {
    const port = await devToolsPort(join(userData, 'DevToolsActivePort'))
    /** @type {[painted: number, shown: number] | undefined} */
    let times
    for (let tries = 0; times === undefined; tries++) {
      if (tries === 10) throw new Error('The page has not been painted within 15 s.')
      // Asking while it starts would slow it down.
      await sleep(1500)
      times = await evaluate(port, paintTimes)
    }
    return { painted: Math.round(times[0] - startedAt), shown: Math.round(times[1] - startedAt) }
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill()
    await ended
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** When the page was first painted, and when the app had built its first view, in ms since 1970. */
const paintTimes = `(() => {
  const [paint] = performance.getEntriesByName('first-paint')
  const [mounted = paint] = performance.getEntriesByName('app-mounted')
  return paint && [performance.timeOrigin + paint.startTime, performance.timeOrigin + mounted.startTime]
})()`

/**
 * Asks the app's only page over the DevTools protocol.
 *
 * @param {string} port
 * @param {string} expression
 * @returns {Promise<[painted: number, shown: number] | undefined>}
 */
async function evaluate(port, expression) {
  const targets = /** @type {{ type: string, webSocketDebuggerUrl: string }[]} */ (
    await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()
  )
  const page = targets.find(({ type }) => type === 'page')
  if (!page) throw new Error('The app shows no page.')
  const socket = new WebSocket(page.webSocketDebuggerUrl)
  try {
    return await new Promise((resolve, reject) => {
      socket.onerror = () => reject(new Error('The app closed its DevTools socket.'))
      socket.onopen = () =>
        socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }))
      socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)).result.result.value)
    })
  } finally {
    socket.close()
  }
}

/** Chromium writes the port that it chose into its data folder. @param {string} file */
async function devToolsPort(file) {
  for (let tries = 0; tries < 400; tries++) {
    const port = existsSync(file) ? readFileSync(file, 'utf8').split('\n')[0] : ''
    if (port) return port
    await sleep(50)
  }
  throw new Error('The app did not start within 20 s.')
}

function printSizes() {
  const kib = (/** @type {number} */ bytes) => `${Math.round(bytes / 1024)} KiB`
  const size = (/** @type {string} */ file) => statSync(join(root, 'dist', file)).size
  const assets = join(root, 'dist', 'renderer', 'assets')
  const sum = (/** @type {RegExp} */ kind) =>
    readdirSync(assets)
      .filter((file) => kind.test(file))
      .reduce((total, file) => total + statSync(join(assets, file)).size, 0)
  console.log(
    `main ${kib(size('main.cjs'))}, preload ${kib(size('preload.cjs'))}, command line ${kib(size('cli.cjs'))}`,
  )
  console.log(
    `window ${kib(sum(/\.js$/))} of scripts, ${kib(sum(/\.css$/))} of styles, ${kib(sum(/\.woff2$/))} of fonts`,
  )
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
