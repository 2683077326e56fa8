import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../shared/bytes'
import { fixtureDocs } from '../../bridge/fixture-docs'
import { assist, ioredisCode, parseLine, quotedForCli, shownCommand } from './command-line'
import { helpText } from './help-text'
import { hintAfter, syntaxText } from './syntax'

const docs = new Map(fixtureDocs.map((doc) => [doc.name, doc]))
const argvOf = (line: string) => {
  const parsed = parseLine(line)
  return parsed.kind === 'command' ? parsed.argv : parsed.kind
}

describe('a line', () => {
  it('is split as redis-cli splits it, into bytes', () => {
    expect(argvOf('SET  a "x\\x00\\n\\"y" \'it\\\'s\' ü')).toEqual(['SET', 'a', 'x\0\n"y', "it's", 'Ã¼'])
    expect(argvOf('SET a "open')).toBe('unbalanced')
    expect(argvOf('SET a "x"y')).toBe('unbalanced')
    expect(argvOf('   ')).toBe('empty')
  })

  it('may begin with how often to run it', () => {
    expect(parseLine('5 INCR n')).toMatchObject({ argv: ['INCR', 'n'], times: 5 })
    expect(parseLine('5')).toMatchObject({ argv: ['5'], times: 1 })
    expect(parseLine('0 INCR n')).toMatchObject({ argv: ['0', 'INCR', 'n'], times: 1 })
  })

  it('may be a word of the console itself', () => {
    expect(argvOf('clear')).toBe('clear')
    expect(argvOf('EXIT')).toBe('exit')
    expect(parseLine('help SET')).toEqual({ kind: 'help', about: 'SET' })
    expect(argvOf('clear all')).toEqual(['clear', 'all'])
  })

  it('is shown without its passwords', () => {
    const shown = (...argv: string[]) => shownCommand(argv as Bytes[])
    expect(shown('AUTH', 'ada', 'secret')).toBe('AUTH ada (redacted)')
    expect(shown('CONFIG', 'SET', 'requirepass', 'secret')).toBe('CONFIG SET requirepass (redacted)')
    expect(shown('ACL', 'SETUSER', 'ada', '>secret')).toBe('ACL SETUSER ada (redacted)')
  })

  it('is copied so that redis-cli and ioredis get the same bytes', () => {
    expect(quotedForCli('a b\xff"' as Bytes)).toBe('"a b\\xff\\""')
    expect(quotedForCli('' as Bytes)).toBe('""')
    expect(ioredisCode(['SET', 'a', 'Ã¼'] as Bytes[])).toBe('await redis.call("SET", "a", "ü")')
    expect(ioredisCode(['SET', 'a', '\xff'] as Bytes[])).toBe(
      'await redis.callBuffer("SET", "a", Buffer.from("ff", "hex"))',
    )
  })
})

describe('completion', () => {
  const words = (line: string) => assist(line, docs).completions.map(({ word }) => word)

  it('knows commands, sub-commands and options, in the case of whoever types', () => {
    expect(words('se')).toEqual(['set', 'setex'])
    expect(words('SE')).toEqual(['SET', 'SETEX'])
    expect(words('client ')).toEqual(['id', 'kill'])
    expect(words('CLIENT K')).toEqual(['KILL'])
    expect(words('CLIENT ')).toEqual(['ID', 'KILL'])
    expect(words('set k v n')).toEqual(['nx'])
    expect(words('set k v nx n')).toEqual([])
    expect(words('3 se')).toEqual(['set', 'setex'])
  })

  it('leaves words in quotes alone', () => {
    expect(words('set k "n')).toEqual([])
    expect(assist('set k "n', docs).command?.name).toBe('SET')
  })

  it('says where the word begins that it replaces', () => {
    expect(assist('set k v n', docs).from).toBe(8)
    expect(assist('3 se', docs).from).toBe(2)
  })
})

describe('the syntax of a command', () => {
  const set = docs.get('SET')!

  it('is written as Redis writes it', () => {
    expect(syntaxText(set)).toBe('SET key value [NX | XX] [GET] [EX seconds | PX milliseconds]')
    expect(syntaxText(docs.get('DEL')!)).toBe('DEL key [key ...]')
  })

  it('shrinks to what may still follow', () => {
    expect(hintAfter(set, [])).toBe('key value [NX | XX] [GET] [EX seconds | PX milliseconds]')
    expect(hintAfter(set, ['k'])).toBe('value [NX | XX] [GET] [EX seconds | PX milliseconds]')
    expect(hintAfter(set, ['k', 'v', 'xx'])).toBe('[GET] [EX seconds | PX milliseconds]')
    expect(hintAfter(docs.get('DEL')!, ['a', 'b'])).toBe('key [key ...]')
  })

  it('stands behind what was typed', () => {
    expect(assist('get', docs).hint).toBe(' key')
    expect(assist('set k ', docs).hint).toBe('value [NX | XX] [GET] [EX seconds | PX milliseconds]')
    expect(assist('nosuch ', docs).hint).toBe('')
  })

  it('is what help prints', () => {
    expect(helpText('get', docs)).toBe('  GET key\n  summary: Get the value of a key\n  since: 1.0.0\n  group: string')
    expect(helpText('@generic', docs)).toContain('  DEL key [key ...]')
    expect(helpText('nosuch', docs)).toBe('')
  })
})
