import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testNode } from '../testing/test-client'

const seen = `local t = {}
for i = 1, 200 do t[i] = {} end
local shown = {tostring({}), tostring(function() end), tostring(coroutine.create(function() end))}
for key in pairs({[t[1]] = 1, [t[2]] = 2, [t[3]] = 3, a = 4, b = 5}) do shown[#shown + 1] = tostring(key) end
for i = 1, 5 do shown[#shown + 1] = tostring(math.random()) end
return shown`

/** Text of any bytes, as a client sends it. */
const bytes = fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets).toString('latin1'))

describe('scripts', () => {
  it('see the same addresses, orders and random numbers on every node', () => {
    const [first, second] = [testNode().connect(), testNode().connect()]
    for (let times = 0; times < 20; times++) {
      expect(first.send('EVAL', seen, '0')).toBe(second.send('EVAL', seen, '0'))
    }
  })

  it('get the bytes that a client sent, and give them back', () => {
    const client = testNode().connect()
    fc.assert(
      fc.property(bytes, (text) => {
        expect(client.send('EVAL', 'return ARGV[1]', '0', text)).toBe(`$${text.length}\r\n${text}\r\n`)
        expect(client.send('EVAL', 'return cmsgpack.unpack(cmsgpack.pack(ARGV[1]))', '0', text)).toBe(
          `$${text.length}\r\n${text}\r\n`,
        )
        const packed = "return {struct.unpack('Ic0', struct.pack('Ic0', #ARGV[1], ARGV[1]))}"
        expect(client.send('EVAL', packed, '0', text)).toContain(text)
      }),
    )
  })

  it('read and write JSON as JavaScript understands it', () => {
    const client = testNode().connect()
    const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.string({ unit: 'grapheme-ascii' }), fc.constant(null))
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('record')),
      list: fc.array(tie('any'), { minLength: 1, maxLength: 5 }),
      record: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('any'), { minKeys: 1, maxKeys: 4 }),
    })).any
    fc.assert(
      fc.property(value, (json) => {
        for (const body of [
          'return cjson.encode(cjson.decode(ARGV[1]))',
          "local v = cjson.decode(ARGV[1]) if type(v) ~= 'table' then return ARGV[1] end return cjson.encode(v)",
        ]) {
          const reply = client.send('EVAL', body, '0', JSON.stringify(json))
          expect(JSON.parse(reply.slice(reply.indexOf('\n') + 1))).toEqual(json)
        }
      }),
    )
  })

  it('are forgotten by SCRIPT FLUSH', () => {
    const { node, connect } = testNode()
    expect(node.scripting.cache.size).toBe(0)
    const client = connect()
    client.send('SCRIPT', 'LOAD', 'return 1')
    expect(node.scripting.cache.size).toBe(1)
    client.send('SCRIPT', 'FLUSH')
    expect(node.scripting.cache.size).toBe(0)
    expect(client.send('EVALSHA', 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db', '0')).toMatch(/^-NOSCRIPT/)
  })
})
