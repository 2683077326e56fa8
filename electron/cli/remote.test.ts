import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcp, type AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectionSchema, parseConnection, type Connection } from '../../shared/connection'
import { toErrorData } from '../../shared/errors'
import { freePort, hasRealRedis, RealRedis } from '../simulator/testing/real-redis'
import { EngineSession } from './testing/engine-session'
import { eventyard } from './testing/command-line'

const closing: (() => unknown)[] = []
const later = <T extends { stop(): unknown }>(one: T): T => {
  closing.push(() => one.stop())
  return one
}

describe.skipIf(!hasRealRedis())('a remote Redis', () => {
  let session: EngineSession
  let certificates: Certificates
  beforeAll(() => {
    session = new EngineSession()
    certificates = makeCertificates()
  })
  afterEach(async () => {
    await session.engine.call('run.stop', {})
    for (const close of closing.splice(0)) await close()
  })
  afterAll(async () => {
    await session.engine.close()
    rmSync(certificates.folder, { recursive: true, force: true })
  })

  const test = (connection: Connection) => session.engine.call('connection.test', { connection })
  const codeOf = (connection: Connection) =>
    test(connection).then(
      () => 'fine',
      (error: unknown) => toErrorData(error).code,
    )
  const at = (url: string, more: Partial<Connection> = {}) => ({ ...parseConnection(url), ...more })

  it('is described where nothing is wrong', async () => {
    const server = later(await RealRedis.start())

    expect(await test(at(`redis://127.0.0.1:${server.port}`))).toMatchObject({
      version: '7.0.15',
      mode: 'standalone',
      role: 'master',
    })
  })

  it('is told to be absent, silent, or something else', async () => {
    const http: Server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
    const mute = createTcp(() => undefined).listen(0, '127.0.0.1')
    closing.push(
      () => http.close(),
      () => mute.close(),
    )
    await Promise.all([http, mute].map((one) => new Promise((resolve) => one.once('listening', resolve))))
    const portOf = (one: { address(): unknown }) => (one.address() as AddressInfo).port

    expect(await codeOf(at('redis://no-such-host.invalid'))).toBe('connection.dns')
    expect(await codeOf(at(`redis://127.0.0.1:${await freePort()}`))).toBe('connection.refused')
    expect(await codeOf(at(`redis://127.0.0.1:${portOf(mute)}`, { connectTimeoutMs: 200 }))).toBe('connection.timeout')
    expect(await codeOf(at(`redis://127.0.0.1:${portOf(http)}`))).toBe('connection.not-redis')
  })

  it('asks for a login, and says whether it is right', async () => {
    const server = later(await RealRedis.startWithFile('requirepass secret\nuser ana on >pw ~* +ping\n'))
    const url = (login: string) => `redis://${login}127.0.0.1:${server.port}`

    expect(await codeOf(at(url('')))).toBe('connection.noauth')
    expect(await codeOf(at(url(':wrong@')))).toBe('connection.wrongpass')
    expect(await codeOf(at(url('ana:pw@')))).toBe('connection.acl')
    expect(await codeOf(at(url(':secret@')))).toBe('fine')
    expect(await codeOf(at(`${url(':secret@')}/99`))).toBe('connection.db')
  })

  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

  it.skipIf(outer === undefined)('protects itself from other machines', async () => {
    const server = later(await RealRedis.start('--bind', '0.0.0.0'))

    expect(await codeOf(at(`redis://${outer}:${server.port}`))).toBe('connection.protected')
  })

  it('is loading, in the wrong mode, or down', async () => {
    const cluster = later(await RealRedis.start('--cluster-enabled', 'yes'))
    const single = later(await RealRedis.start())
    const watched = `sentinel monitor mine 127.0.0.1 ${single.port} 1\n`
    const sentinel = later(await RealRedis.startWithFile(watched, '--sentinel'))
    const slow = later(
      await RealRedis.start('--key-load-delay', '200000', '--loading-process-events-interval-bytes', '1024'),
    )
    const client = await slow.connect()
    for (let key = 0; key < 50; key++) client.send(Buffer.from(`SET key:${key} ${'x'.repeat(2000)}\r\n`))
    client.send(Buffer.from('SAVE\r\n'))
    await client.until(() => client.received.split('+OK').length > 51)
    await slow.kill()
    await slow.restart()

    expect(await codeOf(at(`redis://127.0.0.1:${slow.port}`))).toBe('connection.loading')
    expect(await codeOf(at(`redis://127.0.0.1:${cluster.port}`))).toBe('connection.is-cluster')
    expect(await codeOf(at(`redis+cluster://127.0.0.1:${cluster.port}`))).toBe('connection.cluster-down')
    expect(await codeOf(at(`redis+cluster://127.0.0.1:${single.port}`))).toBe('connection.not-cluster')
    expect(await codeOf(at(`redis://127.0.0.1:${sentinel.port}`))).toBe('connection.is-sentinel')
    expect(await codeOf(at(`redis+sentinel://127.0.0.1:${single.port}/mine`))).toBe('connection.not-sentinel')
    expect(await codeOf(at(`redis+sentinel://127.0.0.1:${sentinel.port}/other`))).toBe('connection.sentinel-name')
    expect(await codeOf(at(`redis+sentinel://127.0.0.1:${sentinel.port}/mine`))).toBe('fine')
  })

  it('speaks TLS, or fails to, for a reason', async () => {
    const { ca, cert, key, other, file } = certificates
    const tlsPort = await freePort()
    const server = later(
      await RealRedis.start(
        ...['--tls-port', String(tlsPort), '--tls-cert-file', file('server.crt'), '--tls-key-file', file('server.key')],
        ...['--tls-ca-cert-file', file('ca.crt')],
      ),
    )
    const tls = (more: object) => ({ tls: connectionSchema.shape.tls.parse(more)! })
    const secure = `rediss://127.0.0.1:${tlsPort}`

    expect(await codeOf(at(secure, tls({ ca, cert, key })))).toBe('fine')
    expect(await codeOf(at(secure, tls({ cert, key })))).toBe('connection.tls-untrusted')
    expect(await codeOf(at(secure, tls({ ca: other, cert, key })))).toBe('connection.tls-untrusted')
    expect(await codeOf(at(secure, tls({ ca, cert, key, servername: 'elsewhere.example' })))).toBe(
      'connection.tls-name',
    )
    expect(await codeOf(at(secure, tls({ ca })))).toBe('connection.tls-client')
    expect(await codeOf(at(`rediss://127.0.0.1:${server.port}`, { ...tls({ ca }), connectTimeoutMs: 500 }))).toBe(
      'connection.tls-plain',
    )
    expect(await codeOf(at(`redis://127.0.0.1:${tlsPort}`))).toBe('connection.closed')

    const text = `eventyard: 1
name: secure
actors:
  press: { role: publisher, channel: news, rate: 50/s, times: 5 }
  ana: { role: subscriber, channels: [news] }
steps:
  - start: ana
  - after: 400ms
    start: press
  - until: delivered(ana) = 5
    within: 5s
expect: { lost: 0, in_flight: 0 }
`
    const connection = at(secure, tls({ ca, cert, key }))
    const source = { kind: 'text', name: 'test', text } as const
    const { run } = await session.engine.call('run.start', { source, on: { kind: 'remote', connection } })
    await session.until(() => session.state?.run === run && session.state.script.ended)
    expect(session.state!.script.expectations.filter(({ ok }) => !ok)).toEqual([])
    expect(session.state!.on).toBe('remote')
  })

  it('is not written to through a read-only connection, nor harmed unasked', async () => {
    const server = later(await RealRedis.start())
    const text = `eventyard: 1
name: careful
actors:
  clerk: { role: client }
steps:
  - start: all
  - after: 300ms
    send: SET key value
    as: clerk
  - send: GET key
    as: clerk
  - until: answered(clerk) = 1
    within: 5s
expect: { value(key): 0, failed: 0 }
`
    const source = { kind: 'text', name: 'test', text } as const
    const start = async (readOnly: boolean) => {
      const connection = at(`redis://127.0.0.1:${server.port}`, { readOnly })
      const { run } = await session.engine.call('run.start', { source, on: { kind: 'remote', connection } })
      await session.until(() => session.state?.run === run && session.state.script.ended)
    }
    const type = async (line: string, confirmed = false) => {
      const opened = await session.engine.call('console.open', { purpose: 'console' })
      const commands = [{ command: 1, argv: line.split(' ') }]
      return session.engine.call('console.send', { session: opened.session, commands, confirmed })
    }

    await start(true)
    expect(session.state!.script.expectations.filter(({ ok }) => !ok)).toEqual([])
    await expect(type('DEL key')).rejects.toThrow('this connection is read-only')

    await start(false)
    expect(session.state!.script.failed).toBe(1)
    await expect(type('FLUSHALL')).rejects.toThrow('can harm a server')
    await type('FLUSHALL', true)
  })

  it('is run on from the command line, and its password is shown nowhere', async () => {
    const server = later(await RealRedis.start('--requirepass', 'hunter2'))
    const url = `redis://:hunter2@127.0.0.1:${server.port}`

    const wrong = await eventyard('run', 'chat-room', '--on', `${url}x`)
    expect(wrong.code).toBe(2)
    const right = await eventyard('run', 'chat-room', '--on', url, '--trace')
    expect(right.code).toBe(0)
    expect(right.stdout).toContain('message.delivered')
    for (const text of [wrong.stderr, wrong.stdout, right.stderr, right.stdout]) expect(text).not.toContain('hunter2')
  })
})

interface Certificates {
  readonly folder: string
  readonly ca: string
  readonly cert: string
  readonly key: string
  /** An authority that has signed nothing. */
  readonly other: string
  file(name: string): string
}

function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'eventyard-tls-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.crt`],
    )
  authority('ca')
  authority('other')
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=server',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    'server.crt',
  )
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const file = (name: string) => join(folder, name)
  return {
    folder,
    ca: read('ca.crt'),
    cert: read('server.crt'),
    key: read('server.key'),
    other: read('other.crt'),
    file,
  }
}
