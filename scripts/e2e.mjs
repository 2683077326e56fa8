/** `npm run e2e [-- PLAYWRIGHT ARGUMENTS]`: builds what is stale and runs the end-to-end tests, under Xvfb if need be. */
import { join } from 'node:path'
import { root } from './lib/paths.mjs'
import { runProgram, withDisplay } from './lib/with-display.mjs'

const build = await runProgram(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root })
if (build !== 0) process.exit(build)
const playwright = join(root, 'node_modules/@playwright/test/cli.js')
process.exitCode = await withDisplay((env) =>
  runProgram(process.execPath, [playwright, 'test', ...process.argv.slice(2)], { cwd: root, env }),
)
