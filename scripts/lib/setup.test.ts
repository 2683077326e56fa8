import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprint, markBuilt, staleBundles } from './bundles.mjs'
import { hasDisplay } from './display.mjs'
import { download } from './download.mjs'
import { prepareApp } from './electron-runtime.mjs'
import { reasonIn } from './install-electron.mjs'
import { linkTree } from './link-tree.mjs'
import { withLock } from './lock.mjs'
import { packagesAreFresh } from './packages.mjs'
import { userCache } from './paths.mjs'
import { isOnPath, missingLibraries } from './system-packages.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

describe('packagesAreFresh', () => {
  const lock = (packages: object) => JSON.stringify({ packages: { '': { version: '1.0.0' }, ...packages } })

  it('says no when nothing is installed', () => {
    write('package-lock.json', lock({}))
    expect(packagesAreFresh(folder)).toBe(false)
  })

  it('says yes when every package has the locked version, whatever the times of the files', () => {
    write('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.2.3' } }))
    write('package-lock.json', lock({ 'node_modules/a': { version: '1.2.3' } }))
    expect(packagesAreFresh(folder)).toBe(true)
  })

  it('says no for another version, a missing package and a damaged file', () => {
    write('package-lock.json', lock({ 'node_modules/a': { version: '1.2.4' } }))
    write('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.2.3' } }))
    expect(packagesAreFresh(folder)).toBe(false)
    write('node_modules/.package-lock.json', lock({}))
    expect(packagesAreFresh(folder)).toBe(false)
    write('node_modules/.package-lock.json', '{')
    expect(packagesAreFresh(folder)).toBe(false)
  })

  it('does not miss what is optional: other platforms have it', () => {
    write('package-lock.json', lock({ 'node_modules/for-windows': { version: '1.0.0', optional: true } }))
    write('node_modules/.package-lock.json', lock({}))
    expect(packagesAreFresh(folder)).toBe(true)
  })
})

describe('download', () => {
  const body = Buffer.from('a distribution of Electron, more or less'.repeat(100))
  const sha256 = createHash('sha256').update(body).digest('hex')
  let server: Server
  let ranges: (string | undefined)[]
  let url: string
  beforeEach(async () => {
    ranges = []
    server = createServer((request, response) => {
      const { range } = request.headers
      ranges.push(range)
      if (request.url === '/silent') return
      if (request.url !== '/zip') return void response.writeHead(404).end()
      const from = Number(range?.match(/bytes=(\d+)-/)?.[1] ?? 0)
      response.writeHead(range ? 206 : 200, { 'content-length': body.length - from })
      response.end(body.subarray(from))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('gives the file its name only when it is whole and right', async () => {
    const file = join(folder, 'cache', 'electron.zip')
    await download(`${url}/zip`, file, sha256)
    expect(readFileSync(file)).toEqual(body)
    expect(existsSync(`${file}.part`)).toBe(false)
  })

  it('goes on where a cut download ended', async () => {
    const file = join(folder, 'electron.zip')
    writeFileSync(`${file}.part`, body.subarray(0, 1000))
    await download(`${url}/zip`, file, sha256)
    expect(ranges).toEqual(['bytes=1000-'])
    expect(readFileSync(file)).toEqual(body)
  })

  it('throws a wrong file away', async () => {
    const file = join(folder, 'electron.zip')
    await expect(download(`${url}/zip`, file, '0'.repeat(64))).rejects.toThrow('its checksum is')
    expect(existsSync(file)).toBe(false)
    expect(existsSync(`${file}.part`)).toBe(false)
  })

  it('says what the server answered, and gives up on a silent one', async () => {
    await expect(download(`${url}/gone`, join(folder, 'a'), sha256)).rejects.toThrow('the server answered 404')
    await expect(download(`${url}/silent`, join(folder, 'b'), sha256, { answerMs: 50 })).rejects.toThrow(
      'no answer within 50 ms',
    )
  })
})

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const lock = join(folder, 'lock')
    const seen: string[] = []
    const enter = (name: string) =>
      withLock(
        lock,
        async () => {
          seen.push(`${name} in`)
          await new Promise((done) => setImmediate(done))
          seen.push(`${name} out`)
        },
        { pollMs: 1 },
      )
    await Promise.all([enter('a'), enter('b')])
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out'])
    expect(existsSync(lock)).toBe(false)
  })

  it('takes over from a process that died, and is free after a failure', async () => {
    const lock = join(folder, 'lock')
    // Process numbers end far below this one.
    write('lock/pid', '2000000000')
    await expect(withLock(lock, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(await withLock(lock, () => 'done')).toBe('done')
  })
})

describe('bundles', () => {
  it('are stale until built, and again when one of their sources changes or goes', () => {
    write('electron/cli/cli.ts', 'one')
    write('shared/a.ts', 'one')
    expect(staleBundles(['cli', 'client'], folder)).toEqual(['cli', 'client'])
    for (const name of ['cli', 'client']) markBuilt(name, fingerprint(name, folder), folder)
    expect(staleBundles(['cli', 'client'], folder)).toEqual([])
    write('electron/cli/cli.ts', 'two!')
    expect(staleBundles(['cli', 'client'], folder)).toEqual(['cli'])
    rmSync(join(folder, 'shared/a.ts'))
    expect(staleBundles(['cli', 'client'], folder)).toEqual(['cli', 'client'])
  })

  it('do not care about tests', () => {
    write('shared/a.ts', 'one')
    markBuilt('client', fingerprint('client', folder), folder)
    write('shared/a.test.ts', 'one')
    expect(staleBundles(['client'], folder)).toEqual([])
  })
})

describe('prepareApp', () => {
  it('links files and folders, and the app beside them', () => {
    write('dist/electron', 'binary')
    write('dist/locales/de.pak', 'words')
    write('dist/resources/.keep', '')
    symlinkSync('electron', join(folder, 'dist', 'alias'))
    write('checkout/package.json', '{}')
    const source = { kind: 'fallback' as const, distribution: join(folder, 'dist'), relativeExecutable: 'electron' }
    const target = join(folder, 'own')
    expect(prepareApp(source, join(folder, 'checkout'), target)).toEqual({
      executable: join(target, 'electron'),
      appArguments: [],
    })
    expect(statSync(join(target, 'electron')).ino).toBe(statSync(join(folder, 'dist', 'electron')).ino)
    expect(readFileSync(join(target, 'alias'), 'utf8')).toBe('binary')
    expect(readFileSync(join(target, 'resources/app/package.json'), 'utf8')).toBe('{}')
    // A second time replaces the first.
    prepareApp(source, folder, target)
    expect(existsSync(join(target, 'resources/app/checkout'))).toBe(true)
  })

  it('passes the folder to an official Electron', () => {
    const source = { kind: 'official' as const, distribution: '/electron', relativeExecutable: 'electron' }
    expect(prepareApp(source, '/checkout', '/unused').appArguments).toEqual(['/checkout'])
  })

  it('refuses nothing that is already linked elsewhere', () => {
    write('dist/a', 'text')
    linkTree(join(folder, 'dist'), join(folder, 'one'))
    linkTree(join(folder, 'dist'), join(folder, 'two'))
    expect(readFileSync(join(folder, 'two/a'), 'utf8')).toBe('text')
  })
})

describe('reasonIn', () => {
  it('finds what npm says between its codes and its log', () => {
    const text = [
      'npm warn Unknown user config "x".',
      'npm error code ECONNREFUSED',
      'npm error errno ECONNREFUSED',
      'npm error FetchError: request to the registry failed',
      'npm error A complete log of this run can be found in: /root/.npm/_logs/x.log',
    ].join('\n')
    expect(reasonIn(text)).toBe('FetchError: request to the registry failed')
    expect(reasonIn('tar: not a gzip file\n')).toBe('tar: not a gzip file')
    expect(reasonIn('')).toBe('it did not say why')
  })
})

describe('this machine', () => {
  it('has its cache where XDG says', () => {
    expect(userCache({ XDG_CACHE_HOME: '/elsewhere' })).toBe(join('/elsewhere', 'eventyard'))
    expect(userCache({})).toMatch(/\.cache[\\/]eventyard$/)
  })

  it('has a display on Linux only when a server is named', () => {
    expect(hasDisplay({}, 'linux')).toBe(false)
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
    expect(hasDisplay({}, 'darwin')).toBe(true)
  })

  it('finds programs on the path, and the libraries of a program', () => {
    write('bin/tool', '')
    expect(isOnPath('tool', join(folder, 'bin'))).toBe(true)
    expect(isOnPath('other-tool', join(folder, 'bin'))).toBe(false)
    expect(missingLibraries(process.execPath)).toEqual([])
  })
})
