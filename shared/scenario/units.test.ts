import { expect, it } from 'vitest'
import { parseDuration, parseRange, parseRate } from './units'

it.each([
  ['0', 0],
  ['0s', 0],
  ['50us', 50],
  ['250ms', 250_000],
  ['1.5s', 1_500_000],
  ['2m', 120_000_000],
  ['1h', 3_600_000_000],
  ['1', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['s', undefined],
])('%s is %s microseconds', (text, us) => {
  expect(parseDuration(text)).toBe(us)
})

it('reads rates and ranges', () => {
  expect(parseRate('50/s')).toBe(50)
  expect(parseRate('30/m')).toBe(0.5)
  expect(parseRate('fast')).toBeUndefined()
  expect(parseRange('1ms..3ms')).toEqual({ minUs: 1000, maxUs: 3000 })
  expect(parseRange('2ms')).toEqual({ minUs: 2000, maxUs: 2000 })
  expect(parseRange('3ms..1ms')).toBeUndefined()
})
