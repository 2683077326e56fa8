/**
 * `npm run package`: the unpacked app for this machine, in release/. With `--for-test` it goes to release/test and keeps
 * the inspect fuse on, which Playwright needs to drive it; all else is as in a release.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { electronRuntime } from './lib/electron-runtime.mjs'
import { withLock } from './lib/lock.mjs'
import { root } from './lib/paths.mjs'
import { runProgram } from './lib/with-display.mjs'

const forTest = process.argv.includes('--for-test')
const runtime = electronRuntime()
if (!runtime) {
  console.error('There is no Electron to package with: run "node scripts/setup.mjs start".')
  process.exit(1)
}

const output = join(root, 'release', ...(forTest ? ['test'] : []))
process.exitCode = await withLock(join(root, 'release', '.lock'), async () => {
  const build = await runProgram(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root })
  if (build !== 0) return build
  for (const folder of ['linux-unpacked', 'linux-arm64-unpacked', 'mac', 'mac-arm64', 'win-unpacked']) {
    if (existsSync(join(output, folder))) rmSync(join(output, folder), { recursive: true })
  }
  return runProgram(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      '--dir',
      '--publish=never',
      `-c.electronDist=${runtime.distribution}`,
      `-c.electronVersion=${runtime.version}`,
      `-c.directories.output=${output}`,
      ...(forTest ? ['-c.electronFuses.enableNodeCliInspectArguments=true'] : []),
    ],
    { cwd: root },
  )
})
