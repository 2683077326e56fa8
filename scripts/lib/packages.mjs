import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { root } from './paths.mjs'

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */

/**
 * Whether node_modules holds what the lock file asks for. Contents are compared, not times: a fresh clone and a switched
 * branch both carry times that say nothing. Packages for other platforms are optional and may be missing.
 */
export function packagesAreFresh(base = root) {
  const installedFile = join(base, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  try {
    const wanted = lockedPackages(join(base, 'package-lock.json'))
    const installed = lockedPackages(installedFile)
    return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
      if (path === '') return true
      const found = installed[path]
      return found ? found.version === version : Boolean(optional || devOptional)
    })
  } catch {
    return false // a damaged file: install again
  }
}

/** Installs exactly the locked packages. @returns {boolean} whether that worked */
export function installPackages(base = root) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: base,
    // Standard output belongs to whatever runs after this.
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    shell: process.platform === 'win32',
  })
  return result.status === 0
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
function lockedPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}
