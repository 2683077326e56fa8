import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * What Electron needs of a Debian-like system, each with the names that releases gave it, newest first.
 *
 * @type {readonly (readonly string[])[]}
 */
const electronLibraries = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libasound2t64', 'libasound2'],
  ['libatk1.0-0t64', 'libatk1.0-0'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['libatspi2.0-0t64', 'libatspi2.0-0'],
  ['libcups2t64', 'libcups2'],
  ['libglib2.0-0t64', 'libglib2.0-0'],
  ['libnss3'],
  ['libnspr4'],
  ['libdbus-1-3'],
  ['libdrm2'],
  ['libgbm1'],
  ['libexpat1'],
  ['libxkbcommon0'],
  ['libxcomposite1'],
  ['libxdamage1'],
  ['libxfixes3'],
  ['libxrandr2'],
  ['libxcb1'],
  ['libpango-1.0-0'],
  ['libcairo2'],
]

/** Programs that the tests start, and their packages. `local` deployments use redis-server, too. */
const testPrograms = /** @type {const} */ ([
  ['Xvfb', 'xvfb'],
  ['xauth', 'xauth'],
  ['redis-server', 'redis-server'],
  ['redis-cli', 'redis-tools'],
])

/** @typedef {'start' | 'test'} Purpose */

/**
 * The packages that are missing: each as its possible names.
 *
 * @param {Purpose} purpose
 * @param {string} executable Electron's
 * @returns {{ libraries: readonly (readonly string[])[], programs: readonly string[] }}
 */
export function missingPackages(purpose, executable) {
  return {
    libraries: missingLibraries(executable).length > 0 ? electronLibraries : [],
    programs: purpose === 'test' ? testPrograms.filter(([name]) => !isOnPath(name)).map(([, name]) => name) : [],
  }
}

/** Shared libraries that the dynamic linker does not find. @param {string} executable @returns {string[]} */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return []
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' })
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '')
}

/** @param {string} program */
export function isOnPath(program, path = process.env.PATH ?? '') {
  return path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)))
}

export function hasApt() {
  return process.platform === 'linux' && isOnPath('apt-get')
}

export function isRoot() {
  return process.getuid?.() === 0
}

/**
 * Installs packages with apt, as root. Where a package has several names, the one that this release knows is taken.
 *
 * @param {readonly (readonly string[])[]} packages
 * @param {(line: string) => void} log
 * @returns {boolean} whether that worked
 */
export function installWithApt(packages, log) {
  log('Updating the package lists (apt-get update).')
  // A failed update may still leave lists that are good enough.
  apt(['update', '-qq'])
  const names = packages.map((alternatives) => alternatives.find(isKnownToApt) ?? alternatives.at(-1) ?? '')
  log(`Installing ${names.join(' ')}.`)
  return apt(['install', '-y', '-qq', '--no-install-recommends', ...names])
}

/** @param {readonly (readonly string[])[]} packages */
export function aptCommand(packages) {
  const names = packages.map((alternatives) => alternatives.find(isKnownToApt) ?? alternatives.at(-1) ?? '')
  return `sudo apt-get install -y --no-install-recommends ${names.join(' ')}`
}

/** @param {string[]} args */
function apt(args) {
  const { status } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // RUNLEVEL keeps the package from starting a redis-server of its own on 6379: we only want the program.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
  return status === 0
}

/** @param {string} name */
function isKnownToApt(name) {
  const { stdout } = spawnSync('apt-cache', ['show', '--no-all-versions', name], { encoding: 'utf8' })
  return (stdout ?? '').includes('Package:')
}
