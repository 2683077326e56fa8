/** Runs the built command line as a person would, in a process of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const bundleFolder = `${root}dist`

let isBuilt = false

/** Builds the worker and the command line if their sources are newer; many test files may ask at once. */
export function ensureBuilt(): void {
  if (isBuilt) return
  const build = spawnSync(process.execPath, [`${root}scripts/build.mjs`, '--if-stale', '--silent', 'worker', 'cli'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (build.status !== 0) throw new Error(`the command line could not be built:\n${build.stderr}`)
  isBuilt = true
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `eventyard ...args`, to its end. */
export function eventyard(...args: string[]): Promise<Finished> {
  ensureBuilt()
  return finished(spawn(process.execPath, [`${bundleFolder}/cli.cjs`, ...args], { cwd: root }))
}

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

export interface Served {
  readonly port: number
  /** The trace lines printed so far, with `--trace`. */
  readonly events: () => { type: string; [field: string]: unknown }[]
  /** Comes back with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** `eventyard serve` on a free port, with `--trace` unless told otherwise, once it says that it is ready. */
export function serve(...args: string[]): Promise<Served> {
  ensureBuilt()
  const words = ['serve', '--port', '0', ...(args.length > 0 ? args : ['--trace'])]
  const child = spawn(process.execPath, [`${bundleFolder}/cli.cjs`, ...words], { cwd: root })
  const ended = finished(child)
  let text = ''
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (more: Buffer) => {
      text += more.toString()
      const port = /^node-1 127\.0\.0\.1:(\d+)$/m.exec(text)?.[1]
      if (!port) return
      resolve({
        port: Number(port),
        events: () => text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])),
        stop: async (signal = 'SIGTERM') => {
          child.kill(signal)
          return (await ended).code
        },
      })
    })
    ended.then(({ stderr }) => reject(new Error(`serve ended: ${stderr}`)), reject)
  })
}
