import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import type { ReplyTree } from '../../../shared/reply'
import { rawBytes } from '../../testing/bytes'
import { flatRows, treeRows } from './key-tree'
import { pageCommand, readPage, type Query } from './members'
import { entriesOf, pendingOf, readInfo, readScan, recordOf, scanCommand } from './read'
import { formatTtl } from './ttl'

const bulk = (bytes: string): ReplyTree => ({ kind: 'bulk', bytes })
const integer = (value: number): ReplyTree => ({ kind: 'integer', value })
const array = (...items: ReplyTree[]): ReplyTree => ({ kind: 'array', items })

describe('questions and replies', () => {
  it('scan with what was asked for', () => {
    expect(scanCommand('0', '', '').join(' ')).toBe('SCAN 0 COUNT 1000')
    expect(scanCommand('17', 'user:*', 'hash').join(' ')).toBe('SCAN 17 MATCH user:* COUNT 1000 TYPE hash')
    expect(readScan(array(bulk('17'), array(bulk('a'), bulk('b'))))).toEqual({ cursor: '17', items: ['a', 'b'] })
  })

  it('tell when a key expires in the run’s time, and that it is gone', () => {
    const replies = [{ kind: 'simple', text: 'hash' } as const, integer(1500), bulk('listpack'), integer(64)]
    expect(readInfo(rawBytes('k'), replies, 1_000_000)).toEqual({
      key: 'k',
      type: 'hash',
      encoding: 'listpack',
      expiresAtUs: 2_500_000,
      length: null,
      memory: 64,
    })
    const gone = [
      { kind: 'simple', text: 'none' } as const,
      integer(-2),
      { kind: 'error', text: 'ERR no such key' } as const,
    ]
    expect(readInfo(rawBytes('k'), gone, 0)).toMatchObject({ type: 'none', expiresAtUs: null, encoding: '' })
  })

  it('hold entries, what is pending, and named figures', () => {
    expect(entriesOf(array(array(bulk('1-1'), array(bulk('a'), bulk('b')))))).toEqual([
      { id: '1-1', fields: [['a', 'b']] },
    ])
    expect(pendingOf(array(array(bulk('1-1'), bulk('ana'), integer(1500), integer(2))))).toEqual([
      { id: '1-1', consumer: 'ana', idleMs: 1500, deliveries: 2 },
    ])
    const map: ReplyTree = {
      kind: 'map',
      items: [bulk('name'), bulk('g'), bulk('lag'), { kind: 'null' }, bulk('pending'), integer(3)],
    }
    expect(recordOf(map)).toEqual({ name: 'g', lag: null, pending: 3 })
  })
})

describe('a page of a value', () => {
  const query = (type: Query['type'], part: Partial<Query> = {}): Query => ({
    key: rawBytes('k'),
    type,
    match: rawBytes(''),
    isReversed: false,
    ...part,
  })

  it('is asked for by range where there is an order, by scan elsewhere', () => {
    const ask = (asked: Query, position: string) => pageCommand(asked, position).join(' ')
    expect(ask(query('list'), '200')).toBe('LRANGE k 200 299')
    expect(ask(query('list', { isReversed: true }), '100')).toBe('LRANGE k -200 -101')
    expect(ask(query('zset', { isReversed: true }), '0')).toBe('ZRANGE k 0 99 REV WITHSCORES')
    expect(ask(query('zset', { match: rawBytes('a*') }), '7')).toBe('ZSCAN k 7 MATCH a* COUNT 100')
    expect(ask(query('hash'), '0')).toBe('HSCAN k 0 COUNT 100')
    expect(ask(query('set', { match: rawBytes('a*') }), '0')).toBe('SSCAN k 0 MATCH a* COUNT 100')
  })

  it('numbers the items of a list from either end', () => {
    const items = array(bulk('x'), bulk('y'))
    expect(readPage(query('list'), '0', items)).toEqual({
      members: [
        { name: 'x', index: 0 },
        { name: 'y', index: 1 },
      ],
      next: undefined,
    })
    expect(readPage(query('list', { isReversed: true }), '0', items).members).toEqual([
      { name: 'y', index: -1 },
      { name: 'x', index: -2 },
    ])
  })

  it('goes on while a page was full, or the cursor says so', () => {
    const full = array(...Array.from({ length: 100 }, (_, at) => bulk(String(at))))
    expect(readPage(query('list'), '100', full).next).toBe('200')
    expect(readPage(query('set'), '0', array(bulk('9'), array())).next).toBe('9')
    const scores = array(array(bulk('m'), { kind: 'double', value: Infinity }))
    expect(readPage(query('zset'), '0', scores)).toEqual({ members: [{ name: 'm', value: 'inf' }], next: undefined })
    expect(readPage(query('hash'), '0', array(bulk('0'), array(bulk('f'), bulk('v')))).members).toEqual([
      { name: 'f', value: 'v' },
    ])
  })
})

describe('rows of keys', () => {
  const keys = ['b:2', 'a', 'b:1:x', 'c:'] as Bytes[]

  it('stand in the order of the scan', () => {
    expect(flatRows(keys).map(({ name }) => name)).toEqual(keys)
  })

  it('are gathered by their separators, and closed at first', () => {
    const rows = (...open: string[]) =>
      treeRows(keys, (prefix) => open.includes(prefix)).map(
        (row) => `${row.level} ${row.name}${row.kind === 'group' ? ` (${row.count})` : ''}`,
      )
    expect(rows()).toEqual(['1 b: (2)', '1 c: (1)', '1 a'])
    expect(rows('b:', 'b:1:')).toEqual(['1 b: (2)', '2 1: (1)', '3 x', '2 2', '1 c: (1)', '1 a'])
    expect(rows('c:')).toEqual(['1 b: (2)', '1 c: (1)', '2 ', '1 a'])
  })

  it('are quick for many', () => {
    const many = Array.from({ length: 200_000 }, (_, at) => rawBytes(`user:${at % 1000}:${at}`))
    expect(treeRows(many, (prefix) => prefix === 'user:')).toHaveLength(1001)
  })
})

describe('a time to live', () => {
  it('is as short as it may be', () => {
    expect([1, 999, 1000, 59_900, 60_000, 3_725_000, 190_000_000].map(formatTtl)).toEqual([
      '1 ms',
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1:00',
      '1:02:05',
      '2 d 04:46',
    ])
  })
})
