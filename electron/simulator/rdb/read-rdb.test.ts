import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitArguments } from '../../../shared/split-arguments'
import { randomData } from '../testing/random-data'
import { testNode } from '../testing/test-client'
import { Crc64 } from './crc64'
import { RdbError } from './rdb-error'
import { readRdb } from './read-rdb'
import { writeRdb } from './write-rdb'

const RUNS = Number(process.env['EVENTYARD_FUZZ'] ?? 1500)

/** A file with keys of every type. */
function fileOf(seed: number, config: Readonly<Record<string, string>> = {}): Buffer {
  const world = testNode({ config: { save: '', ...config } })
  const client = world.connect()
  for (const { commands } of randomData(seed, 1)) for (const command of commands) client.send(...command)
  return Buffer.concat(writeRdb(world.node, { 'repl-id': 'a'.repeat(40), 'repl-offset': '17' }))
}

function problemOf(bytes: Uint8Array, config: Readonly<Record<string, string>> = {}): string {
  try {
    readRdb(bytes, testNode({ config }).node)
  } catch (error) {
    if (error instanceof RdbError) return error.message
    throw error
  }
  return ''
}

/** A file with a checksum of its own, from words as redis-cli takes them between quotes. */
function file(text: string, version = '0010'): Buffer {
  const body = splitArguments(`"${text}"`)![0]!
  const bytes = Buffer.from(`REDIS${version}${body}\xff`, 'latin1')
  const sum = Buffer.alloc(8)
  sum.writeBigUInt64LE(new Crc64().update(bytes).value)
  return Buffer.concat([bytes, sum])
}

describe('an RDB file', () => {
  it('tells of itself what it was given', () => {
    const { node } = testNode()
    const { aux, version, end, keysLoaded } = readRdb(fileOf(1), node)
    expect(version).toBe(10)
    expect(Object.fromEntries(aux)).toMatchObject({ 'redis-ver': '7.0.15', 'repl-offset': '17', 'aof-base': '0' })
    expect(end).toBe(fileOf(1).length)
    expect(keysLoaded).toBe(node.keyspace.databases[0]!.size)
  })

  it('is the same when it was loaded and written again', () => {
    const { node } = testNode()
    const bytes = fileOf(2, { 'maxmemory-policy': 'allkeys-lfu' })
    node.config.put(node.config.parameters.get('maxmemory-policy')!, 'allkeys-lfu')
    readRdb(bytes, node)
    const again = Buffer.concat(writeRdb(node, { 'repl-id': 'a'.repeat(40), 'repl-offset': '17' }))
    const { node: third } = testNode({ config: { 'maxmemory-policy': 'allkeys-lfu' } })
    readRdb(again, third)
    const keysOf = (from: typeof node) =>
      from.keyspace.databases[0]!.all.map(({ key, value, frequency, expiresAtMs }) => ({
        key,
        value,
        frequency,
        expiresAtMs,
      }))
    expect(keysOf(third)).toEqual(keysOf(node))
    expect(again.length).toBe(bytes.length)
  })

  it('may be older, and have what nobody writes any more', () => {
    const { node, connect } = testNode()
    // A list, a set, a sorted set with its scores as text, a hash; a time to live in seconds.
    const keys = String.raw`\x01\x01l\x02\x01a\xc0\x05\x02\x01s\x01\x01m\x03\x01z\x02\x01a\x031.5\x01b\xfe\x04\x01h\x01\x01f\x01v`
    const { keysLoaded } = readRdb(file(String.raw`\xfe\x03${keys}\xfd\xff\xff\xff\x7f\x00\x01k\x01v`, '0006'), node)
    expect(keysLoaded).toBe(5)
    const client = connect()
    client.send('SELECT', '3')
    expect(client.send('LRANGE', 'l', '0', '-1')).toBe('*2\r\n$1\r\na\r\n$1\r\n5\r\n')
    expect(client.send('ZRANGE', 'z', '0', '-1', 'WITHSCORES')).toContain('$3\r\n1.5\r\n$1\r\nb\r\n$3\r\ninf')
    expect(client.send('HGET', 'h', 'f')).toContain('v')
    expect(client.send('EXPIRETIME', 'k')).toBe(':2147483647\r\n')
  })

  it('may have ziplists', () => {
    const { node, connect } = testNode()
    const bytes = String.raw`\x0a\x01l\x16\x16\x00\x00\x00\x12\x00\x00\x00\x03\x00\x00\x03abc\x05\xf3\x02\xc0\x00\x80\xff`
    readRdb(file(bytes), node)
    expect(connect().send('LRANGE', 'l', '0', '-1')).toBe('*3\r\n$3\r\nabc\r\n$1\r\n2\r\n$6\r\n-32768\r\n')
  })

  it('leaves out collections without elements and keys whose time is over', () => {
    const { node, clock } = testNode()
    const past = Buffer.alloc(8)
    past.writeBigInt64LE(BigInt(Math.floor(clock.unixUs() / 1000) - 1))
    const expired = `\\xfc${[...past].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}\\x00\\x01k\\x01v`
    const contents = readRdb(file(String.raw`\x01\x01l\x00${expired}`), node)
    expect(contents).toMatchObject({ keysLoaded: 0, keysExpired: 1 })
    expect(readRdb(file(expired), node, { keepsExpired: true })).toMatchObject({ keysLoaded: 1, keysExpired: 0 })
  })

  it.each([
    ['', 'it does not begin as an RDB file at byte 0'],
    ['REDIS', 'it does not begin as an RDB file at byte 0'],
    ['*1\r\n$4\r\nPING\r\n', 'it does not begin as an RDB file at byte 0'],
    ['REDIS0011\xff', 'it has version 11, and version 10 is the latest that can be read at byte 0'],
    ['REDIS0010', 'the file ends too soon at byte 9'],
    ['REDIS0010\xff', 'the file ends too soon at byte 10'],
    ['REDIS0010\xff\x01\x01\x01\x01\x01\x01\x01\x01', 'the checksum is wrong at byte 10'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(problemOf(Buffer.from(text, 'latin1'))).toBe(problem)
  })

  it.each([
    [String.raw`\x00\x01k\x81\xff\xff\xff\xff\xff\xff\xff\xff`, 'a string of 18446744073709551615 bytes does not fit'],
    [String.raw`\x01\x01k\x80\x7f\xff\xff\xff`, '2147483647 things cannot follow'],
    [String.raw`\x00\x01k\xc3\x01\x80\x7f\xff\xff\xff\x00`, 'a compressed string cannot be unpacked'],
    [String.raw`\x00\x01k\xc4`, 'there is no such kind of string'],
    [String.raw`\x00\x01k\x82`, 'there is no such kind of length'],
    [String.raw`\x00\x01k\x01v\x00\x01k\x01v`, 'there is a key twice at byte 14'],
    [String.raw`\xfe\x10`, 'there is a database 16, and the node has 16'],
    [String.raw`\x07\x01k\x01`, 'there is a value of a module'],
    [String.raw`\xf7\x01`, 'there is data of a module'],
    [String.raw`\xf5\x01x`, 'there are functions'],
    [String.raw`\x09\x01k\x01x`, 'there is a zipmap'],
    [String.raw`\x20\x01k`, 'there is no type 32'],
    [String.raw`\x02\x01k\x02\x01a\x01a`, 'a set has a member twice'],
    [String.raw`\x12\x01k\x01\x03\x01a`, 'a node of a list holds neither one element nor a listpack'],
  ])('says what is wrong with a value: %s', (text, problem) => {
    expect(problemOf(file(text))).toContain(problem)
  })

  it('that is damaged anywhere is refused, or read as something else, and never breaks the node', () => {
    const files = [fileOf(3), fileOf(4, { rdbcompression: 'no' })]
    const problems = new Set<string>()
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'insert', 'delete', 'cut'))
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }), (whole, changes) => {
        let bytes: Buffer = Buffer.from(whole)
        for (const [place, value, kind] of changes) {
          const at = 9 + (place % (bytes.length - 9))
          if (kind === 'set') bytes[at] = value
          else if (kind === 'cut' && value < 20) bytes = bytes.subarray(0, at)
          else if (kind === 'insert') {
            bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([value]), bytes.subarray(at)])
          } else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
          if (bytes.length < 10) bytes = Buffer.from(whole)
        }
        // Without a check of the sum, so that what is inside is looked at.
        problems.add(problemOf(bytes, { rdbchecksum: 'no' }).replace(/\d+/g, '#'))
      }),
      { numRuns: RUNS },
    )
    expect(problems.size).toBeGreaterThan(8)
  })

  it('that was changed by one byte does not pass its checksum', () => {
    const whole = fileOf(5)
    fc.assert(
      fc.property(fc.integer({ min: 9, max: whole.length - 9 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= by
        expect(problemOf(bytes)).not.toBe('')
      }),
      { numRuns: 300 },
    )
  })
})
