import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerFile } from './serve-files'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-files-'))
  mkdirSync(join(folder, 'window', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'window', 'index.html'), '<p>window</p>')
  writeFileSync(join(folder, 'window', 'assets', 'a b.js'), 'export {}')
  writeFileSync(join(folder, 'window', 'secret.key'), 'no')
  writeFileSync(join(folder, 'outside.html'), 'outside')
})
afterAll(() => rmSync(folder, { recursive: true }))

const get = (url: string, method = 'GET') => answerFile(join(folder, 'window'), method, url)

describe('the window gets', () => {
  it('its page, with the policy', async () => {
    const answer = await get('app://eventyard/')
    expect(Buffer.from(answer.body!).toString()).toBe('<p>window</p>')
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'")
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('its files, whatever their query', async () => {
    expect((await get('app://eventyard/assets/a%20b.js?v=1')).status).toBe(200)
  })
})

describe('the window does not get', () => {
  it.each([
    ['a file that is not there', 'app://eventyard/none.js', 'GET', 404],
    ['a folder', 'app://eventyard/assets', 'GET', 404],
    ['a kind of file that it does not have', 'app://eventyard/secret.key', 'GET', 404],
    ['another host', 'app://elsewhere/', 'GET', 403],
    ['anything but GET', 'app://eventyard/', 'POST', 403],
    ['a file outside', 'app://eventyard/..%2foutside.html', 'GET', 403],
    ['a file outside, encoded twice', 'app://eventyard/%2e%2e%2foutside.html', 'GET', 403],
    ['a path with a zero', 'app://eventyard/a%00.html', 'GET', 403],
    ['a broken path', 'app://eventyard/%zz.html', 'GET', 400],
  ])('%s', async (_what, url, method, status) => {
    expect(await get(url, method)).toMatchObject({ status, body: null })
  })
})
