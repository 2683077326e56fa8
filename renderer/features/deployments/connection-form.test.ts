import { describe, expect, it } from 'vitest'
import { connectionDraft, type SavedConnection } from '../../../shared/saved-connection'
import {
  connectionOf,
  draftFrom,
  emptyFields,
  fieldsOf,
  inEnvironment,
  urlOf,
  withUrl,
  type FormFields,
} from './connection-form'

function fieldsFrom(url: string, before: FormFields = emptyFields): FormFields {
  const read = withUrl(before, url)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

describe('the form of a connection', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'rediss://ana@redis.example:6380/3?readonly=true&servername=other.example&verify=false',
    'redis+sentinel://s1:26379,s2:26379/mymaster/2?replicas=true&prefix=app%3A',
    'redis+cluster://[::1]:7000,h2:7001',
  ])('says %s field by field, and again as a URL', (url) => {
    expect(urlOf(fieldsFrom(url), false)).toBe(url)
  })

  it('takes the password out of the URL, and never shows it in one', () => {
    const fields = fieldsFrom('redis://ana:se%40cret@h:1')
    expect(fields).toMatchObject({ username: 'ana', password: 'se@cret', hosts: 'h:1' })
    const shown = urlOf(fields, false)
    expect(shown).toBe('redis://ana:***@h:1')
    // What is hidden in the URL is not the password: changing another part of it keeps what was typed.
    expect(fieldsFrom(shown.replace('h:1', 'h:2'), fields)).toMatchObject({ password: 'se@cret', hosts: 'h:2' })
    expect(fieldsFrom('redis://ana@h:1', fields).password).toBe('')
  })

  it('keeps what a URL does not say', () => {
    const before = { ...emptyFields, ca: '/ca.pem', connectTimeoutMs: 700, name: 'Orders' }
    expect(fieldsFrom('rediss://h:1', before)).toMatchObject({ ca: '/ca.pem', connectTimeoutMs: 700, name: 'Orders' })
  })

  it('says what is wrong with a URL, and with hosts', () => {
    const wrong = withUrl(emptyFields, 'http://h:1')
    expect(wrong.ok ? '' : wrong.error.code).toBe('connection.url')
    const hosts = connectionOf({ ...emptyFields, hosts: 'h:99999' })
    expect(hosts.ok ? '' : hosts.error.message).toContain('99999 is no port')
    expect(connectionOf({ ...emptyFields, topology: 'sentinel' }).ok).toBe(false)
  })

  it('only reads in production, unless that is taken back', () => {
    const careful = inEnvironment(emptyFields, 'production')
    expect(careful.readOnly).toBe(true)
    expect(inEnvironment({ ...careful, readOnly: false }, 'test').readOnly).toBe(false)
  })

  it('keeps the stored secrets that are neither typed anew nor forgotten', () => {
    const { connection } = connectionDraft.parse({
      name: 'x',
      environment: 'dev',
      connection: { hosts: [{ host: 'h', port: 1 }], tls: {} },
    })
    const saved: SavedConnection = {
      id: 'a',
      name: 'x',
      environment: 'dev',
      connection,
      has: ['password', 'key', 'passphrase'],
      isKept: true,
    }
    const fields = { ...fieldsOf(saved), passphrase: 'new' }
    const draft = draftFrom(fields, saved, ['key'])
    expect(draft).toMatchObject({ ok: true, value: { id: 'a', passphrase: 'new', keep: ['password'] } })
  })
})
