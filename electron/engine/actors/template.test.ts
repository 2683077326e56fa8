import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../simulator/clock/seeded-random'
import { fillTemplate, splitTemplate } from './template'

const values = { n: 7, actor: 'ana', time: 1_234_567, unix: 1_767_225_600_123_456 }
const fill = (template: string, seed = 1) => fillTemplate(template, values, new SeededRandom(seed))

describe('fillTemplate', () => {
  it('puts counters, names and times in', () => {
    expect(fill('{{n}} {{ actor }} {{time}} {{unix}}')).toBe('7 ana 1.235 1767225600123')
  })

  it('draws whole numbers from a range, both ends included', () => {
    const drawn = new Set(Array.from({ length: 200 }, (_, seed) => fill('{{random -1 1}}', seed)))
    expect([...drawn].sort()).toEqual(['-1', '0', '1'])
  })

  it('picks one of several words', () => {
    const drawn = new Set(Array.from({ length: 200 }, (_, seed) => fill('{{pick red green blue}}', seed)))
    expect([...drawn].sort()).toEqual(['blue', 'green', 'red'])
  })

  it('draws the same from the same seed', () => {
    expect(fill('{{random 1 1000000}}', 5)).toBe(fill('{{random 1 1000000}}', 5))
  })

  it.each([
    '{{nobody}}',
    '{{random}}',
    '{{random 6 1}}',
    '{{random a b}}',
    '{{random 1 2 3}}',
    '{{pick}}',
    '{{ }}',
    '{{n',
  ])('leaves %s as it stands', (template) => {
    expect(fill(template)).toBe(template)
  })
})

it('cuts a command into words and leaves its places whole', () => {
  expect(splitTemplate('SET key:{{ n }} "a b" {{random 1 6}}-{{pick x y}}')).toEqual([
    'SET',
    'key:{{ n }}',
    'a b',
    '{{random 1 6}}-{{pick x y}}',
  ])
})
