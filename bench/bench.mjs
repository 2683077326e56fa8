/**
 * `npm run bench -- NAME [ARGUMENTS]`: runs bench/NAME, which exports `run(args)`. Run by hand on a quiet machine; the
 * numbers worth keeping go to the docs.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { root } from '../scripts/lib/paths.mjs'

/**
 * They find the checkout from where they lie, so they are left there.
 *
 * @type {import('vite').Plugin}
 */
const scriptsStayOutside = {
  name: 'scripts-stay-outside',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !/\/scripts\/lib\/[\w-]+\.mjs$/.test(source)) return
    return { id: new URL(source, pathToFileURL(importer)).href, external: true }
  },
}

/** @typedef {{ run(args: readonly string[]): void | Promise<void> }} Bench */

const folder = join(root, 'bench')
const names = readdirSync(folder)
  .filter((file) => /\.(mjs|ts)$/.test(file) && !/^bench\.mjs$|\.test\.ts$/.test(file))
  .map((file) => file.replace(/\.(mjs|ts)$/, ''))
const [name, ...args] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`)
  process.exit(2)
}
const script = join(folder, `${name}.mjs`)
const bench = existsSync(script)
  ? /** @type {Bench} */ (await import(script))
  : /** @type {Bench} */ (await import(await bundle(name)))
await bench.run(args)

/**
 * TypeScript is bundled as the app is: what a development server hands out costs twice as much.
 *
 * @param {string} name
 */
async function bundle(name) {
  const folder = join(root, 'node_modules/.cache/bench')
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [scriptsStayOutside],
    build: {
      ssr: join(root, 'bench', `${name}.ts`),
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs`, codeSplitting: false } },
    },
  })
  return join(folder, `${name}.mjs`)
}
