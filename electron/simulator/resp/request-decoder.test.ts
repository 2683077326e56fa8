import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../clock/seeded-random'
import { randomFrame, split } from '../testing/frames'
import { request } from '../testing/test-client'
import { RequestDecoder } from './request-decoder'

function decode(bytes: string): { commands: string[][]; error: string | undefined } {
  const decoder = new RequestDecoder()
  return { commands: decoder.decode(Buffer.from(bytes, 'latin1')), error: decoder.error }
}

describe('RequestDecoder', () => {
  it('gives the arguments of an array, byte for byte', () => {
    expect(decode('*2\r\n$3\r\nGET\r\n$4\r\n\x00\xff\r\n\r\n').commands).toEqual([['GET', '\x00\xff\r\n']])
  })

  it('splits an inline line at blanks and understands quotes', () => {
    expect(decode('SET  "a b" \'c"d\' "\\x41\\n"\r\n').commands).toEqual([['SET', 'a b', 'c"d', 'A\n']])
  })

  it('passes over empty arrays and blank lines', () => {
    expect(decode('*0\r\n\r\n*-1\r\n   \nPING\r\n').commands).toEqual([['PING']])
  })

  it.each([
    ['*x\r\n', 'invalid multibulk length'],
    ['*01\r\n', 'invalid multibulk length'],
    ['*2147483648\r\n', 'invalid multibulk length'],
    ['*\r\n', 'invalid multibulk length'],
    ['*00\r\n', 'invalid multibulk length'],
    ['*1\r\n$00\r\n', 'invalid bulk length'],
    ['*1\r\n\r\n', "expected '$', got '\r'"],
    ['*1\r\n\r1\r\n', "expected '$', got '\r'"],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', 'invalid bulk length'],
    ['*1\r\n$\r\n', 'invalid bulk length'],
    ['*1\r\nx3\r\n', "expected '$', got 'x'"],
    ['GET "a\r\n', 'unbalanced quotes in request'],
    ['GET "a"b\r\n', 'unbalanced quotes in request'],
    [`${'a'.repeat(65_537)}`, 'too big inline request'],
    [`*${'1'.repeat(65_537)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(65_537)}`, 'too big bulk count string'],
  ])('refuses %j', (bytes, error) => {
    expect(decode(bytes)).toEqual({ commands: [], error: `Protocol error: ${error}` })
  })

  it('gives the commands before an error and none behind it', () => {
    const { commands, error } = decode('PING\r\n*x\r\nPING\r\n')
    expect(commands).toEqual([['PING']])
    expect(error).toBeDefined()
  })

  it('limits who has not logged in', () => {
    const decoder = new RequestDecoder()
    decoder.isAuthenticated = false
    decoder.decode(Buffer.from('*11\r\n'))
    expect(decoder.error).toBe('Protocol error: unauthenticated multibulk length')
    const other = new RequestDecoder()
    other.isAuthenticated = false
    other.decode(Buffer.from('*1\r\n$16385\r\n'))
    expect(other.error).toBe('Protocol error: unauthenticated bulk length')
  })

  it('reads a long argument that comes in many pieces', () => {
    const bytes = request('SET', 'key', 'x'.repeat(3_000_000))
    const decoder = new RequestDecoder()
    const commands: string[][] = []
    for (let at = 0; at < bytes.length; at += 10_000) commands.push(...decoder.decode(bytes.subarray(at, at + 10_000)))
    expect(commands).toHaveLength(1)
    expect(commands[0]![2]).toHaveLength(3_000_000)
  })

  it('gives back whatever was encoded, however it is cut', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets).toString('latin1'))
    const commands = fc.array(fc.array(bytes, { minLength: 1, maxLength: 6 }), { maxLength: 6 })
    fc.assert(
      fc.property(commands, fc.integer(), (sent, seed) => {
        const decoder = new RequestDecoder()
        const stream = Buffer.concat(sent.map((argv) => request(...argv)))
        const received = split(stream, new SeededRandom(seed)).flatMap((piece) => decoder.decode(piece))
        expect(received).toEqual(sent)
      }),
    )
  })

  it('says the same of any bytes, whole or in pieces', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new SeededRandom(seed)
        const stream = Buffer.concat(Array.from({ length: 5 }, () => randomFrame(random)))
        const whole = new RequestDecoder()
        const commands = whole.decode(stream)
        const pieces = new RequestDecoder()
        const cut = split(stream, random).flatMap((piece) => pieces.decode(piece))
        expect([cut, pieces.error]).toEqual([commands, whole.error])
      }),
      { numRuns: 2000 },
    )
  })
})
