/**
 * `npm test [-- STAGE...]`: format, lint, types, unit (with the differential tests and the scenarios), build, e2e. Every
 * stage runs, whatever became of the ones before, but for e2e without a build; a stage that did not run counts as failed.
 * The last line is `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/paths.mjs'
import { addUp, countPlaywright, countVitest, stageLine } from './lib/test-counts.mjs'
import { runProgram, withDisplay } from './lib/with-display.mjs'

/** @typedef {import('./lib/test-counts.mjs').Counts} Counts */

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path)
const report = (/** @type {string} */ name) => join(root, 'test-results', name)

/** A check that passes or fails as a whole. @param {string[]} args @returns {() => Promise<Counts>} */
const check = (args) => async () => {
  const code = await runProgram(process.execPath, args, { cwd: root })
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/**
 * A runner that counts. One that fails without a failed test (a file that does not load, say) counts as one failure.
 *
 * @param {string} name
 * @param {string[]} args
 * @param {(json: any) => Counts} count
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Counts>}
 */
async function run(name, args, count, env = process.env) {
  mkdirSync(report(''), { recursive: true })
  rmSync(report(`${name}.json`), { force: true })
  const code = await runProgram(process.execPath, args, { cwd: root, env })
  const counts = count(JSON.parse(readFileSync(report(`${name}.json`), 'utf8')))
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** @type {Record<string, () => Promise<Counts>>} */
const stages = {
  format: check([bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']),
  lint: check([bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']),
  types: check([bin('vue-tsc/bin/vue-tsc.js'), '--build']),
  unit: () =>
    run(
      'unit',
      [bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile=${report('unit.json')}`],
      countVitest,
    ),
  build: check([join(root, 'scripts/build.mjs'), '--if-stale']),
  e2e: () =>
    withDisplay((env) =>
      run('e2e', [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], countPlaywright, {
        ...env,
        PLAYWRIGHT_JSON_OUTPUT_NAME: report('e2e.json'),
      }),
    ),
}

const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(stages)
const unknown = names.filter((name) => !(name in stages))
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(' ')}. Stages are ${Object.keys(stages).join(', ')}.`)
  process.exit(2)
}

/** @type {Record<string, Counts>} */
const results = {}
/** @type {string[]} */
const lines = []
for (const [name, stage] of Object.entries(stages).filter(([key]) => names.includes(key))) {
  console.log(`\n— ${name}`)
  const startedAt = performance.now()
  let note = ''
  if (name === 'e2e' && results.build && results.build.failed > 0) {
    results[name] = { passed: 0, failed: 1, skipped: 0 }
    note = 'did not run: there is no build'
  } else {
    results[name] = await stage().catch((error) => {
      note = error.message
      return { passed: 0, failed: 1, skipped: 0 }
    })
  }
  lines.push(stageLine(name, results[name], (performance.now() - startedAt) / 1000, note))
}

const total = addUp(Object.values(results))
console.log(`\n${lines.join('\n')}\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0
