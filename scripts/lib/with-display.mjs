import { spawn } from 'node:child_process'
import { hasDisplay } from './display.mjs'

/**
 * Runs `work` with a display: the one there is, or an Xvfb of its own that ends with it.
 *
 * @template T
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withDisplay(work) {
  if (hasDisplay()) return work(process.env)
  // It chooses a free number and says which, so that runs side by side do not collide. Without `-noreset` it would begin
  // anew whenever its last client leaves, and an app that starts just then would find no display, or wait for ever.
  const options = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp', '-noreset']
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  try {
    const number = await new Promise((resolve, reject) => {
      server.on('error', (error) => reject(new Error(`Xvfb does not start: ${error.message}`)))
      server.on('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)))
      const pipe = /** @type {import('node:stream').Readable} */ (server.stdio[3])
      pipe.once('data', (chunk) => resolve(String(chunk).trim()))
    })
    return await work({ ...process.env, DISPLAY: `:${number}` })
  } finally {
    server.kill()
  }
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function runProgram(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
