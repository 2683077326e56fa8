/** The two servers that are compared, each on a port of its own, and what the kernel says of their use of the CPU. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../scripts/lib/paths.mjs'

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {number} port
 * @property {() => number} cpuSeconds
 * @property {() => Promise<void>} stop
 */

/** @param {number} port @returns {Promise<Server>} */
export async function startReal(port) {
  const folder = mkdtempSync(join(tmpdir(), 'eventyard-bench-'))
  const child = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1', '--dir', folder], {
    stdio: 'ignore',
  })
  return ready('redis-server', port, child, () => rmSync(folder, { recursive: true, force: true }))
}

/** `eventyard serve`. @param {number} port @returns {Promise<Server>} */
export async function startSimulated(port) {
  const child = spawn(process.execPath, [join(root, 'scripts/eventyard.mjs'), 'serve', '--port', String(port)], {
    cwd: root,
    stdio: 'ignore',
  })
  return ready('simulated', port, child, () => undefined)
}

/** The same with every event traced and recorded. @param {number} port @returns {Promise<Server>} */
export async function startRecording(port) {
  const folder = mkdtempSync(join(tmpdir(), 'eventyard-bench-'))
  const child = spawn(
    process.execPath,
    [join(root, 'bench/lib/recording-server.mjs'), String(port), join(folder, 'recording')],
    { cwd: root, stdio: 'inherit' },
  )
  return ready('recording', port, child, () => rmSync(folder, { recursive: true, force: true }))
}

/**
 * @param {string} name @param {number} port @param {import('node:child_process').ChildProcess} child
 * @param {() => void} clean
 * @returns {Promise<Server>}
 */
async function ready(name, port, child, clean) {
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => undefined)
  const deadline = Date.now() + 20_000
  while (!(await Promise.race([answers(port), failed]))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      clean()
      throw new Error(`${name} did not come up on port ${port}`)
    }
    await sleep(50)
  }
  return {
    name,
    port,
    cpuSeconds: () => cpuSeconds(/** @type {number} */ (child.pid)),
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      clean()
    },
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** User and system time of a process so far, which other work on the machine hardly changes. @param {number} pid */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
