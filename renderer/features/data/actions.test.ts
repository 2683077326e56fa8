import { describe, expect, it } from 'vitest'
import { bytesOf, type Bytes } from '../../../shared/bytes'
import type { ReplyTree } from '../../../shared/reply'
import { rawBytes } from '../../testing/bytes'
import * as act from './actions'
import { contentsCommand, readContents } from './contents'
import { bytesFrom, editableOf, hexDump, prettyJson, shown } from './editable'

const key = 'a key' as Bytes
const lines = (commands: readonly act.Argv[] | undefined) => commands?.map((argv) => argv.join(' '))

describe('an action on the data', () => {
  it('says what it sends, and what takes it back', () => {
    const before = act.setField(key, 'f' as Bytes, 'new' as Bytes, 'old' as Bytes)
    expect(lines(before.commands)).toEqual(['HSET a key f new'])
    expect(lines(before.undo)).toEqual(['HSET a key f old'])
    expect(lines(act.setField(key, 'f' as Bytes, 'new' as Bytes, undefined).undo)).toEqual(['HDEL a key f'])
    expect(lines(act.setScore(key, 'm' as Bytes, '2', '1.5').undo)).toEqual(['ZADD a key 1.5 m'])
    expect(lines(act.expire(key, '60', null).undo)).toEqual(['PERSIST a key'])
    expect(lines(act.persist(key, 1_700_000_000_000).undo)).toEqual(['PEXPIREAT a key 1700000000000'])
    expect(lines(act.rename(key, 'b' as Bytes).commands)).toEqual(['RENAMENX a key b'])
  })

  it('keeps the expiry of a string that is edited', () => {
    const action = act.setString(key, 'new' as Bytes, 'old' as Bytes)
    expect(lines(action.commands)).toEqual(['SET a key new KEEPTTL'])
    expect(lines(action.undo)).toEqual(['SET a key old KEEPTTL'])
  })

  it('says what is lost where nothing takes it back', () => {
    const ids = ['1-1']
    for (const action of [
      act.deleteEntry(key, '1-1'),
      act.acknowledge(key, 'g' as Bytes, ids),
      act.claim(key, 'g' as Bytes, 'c' as Bytes, ids),
      act.deleteConsumer(key, 'g' as Bytes, 'c' as Bytes),
      act.destroyGroup(key, 'g' as Bytes),
      act.removeItem(key, 3, '__removed__'),
      act.expire(key, '0', null),
      act.deleteKey(key, undefined, null),
    ]) {
      expect(action.undo, action.label).toBeUndefined()
      expect(action.loss, action.label).toMatch(/^data\.loss\./)
    }
  })

  it('removes a list item by its index, in a transaction', () => {
    expect(lines(act.removeItem(key, 2, 'mark').commands)).toEqual([
      'MULTI',
      'LSET a key 2 mark',
      'LREM a key 1 mark',
      'EXEC',
    ])
  })

  it('brings a deleted key back with all that it held, and its expiry', () => {
    const contents = { type: 'zset', items: ['1', 'a', '2', 'b'] as Bytes[] } as const
    expect(lines(act.deleteKey(key, contents, 99).undo)).toEqual(['ZADD a key 1 a 2 b', 'PEXPIREAT a key 99'])
    expect(lines(act.deleteKey(key, { type: 'string', value: '' as Bytes }, null).undo)).toEqual(['SET a key '])
  })
})

describe('what a small key holds', () => {
  const info = (type: string, length: number) => ({
    key,
    type,
    length,
    encoding: '',
    expiresAtUs: null,
    memory: null,
  })
  const bulks = (...items: string[]): ReplyTree => ({
    kind: 'array',
    items: items.map((bytes) => ({ kind: 'bulk', bytes })),
  })

  it('is read as long as it is small', () => {
    expect(contentsCommand(info('hash', 500))?.join(' ')).toBe('HGETALL a key')
    expect(contentsCommand(info('hash', 501))).toBeUndefined()
    expect(contentsCommand(info('string', 100_000))?.join(' ')).toBe('GET a key')
    expect(contentsCommand(info('stream', 1))).toBeUndefined()
  })

  it('is known only where all of it was read', () => {
    expect(readContents('list', bulks('x', 'y'))).toEqual({ type: 'list', items: ['x', 'y'] })
    expect(readContents('set', { kind: 'set', items: [{ kind: 'bulk', bytes: 'x' }], omitted: 3 })).toBeUndefined()
    const scan = (cursor: string): ReplyTree => ({
      kind: 'array',
      items: [{ kind: 'bulk', bytes: cursor }, bulks('m', '2')],
    })
    expect(readContents('zset', scan('0'))).toEqual({ type: 'zset', items: ['2', 'm'] })
    expect(readContents('zset', scan('17'))).toBeUndefined()
    expect(readContents('string', { kind: 'bulk', bytes: 'x', cut: 5 })).toBeUndefined()
  })
})

describe('bytes to edit', () => {
  it.each([
    ['plain', 'plain', false],
    [bytesOf('grüß "dich"\nzwei'), 'grüß "dich"\nzwei', false],
    [rawBytes('\xff\x00"\\'), '\\xff\\x00\\"\\\\', true],
    [rawBytes('a\x07b'), 'a\\ab', true],
  ] as const)('%j come back as they were', (bytes, text, isEscaped) => {
    const editable = editableOf(bytes as Bytes)
    expect(editable).toEqual({ text, isEscaped })
    expect(bytesFrom(editable)).toBe(bytes)
  })

  it('take a quote in escaped text with and without a backslash', () => {
    expect(bytesFrom({ text: 'a"b\\"c', isEscaped: true })).toBe('a"b"c')
    expect(bytesFrom({ text: 'a\\', isEscaped: true })).toBeUndefined()
  })

  it('are shown on one line, in hex, and as JSON', () => {
    expect(shown('a\nb"c')).toBe('a\\nb"c')
    expect(shown('x'.repeat(300))).toHaveLength(201)
    expect(hexDump('Hello, Redis!\xff\x00.x')).toBe(
      '00000000  48 65 6c 6c 6f 2c 20 52  65 64 69 73 21 ff 00 2e  Hello, Redis!...\n' +
        '00000010  78                                                x',
    )
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(prettyJson('{not json')).toBeUndefined()
    expect(prettyJson('hello')).toBeUndefined()
  })
})
