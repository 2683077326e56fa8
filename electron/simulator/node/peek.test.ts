import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { splitArguments } from '../../../shared/split-arguments'
import { encode } from '../resp/encode'
import { testNode } from '../testing/test-client'
import { Peek } from './peek'

function filled() {
  const { node, clock, connect } = testNode()
  const client = connect()
  const send = (line: string) => client.send(...splitArguments(line)!)
  for (const line of [
    'SET text hello',
    'SET number 42 PX 5000',
    'RPUSH list a b c',
    'HSET hash f v g w',
    'SADD set 1 2 3',
    'ZADD zset 1 a 2.5 b inf c',
    'XADD stream 1-1 name ada',
    'XADD stream 2-1 name bob',
    'XGROUP CREATE stream group 0',
    'XREADGROUP GROUP group worker COUNT 1 STREAMS stream >',
  ]) {
    send(line)
  }
  const look = (line: string, db = 0) => encode(new Peek(node, db).run(splitArguments(line) as Bytes[]), 3)
  return { node, clock, send, look }
}

const readings = [
  'GET text',
  'GET nothing',
  'GET list',
  'STRLEN text',
  'GETRANGE text 1 3',
  'TYPE hash',
  'PTTL number',
  'TTL nothing',
  'EXISTS text nothing',
  'LRANGE list 0 -1',
  'LINDEX list 1',
  'HSCAN hash 0 COUNT 100',
  'HGETALL hash',
  'SSCAN set 0',
  'ZSCAN zset 0',
  'ZRANGE zset 0 -1 WITHSCORES',
  'XRANGE stream - + COUNT 10',
  'XLEN stream',
  'XINFO STREAM stream',
  'XINFO GROUPS stream',
  'XINFO CONSUMERS stream group',
  'XPENDING stream group - + 10',
  'OBJECT ENCODING zset',
  'DBSIZE',
  'SCAN 0 MATCH *s* COUNT 100',
  'KEYS *',
  'SCAN 0 TYPE hash COUNT 100',
  'SORT_RO set DESC',
  'STRLEN',
  'NOSUCH a',
  'XINFO NOSUCH',
]

describe('a peek', () => {
  it.each(readings)('has the reply that a client would get: %s', (line) => {
    const { send, look } = filled()
    const peeked = look(line)
    send('HELLO 3')
    expect(peeked).toBe(send(line))
  })

  it('leaves no mark', () => {
    const { node, clock, send, look } = filled()
    send('CONFIG SET notify-keyspace-events KEA slowlog-log-slower-than 0')
    clock.advance(30_000)
    const marks = () => [
      send('INFO stats'),
      send('INFO commandstats'),
      send('INFO errorstats'),
      send('INFO keyspace'),
      node.random.hex(8),
    ]
    const before = filled()
    before.send('CONFIG SET notify-keyspace-events KEA slowlog-log-slower-than 0')
    before.clock.advance(30_000)
    for (const line of [...readings, 'SRANDMEMBER set', 'HRANDFIELD hash', 'ZRANDMEMBER zset']) look(line)
    const unseen = [
      before.send('INFO stats'),
      before.send('INFO commandstats'),
      before.send('INFO errorstats'),
      before.send('INFO keyspace'),
      before.node.random.hex(8),
    ]
    expect(marks()).toEqual(unseen)
    expect(send('OBJECT IDLETIME text')).toBe(':30\r\n')
    expect(node.slowlog.length).toBe(before.node.slowlog.length + 1)
  })

  it('does not see an expired key, and does not delete it either', () => {
    const { node, clock, look } = filled()
    node.cron.stop()
    clock.advance(6000)
    expect(node.keyspace.databases[0]!.peek('number' as Bytes)).toBeDefined()
    expect(look('GET number')).toBe('_\r\n')
    expect(look('EXISTS number')).toBe(':0\r\n')
    expect(node.keyspace.databases[0]!.peek('number' as Bytes)).toBeDefined()
  })

  it('sees the time as it is, not as it was at the last command', () => {
    const { clock, look } = filled()
    clock.advance(1500)
    expect(look('PTTL number')).toBe(':3500\r\n')
  })

  it.each([
    'SET a b',
    'EVAL_RO "return 1" 0',
    'RANDOMKEY',
    'DEL text',
    'GETDEL text',
    'XREAD BLOCK 0 STREAMS stream $',
    'BLPOP list 0',
    'MONITOR',
    'SUBSCRIBE c',
  ])('refuses %s', (line) => {
    const { look, send } = filled()
    expect(look(line)).toMatch(/^-ERR \w+ cannot be peeked at: it is not a read-only command/)
    expect(send('EXISTS text')).toBe(':1\r\n')
  })

  it('looks at one database, and at no other', () => {
    const { look, node } = filled()
    expect(look('DBSIZE', 1)).toBe(':0\r\n')
    expect(() => new Peek(node, 16)).toThrow('no database 16')
  })
})
