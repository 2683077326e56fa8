/**
 * Gets everything that `npm start` or `npm test` needs, and says what it does; with nothing to do it is silent and
 * takes a fraction of a second. Node's own modules only, since it runs before any package is there.
 *
 *   node scripts/setup.mjs start|test
 */
import { hasDisplay } from './lib/display.mjs'
import { installPackages, packagesAreFresh } from './lib/packages.mjs'

const purpose = process.argv[2] === 'test' ? 'test' : 'start'

/** @param {string} line */
const log = (line) => console.log(line)

/** @param {string} line @returns {never} */
function stop(line) {
  console.error(line)
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Eventyard needs Node 20.19 or newer; this is ${process.versions.node}.`)
}

if (!packagesAreFresh()) {
  log('Installing packages (npm ci).')
  if (!installPackages()) stop('npm ci failed: see above. Run the same command again when the registry can be reached.')
}

// Only now may a module be loaded that uses an installed package.
const { ensureElectron } = await import('./lib/install-electron.mjs')
const { electronRuntime } = await import('./lib/electron-runtime.mjs')
const { aptCommand, hasApt, installWithApt, isRoot, missingLibraries, missingPackages } =
  await import('./lib/system-packages.mjs')

try {
  await ensureElectron(log)
} catch (error) {
  const line = error instanceof Error ? error.message : String(error)
  if (purpose === 'test' || hasDisplay()) stop(line)
  log(line)
  process.exit(0) // `npm start` goes on headless
}

const runtime = electronRuntime()
if (runtime && process.platform === 'linux') {
  const { libraries, programs } = missingPackages(purpose, runtime.executable)
  const wanted = [...libraries, ...programs.map((name) => [name])]
  if (wanted.length > 0) {
    const installed = hasApt() && isRoot() && installWithApt(wanted, log)
    if (!installed) {
      const line = hasApt()
        ? `System packages are missing. Run: ${aptCommand(wanted)}`
        : `System libraries are missing: ${[...missingLibraries(runtime.executable), ...programs].join(' ')}`
      // Without a redis-server the differential tests are skipped, visibly; without a library there is no window.
      if (missingLibraries(runtime.executable).length > 0 && (purpose === 'test' || hasDisplay())) stop(line)
      log(line)
    }
  }
}
