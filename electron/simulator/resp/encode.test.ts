import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from './encode'
import { formatReply } from './format-reply'
import {
  array,
  boolean,
  bulk,
  double,
  error,
  integer,
  many,
  map,
  nothing,
  nullArray,
  ok,
  push,
  set,
  simple,
  verbatim,
  type Reply,
} from './reply'
import { ReplyDecoder } from './reply-decoder'

describe('encode', () => {
  const samples: readonly (readonly [Reply, string, string])[] = [
    [ok, '+OK\r\n', '+OK\r\n'],
    [error('ERR no'), '-ERR no\r\n', '-ERR no\r\n'],
    [integer(5), ':5\r\n', ':5\r\n'],
    [integer(-7), ':-7\r\n', ':-7\r\n'],
    [integer(9223372036854775807n), ':9223372036854775807\r\n', ':9223372036854775807\r\n'],
    [bulk('a\r\n\xff'), '$4\r\na\r\n\xff\r\n', '$4\r\na\r\n\xff\r\n'],
    [nothing, '$-1\r\n', '_\r\n'],
    [nullArray, '*-1\r\n', '_\r\n'],
    [array([integer(1), nothing]), '*2\r\n:1\r\n$-1\r\n', '*2\r\n:1\r\n_\r\n'],
    [set([bulk('a')]), '*1\r\n$1\r\na\r\n', '~1\r\n$1\r\na\r\n'],
    [map([bulk('a'), integer(1)]), '*2\r\n$1\r\na\r\n:1\r\n', '%1\r\n$1\r\na\r\n:1\r\n'],
    [push([bulk('x')]), '*1\r\n$1\r\nx\r\n', '>1\r\n$1\r\nx\r\n'],
    [double(1.5), '$3\r\n1.5\r\n', ',1.5\r\n'],
    [double(Infinity), '$3\r\ninf\r\n', ',inf\r\n'],
    [double(0.1), '$19\r\n0.10000000000000001\r\n', ',0.10000000000000001\r\n'],
    [double(1e20), '$5\r\n1e+20\r\n', ',1e+20\r\n'],
    [double(3e-7), '$22\r\n2.9999999999999999e-07\r\n', ',2.9999999999999999e-07\r\n'],
    [boolean(true), ':1\r\n', '#t\r\n'],
    [verbatim('txt', 'hi'), '$2\r\nhi\r\n', '=6\r\ntxt:hi\r\n'],
    [{ kind: 'big-number', digits: '123' }, '$3\r\n123\r\n', '(123\r\n'],
    [{ kind: 'attribute', items: [bulk('a'), bulk('b')], reply: ok }, '+OK\r\n', '|1\r\n$1\r\na\r\n$1\r\nb\r\n+OK\r\n'],
    [many([integer(1), integer(2)]), ':1\r\n:2\r\n', ':1\r\n:2\r\n'],
  ]

  it.each(samples.map(([reply, ...written]) => [reply.kind, reply, ...written] as const))(
    'writes %s',
    (_kind, reply, resp2, resp3) => {
      expect(encode(reply, 2)).toBe(resp2)
      expect(encode(reply, 3)).toBe(resp3)
    },
  )

  it('lets no line end into an error', () => {
    expect(encode(error('ERR a\r\nb\n'), 2)).toBe('-ERR a  b\r\n')
  })

  const bytes = fc.uint8Array({ maxLength: 30 }).map((octets) => Buffer.from(octets).toString('latin1'))
  const anyReply = fc.letrec<{ reply: Reply }>((tie) => ({
    reply: fc.oneof(
      { maxDepth: 3 },
      bytes.map(bulk),
      fc.integer().map(integer),
      fc.stringMatching(/^[ -~]*$/).map(simple),
      fc.constant(nothing),
      fc.boolean().map(boolean),
      fc.array(tie('reply'), { maxLength: 4 }).map(array),
      fc.array(tie('reply'), { maxLength: 4 }).map(set),
    ),
  })).reply

  it('is read back by the decoder, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (replies, size) => {
        const stream = Buffer.from(replies.map((reply) => encode(reply, 3)).join(''), 'latin1')
        const decoder = new ReplyDecoder()
        const read: Reply[] = []
        for (let at = 0; at < stream.length; at += size) read.push(...decoder.decode(stream.subarray(at, at + size)))
        expect(read).toEqual(replies)
      }),
    )
  })
})

describe('formatReply', () => {
  it.each([
    [ok, 'OK'],
    [integer(3), '(integer) 3'],
    [bulk('a "b"\n'), '"a \\"b\\"\\n"'],
    [bulk('gr\xc3\xbc\xc3\x9fe'), '"grüße"'],
    [bulk('\xff'), '"\\xff"'],
    [bulk('x'.repeat(70)), `"${'x'.repeat(60)}"... 10 more bytes`],
    [error('ERR syntax error'), '(error) ERR syntax error'],
    [nothing, '(nil)'],
    [array([]), '(empty array)'],
    [array([integer(1), bulk('a')]), '[(integer) 1, "a"]'],
    [array([1, 2, 3, 4, 5, 6].map(integer)), '[(integer) 1, (integer) 2, (integer) 3, (integer) 4, ... 2 more]'],
    [map([bulk('a'), integer(1)]), '{"a": (integer) 1}'],
    [push([bulk('subscribe')]), 'push ["subscribe"]'],
  ])('%j', (reply, text) => {
    expect(formatReply(reply)).toBe(text)
  })
})
