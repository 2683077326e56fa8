import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectionSchema, type Connection } from '../../shared/connection'
import { connectionDraft, type ConnectionDraft } from '../../shared/saved-connection'
import { openConnections, type SecretKeeper } from './connections'
import { systemKeeper } from './secret-keeper'

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-connections-'))
  file = join(folder, 'connections.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Reversible, and nothing that one would find by looking for the words. */
const mirror = (text: string) => [...text].reverse().join('')
const keeper: SecretKeeper = {
  isAvailable: () => true,
  encrypt: (text) => Buffer.from(`sealed ${mirror(text)}`),
  decrypt: (bytes) => {
    const text = bytes.toString()
    if (!text.startsWith('sealed ')) throw new Error('another key')
    return mirror(text.slice(7))
  },
}
const noKeeper: SecretKeeper = {
  isAvailable: () => false,
  encrypt: () => {
    throw new Error('there is no keyring')
  },
  decrypt: () => {
    throw new Error('there is no keyring')
  },
}

function connection(part: object = {}): Connection {
  return connectionSchema.parse({ hosts: [{ host: 'redis.example', port: 6380 }], ...part })
}

function draft(part: Partial<ConnectionDraft> = {}): ConnectionDraft {
  return connectionDraft.parse({ name: 'Orders', environment: 'staging', connection: connection(), ...part })
}

const password = 'correct horse'

describe('saved connections', () => {
  it('outlast the app, with secrets that only the system can read', () => {
    const store = openConnections(file, keeper)
    const saved = store.save(draft({ connection: connection({ username: 'ana', password }) }))
    expect(saved).toMatchObject({ name: 'Orders', has: ['password'], isKept: true })
    expect(JSON.stringify(saved)).not.toContain(password)
    expect(readFileSync(file, 'utf8')).not.toContain(password)

    const again = openConnections(file, keeper)
    expect(again.list()).toEqual([saved])
    expect(again.resolve(saved.id)).toMatchObject({ username: 'ana', password })
  })

  it('keep a secret that is not typed again only where that was asked for', () => {
    const store = openConnections(file, keeper)
    const { id } = store.save(draft({ connection: connection({ password, sentinelPassword: 'other' }) }))
    expect(store.save(draft({ id, name: 'Renamed', keep: ['password'] }))).toMatchObject({
      name: 'Renamed',
      has: ['password'],
    })
    expect(store.resolve(id)).toMatchObject({ password })
    expect(store.resolve(id).sentinelPassword).toBeUndefined()
    expect(store.resolveDraft(draft({ id, keep: ['password'] })).password).toBe(password)
    expect(store.save(draft({ id })).has).toEqual([])
    expect(store.resolve(id).password).toBeUndefined()
  })

  it('forget secrets when the app ends where the system keeps none', () => {
    const store = openConnections(file, noKeeper)
    expect(store.canKeepSecrets).toBe(false)
    const saved = store.save(draft({ connection: connection({ password }) }))
    expect(saved).toMatchObject({ has: ['password'], isKept: false })
    expect(store.resolve(saved.id).password).toBe(password)
    expect(readFileSync(file, 'utf8')).not.toContain(password)

    const again = openConnections(file, noKeeper)
    expect(again.list()).toEqual([{ ...saved, has: [] }])
    expect(again.resolve(saved.id).password).toBeUndefined()
  })

  it('are copied and put back with their secrets', () => {
    const store = openConnections(file, keeper)
    const first = store.save(draft({ connection: connection({ password }) }))
    const last = store.save(draft({ name: 'Other' }))
    const copy = store.duplicate(first.id)
    expect(copy.name).toBe('Orders 2')
    expect(store.duplicate(copy.id).name).toBe('Orders 3')
    expect(store.resolve(copy.id).password).toBe(password)

    store.remove(first.id)
    expect(() => store.resolve(first.id)).toThrow(`There is no saved connection "${first.id}".`)
    expect(store.restore(first.id)).toEqual(first)
    expect(store.list().map(({ name }) => name)).toEqual(['Orders', 'Orders 2', 'Orders 3', last.name])
    expect(store.resolve(first.id).password).toBe(password)
  })

  it('read certificates from their files at each use, and open a key with its passphrase', () => {
    const store = openConnections(file, keeper)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
    const [ca, key] = [join(folder, 'ca.pem'), join(folder, 'key.pem')]
    writeFileSync(ca, '-----BEGIN CERTIFICATE-----\nfirst')
    writeFileSync(key, locked)
    const { id } = store.save(
      draft({
        connection: connection({ tls: { ca, cert: '-----BEGIN CERTIFICATE-----\nmine', key } }),
        passphrase: 'open sesame',
      }),
    )
    writeFileSync(ca, '-----BEGIN CERTIFICATE-----\nsecond')
    expect(store.resolve(id).tls).toEqual({
      ca: '-----BEGIN CERTIFICATE-----\nsecond',
      cert: '-----BEGIN CERTIFICATE-----\nmine',
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      verify: true,
    })
    const wrong = draft({ id, connection: connection({ tls: { key } }), passphrase: 'close sesame' })
    expect(() => store.resolveDraft(wrong)).toThrow('The private key cannot be opened')
    rmSync(ca)
    expect(() => store.resolve(id)).toThrow(`Cannot read ${ca}`)
  })

  it('keep the text of a key, and nothing of it in the open', () => {
    const store = openConnections(file, keeper)
    const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----'
    const saved = store.save(draft({ connection: connection({ tls: { key } }) }))
    expect(saved.has).toEqual(['key'])
    expect(saved.connection.tls).toEqual({ verify: true })
    expect(readFileSync(file, 'utf8')).not.toContain('MC4CAQAwBQYDK2Vw')
    expect(store.resolve(saved.id).tls?.key).toBe(key)
  })

  it('are listed even when their secrets cannot be read any more, which is said when they are needed', () => {
    const store = openConnections(file, keeper)
    const { id } = store.save(draft({ connection: connection({ password }) }))
    const other: SecretKeeper = {
      ...keeper,
      decrypt: () => {
        throw new Error('another key')
      },
    }
    const later = openConnections(file, other)
    expect(later.list()).toMatchObject([{ id, has: [] }])
    expect(() => later.resolve(id)).toThrow('The secrets of Orders cannot be read: another key.')
    expect(later.save(draft({ id, connection: connection({ password: 'new' }) })).has).toEqual([])
  })

  it('set a damaged file aside', () => {
    writeFileSync(file, '{ "version": 1, "connections": [{}] }')
    const store = openConnections(file, keeper)
    expect(store.problem?.code).toBe('connection.list')
    expect(store.list()).toEqual([])
    expect(existsSync(`${file}.bad`)).toBe(true)
  })
})

describe('the keeper of the system', () => {
  const storage = { isEncryptionAvailable: () => true, encryptString: () => Buffer.from(''), decryptString: () => '' }

  it('counts as none where it would hide nothing', () => {
    expect(systemKeeper(storage, 'darwin').isAvailable()).toBe(true)
    const plain = { ...storage, getSelectedStorageBackend: () => 'basic_text' as const }
    expect(systemKeeper(plain, 'linux').isAvailable()).toBe(false)
    const ring = { ...storage, getSelectedStorageBackend: () => 'gnome_libsecret' as const }
    expect(systemKeeper(ring, 'linux').isAvailable()).toBe(true)
    expect(systemKeeper({ ...storage, isEncryptionAvailable: () => false }, 'darwin').isAvailable()).toBe(false)
  })
})
