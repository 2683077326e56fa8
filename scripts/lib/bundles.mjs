import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * What each bundle is made of, as files and folders of the checkout. A bundle is built again when one of them changed.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const bundleSources = {
  client: ['renderer', 'shared'],
  main: ['electron/main', 'electron/engine', 'shared', 'package.json'],
  preload: ['electron/preload', 'shared'],
  worker: ['electron/engine', 'electron/simulator', 'shared'],
  cli: ['electron/cli', 'electron/engine', 'shared', 'package.json'],
}

/** Enough for the command line. */
export const headlessBundles = ['worker', 'cli']
export const allBundles = Object.keys(bundleSources)

const always = ['vite.config.ts', 'package-lock.json']
const stampFile = 'dist/.built.json'

/**
 * The bundles whose sources are not those that they were built from.
 *
 * @param {readonly string[]} names
 */
export function staleBundles(names, base = root) {
  const stamps = readStamps(base)
  return names.filter((name) => stamps[name] !== fingerprint(name, base))
}

/** @param {string} name @param {string} print taken before the build: what changed during it is built next time */
export function markBuilt(name, print, base = root) {
  const stamps = { ...readStamps(base), [name]: print }
  mkdirSync(join(base, 'dist'), { recursive: true })
  const file = join(base, stampFile)
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(stamps, null, 2))
  renameSync(`${file}.${process.pid}`, file)
}

/**
 * Names, sizes and times of the sources: a walk of a few milliseconds, where hashing contents would take longer.
 *
 * @param {string} name
 */
export function fingerprint(name, base = root) {
  const hash = createHash('sha256')
  for (const source of [...(bundleSources[name] ?? []), ...always]) addTo(hash, base, source)
  return hash.digest('hex')
}

/** @param {import('node:crypto').Hash} hash @param {string} base @param {string} path */
function addTo(hash, base, path) {
  const full = join(base, path)
  const stat = statSync(full, { throwIfNoEntry: false })
  if (!stat) return
  if (!stat.isDirectory()) {
    hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`)
    return
  }
  for (const entry of readdirSync(full).sort()) {
    // Tests are in no bundle.
    if (!entry.endsWith('.test.ts')) addTo(hash, base, `${path}/${entry}`)
  }
}

/** @param {string} base @returns {Record<string, string>} */
function readStamps(base) {
  const file = join(base, stampFile)
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {} // a damaged stamp costs one build
  }
}
