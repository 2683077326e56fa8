import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkTree } from './link-tree.mjs'
import { checkoutCache } from './paths.mjs'

/**
 * The Electron that this checkout runs with, as setup left it.
 *
 * @typedef {object} ElectronRuntime
 * @property {'official' | 'fallback'} kind
 * @property {string} version
 * @property {string} distribution the untouched folder, as electron-builder wants it
 * @property {string} executable starts this checkout, with `appArguments` before any other argument
 * @property {string[]} appArguments
 */

const recordFile = join(checkoutCache, 'electron.json')

/** @returns {ElectronRuntime | undefined} */
export function electronRuntime() {
  try {
    const runtime = /** @type {ElectronRuntime} */ (JSON.parse(readFileSync(recordFile, 'utf8')))
    return existsSync(runtime.executable) && existsSync(runtime.distribution) ? runtime : undefined
  } catch {
    return undefined
  }
}

/** @param {ElectronRuntime} runtime */
export function rememberRuntime(runtime) {
  mkdirSync(checkoutCache, { recursive: true })
  writeFileSync(`${recordFile}.${process.pid}`, JSON.stringify(runtime, null, 2))
  renameSync(`${recordFile}.${process.pid}`, recordFile)
}

/**
 * A runnable copy of a distribution for the app in `appFolder`. The fallback lacks the part of Electron that takes an
 * app's folder as an argument, so the app is linked into a copy of its own: checkouts share the download and yet cannot
 * start each other's app.
 *
 * @param {{ kind: 'official' | 'fallback', distribution: string, relativeExecutable: string }} source
 * @param {string} appFolder
 * @param {string} target
 * @returns {{ executable: string, appArguments: string[] }}
 */
export function prepareApp({ kind, distribution, relativeExecutable }, appFolder, target) {
  if (kind === 'official') return { executable: join(distribution, relativeExecutable), appArguments: [appFolder] }
  const building = `${target}.${process.pid}`
  rmSync(building, { recursive: true, force: true })
  linkTree(distribution, building)
  symlinkSync(appFolder, join(building, 'resources', 'app'), 'junction')
  rmSync(target, { recursive: true, force: true })
  renameSync(building, target)
  return { executable: join(target, relativeExecutable), appArguments: [] }
}

/** Where the executable lies in a distribution. @param {NodeJS.Platform} platform */
export function relativeExecutable(platform = process.platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/**
 * Chromium refuses its sandbox to root. Only then it is switched off, and only for these starts from a checkout.
 *
 * @returns {string[]}
 */
export function sandboxArguments() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
}
