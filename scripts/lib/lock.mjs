import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `work` while no other process on this machine holds the lock `path` (a folder: making one is atomic everywhere).
 * A lock whose owner is gone is taken over, so that a killed build does not block the next one.
 *
 * @template T
 * @param {string} path
 * @param {() => T | Promise<T>} work
 * @param {{ onWait?: () => void, pollMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait, pollMs = 50 } = {}) {
  mkdirSync(dirname(path), { recursive: true })
  let told = false
  while (!tryLock(path)) {
    if (!told) onWait?.()
    told = true
    await sleep(pollMs)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

/** @param {string} path */
function tryLock(path) {
  try {
    mkdirSync(path)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    if (!isStale(path)) return false
    rmSync(path, { recursive: true, force: true })
    return tryLock(path)
  }
  writeFileSync(join(path, 'pid'), String(process.pid))
  return true
}

/** @param {string} path */
function isStale(path) {
  try {
    const pid = Number(readFileSync(join(path, 'pid'), 'utf8'))
    process.kill(pid, 0)
    return false
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'ESRCH') return true
    if (code === 'EPERM') return false // it runs, as somebody else
    // No pid yet: its owner has only just made it, or died in between.
    try {
      return Date.now() - statSync(path).mtimeMs > 5000
    } catch {
      return false // released meanwhile: try again
    }
  }
}
