import { describe, expect, it } from 'vitest'
import { addLongDoubles, formatLongDouble, parseLongDouble } from './long-double'

function sum(a: string, b: string): string | undefined {
  const [left, right] = [parseLongDouble(a), parseLongDouble(b)]
  if (left === undefined || right === undefined) return undefined
  if (left === 'infinite' || right === 'infinite') return 'infinite'
  const result = addLongDoubles(left, right)
  return result === 'infinite' ? result : formatLongDouble(result)
}

describe('a long double', () => {
  it.each([
    ['0.1', '0.2', '0.3'],
    ['1.7', '1.1', '2.8'],
    ['10.50', '0.1', '10.6'],
    ['5.0e3', '200', '5200'],
    ['-1.5', '1.5', '0'],
    ['1', '1e-17', '1.00000000000000001'],
    ['0x10', '0x1p-1', '16.5'],
    ['.5', '5.', '5.5'],
    ['1e4932', '1e4932', 'infinite'],
    ['inf', '1', 'infinite'],
  ])('%s + %s = %s', (a, b, expected) => {
    expect(sum(a, b)).toBe(expected)
  })

  it.each(['', ' 1', '1 ', 'abc', 'nan', '1e', '1e5000', '1e-5000', '--1', '.'])('is not read from %j', (text) => {
    expect(parseLongDouble(text)).toBeUndefined()
  })
})
