/**
 * The command line from a checkout: `npm run -s eventyard -- COMMAND`. Installs the packages and builds what is stale
 * first, silently, and then becomes the command line: same process, so signals and the exit code are its own.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { headlessBundles, staleBundles } from './lib/bundles.mjs'
import { installPackages, packagesAreFresh } from './lib/packages.mjs'
import { root } from './lib/paths.mjs'

if (!packagesAreFresh()) {
  console.error('Installing packages (npm ci), once.')
  if (!installPackages()) {
    console.error('npm ci failed: see above. Run it again when the registry can be reached.')
    process.exit(2)
  }
}
if (staleBundles(headlessBundles).length > 0) {
  const build = spawnSync(
    process.execPath,
    [join(root, 'scripts/build.mjs'), '--if-stale', '--silent', ...headlessBundles],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (build.status !== 0) {
    console.error('The command line could not be built: see above.')
    process.exit(2)
  }
}
const cli = join(root, 'dist/cli.cjs')
process.argv[1] = cli
createRequire(import.meta.url)(cli)
