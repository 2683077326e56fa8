import { describe, expect, it } from 'vitest'
import { connectionSchema, formatConnection, parseConnection, redactedUrl } from './connection'

describe('the URL of a connection', () => {
  it.each([
    ['redis://localhost', { hosts: [{ host: 'localhost', port: 6379 }], topology: 'standalone', db: 0, tls: null }],
    ['redis://:s%40cret@10.0.0.1:7000/3', { hosts: [{ host: '10.0.0.1', port: 7000 }], password: 's@cret', db: 3 }],
    ['redis://ana:pw@[::1]:6380', { hosts: [{ host: '::1', port: 6380 }], username: 'ana', password: 'pw' }],
    ['rediss://h?servername=redis.example', { tls: { servername: 'redis.example', verify: true } }],
    ['rediss://h?verify=false', { tls: { verify: false } }],
    [
      'redis+sentinel://a,b:26380/mymaster/2',
      {
        topology: 'sentinel',
        hosts: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_380 },
        ],
        primaryName: 'mymaster',
        db: 2,
      },
    ],
    ['rediss+cluster://a:1,b:2', { topology: 'cluster', tls: { verify: true } }],
    ['redis://h?readonly=true&prefix=app%3A', { readOnly: true, keyPrefix: 'app:' }],
  ])('%s is read', (url, parts) => {
    expect(parseConnection(url)).toMatchObject(parts)
  })

  it.each([
    ['http://localhost', 'it is not the URL of a Redis'],
    ['redis://a,b', 'a single server has one address'],
    ['redis://a:70000', '70000 is no port'],
    ['redis://a b', '"a b" is no address'],
    ['redis://a/one', '"one" is no database'],
    ['redis+sentinel://a', 'it does not say what the Sentinels call the primary'],
    ['redis+cluster://a/1', 'a cluster has database 0 alone'],
    ['redis://a?color=red', 'there is no option "color"'],
    ['redis://a?verify=false', 'it has options of TLS, and no TLS'],
    ['redis://ana:100%@a', 'the password has a % that stands for nothing'],
  ])('%s is refused: %s', (url, problem) => {
    expect(() => parseConnection(url)).toThrow(problem)
  })

  it('shows no password, right or wrong', () => {
    const url = 'rediss+sentinel://ana:hunter2@a:1,b:2/mymaster/4?readonly=true'
    expect(formatConnection(parseConnection(url))).toBe(url.replace('hunter2', '***'))
    expect(redactedUrl('redis://ana:hunter2@x y')).toBe('redis://ana:***@x y')
    expect(redactedUrl('redis://:p@ss@host')).toBe('redis://:***@host')
    expect(() => parseConnection('redis://ana:hunter2@x y')).toThrow(/^(?!.*hunter2)/s)
  })

  it('survives being written and read again', () => {
    const connection = connectionSchema.parse({ hosts: [{ host: '::1', port: 7 }], db: 1, username: 'a b', tls: {} })
    expect(parseConnection(formatConnection(connection))).toEqual(connection)
  })
})
