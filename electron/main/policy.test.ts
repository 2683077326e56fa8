import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy, isAllowedExternal, isOwnPage } from './policy'

it.each([
  ['https://redis.io/docs/latest/commands/publish/', true],
  ['https://github.com/redis/ioredis', true],
  ['http://redis.io/', false],
  ['https://redis.io:8443/', false],
  ['https://redis.io.example.com/', false],
  ['https://user@redis.io@example.com/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['not a url', false],
])('opens %s outside: %s', (url, allowed) => expect(isAllowedExternal(url)).toBe(allowed))

describe('a page is ours', () => {
  it.each([
    ['app://eventyard/', undefined, true],
    ['app://eventyard/index.html#run', undefined, true],
    ['app://other/', undefined, false],
    ['app://eventyard.example/', undefined, false],
    ['https://eventyard/', undefined, false],
    ['about:blank', undefined, false],
    ['', undefined, false],
    ['http://127.0.0.1:5173/', undefined, false],
    ['http://127.0.0.1:5173/', 'http://127.0.0.1:5173/', true],
    ['http://127.0.0.1:5174/', 'http://127.0.0.1:5173/', false],
  ])('%s, with the development server at %s: %s', (page, devUrl, own) => expect(isOwnPage(page, devUrl)).toBe(own))
})

it('has a policy without loopholes', () => {
  expect(contentSecurityPolicy).toContain("default-src 'self'")
  expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:/)
})
