import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commandText, greeting, IOREDIS_VERSION, subscribing } from './commands'
import { formatClock, formatCount, formatRate, formatSpan, shortHash } from './format'
import { keyText } from './shortcuts'

describe('format', () => {
  it('writes times, counts, spans and rates one way everywhere', () => {
    expect(formatClock(102_318_000)).toBe('01:42.318')
    expect(formatClock(3_723_004_000)).toBe('1:02:03.004')
    expect(formatCount(11_838)).toBe('11\u2009838')
    expect(formatCount(999)).toBe('999')
    expect(formatSpan(420)).toBe('420 µs')
    expect(formatSpan(1250)).toBe('1.25 ms')
    expect(formatSpan(3_200_000)).toBe('3.2 s')
    expect(formatRate(0)).toBe('0/s')
    expect(formatRate(1.23)).toBe('1.2/s')
    expect(shortHash('0123456789abcdef')).toBe('012345…cdef')
  })
})

describe('commands', () => {
  it('quotes what redis-cli would split or misread', () => {
    expect(commandText('PUBLISH', 'chat:1', 'hello "you"\n')).toBe('PUBLISH chat:1 "hello \\"you\\"\\n"')
    expect(commandText('PUBLISH', 'a b', '')).toBe('PUBLISH "a b" ""')
    expect(subscribing('UN', ['a'], ['b*'])).toEqual(['UNSUBSCRIBE a', 'PUNSUBSCRIBE b*'])
  })
})

describe('greeting', () => {
  it('is that of the installed ioredis', () => {
    const { version } = JSON.parse(readFileSync('node_modules/ioredis/package.json', 'utf8')) as { version: string }
    expect(IOREDIS_VERSION).toBe(version)
    expect(greeting('ana')[1]).toBe('CLIENT SETNAME ana')
  })
})

describe('keyText', () => {
  const press = (key: string, mods = {}) =>
    keyText({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...mods })
  it('names keys as the key map does', () => {
    expect(press('k', { ctrlKey: true })).toBe('Ctrl+K')
    expect(press('k', { metaKey: true })).toBe('Ctrl+K')
    expect(press(' ')).toBe('Space')
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press('r', { shiftKey: true })).toBe('Shift+R')
  })
})
