/**
 * Builds the bundles in dist/: `node scripts/build.mjs [--if-stale] [--silent] [NAME...]`. Without a name all of them.
 *
 * The Node-side bundles are Vite environments beside the window's, not made by a plugin: the command line needs the
 * worker and itself alone, in a second, and the Electron to start is the one that setup found.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createBuilder } from 'vite'
import { allBundles, fingerprint, markBuilt, staleBundles } from './lib/bundles.mjs'
import { withLock } from './lib/lock.mjs'
import { root } from './lib/paths.mjs'

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const unknown = [
  ...flags.filter((flag) => !['--if-stale', '--silent'].includes(flag)),
  ...named.filter((name) => !allBundles.includes(name)),
]
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(' ')}. Bundles are ${allBundles.join(', ')}.`)
  process.exit(2)
}
const silent = flags.includes('--silent')

await withLock(
  join(root, 'dist', '.lock'),
  async () => {
    const wanted = named.length > 0 ? named : allBundles
    // Asked again under the lock: another process may just have built them.
    const names = flags.includes('--if-stale') ? staleBundles(wanted) : wanted
    if (names.length === 0) return
    const startedAt = performance.now()
    const builder = await createBuilder({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
    for (const name of names) {
      const print = fingerprint(name)
      const environment = builder.environments[name]
      if (!environment) throw new Error(`vite.config.ts has no environment ${name}`)
      try {
        await builder.build(environment)
      } catch (error) {
        const why = process.stderr.isTTY ? error.message : stripVTControlCharacters(error.message)
        console.error(`${name} cannot be built.\n${why}`)
        process.exitCode = 1
        return
      }
      markBuilt(name, print)
    }
    if (!silent) {
      console.log(`built ${names.join(', ')} in ${Math.round(performance.now() - startedAt)} ms`)
      for (const [file, bytes] of bundleSizes()) console.log(`  ${file.padEnd(28)} ${(bytes / 1024).toFixed(0)} KiB`)
    }
  },
  { onWait: () => silent || console.log('waiting for another build') },
)

/** @returns {[string, number][]} */
function bundleSizes() {
  const folders = ['dist', 'dist/chunks', 'dist/renderer/assets'].filter((folder) => existsSync(join(root, folder)))
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => /\.(cjs|js|css)$/.test(file))
      .map((file) => /** @type {[string, number]} */ ([`${folder}/${file}`, statSync(join(root, folder, file)).size])),
  )
}
