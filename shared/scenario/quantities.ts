/** Quantities of a scenario file: written as text, read into our units. */
import { z } from 'zod'
import { parseDuration, parseRange, parseRate } from './units'

// The window's policy forbids code from strings, which zod would otherwise use to speed its parsers up.
z.config({ jitless: true })

/** Joins a complaint and its remedy for one zod issue. */
export const saying = (problem: string, fix: string) => `${problem} | ${fix}`

/** A quantity that is written as text (or a bare 0) and read into our units by `read`. */
export function quantity<T>(what: string, fix: string, read: (text: string) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const known = typeof value === 'string' || value === 0 ? read(String(value)) : undefined
    if (known !== undefined) return known
    const problem = value === undefined ? 'is missing' : `${JSON.stringify(value)} is not a ${what}`
    context.addIssue(saying(problem, fix))
    return z.NEVER
  })
}

export const duration = quantity('duration', 'Write a number with us, ms, s, m or h, such as 250ms.', parseDuration)
export const latency = quantity('latency', 'Write one duration or a range, such as 1ms..3ms.', parseRange)
export const rate = quantity('rate', 'Write a number a unit of time, such as 5/s or 30/m, up to 10000/s.', (text) => {
  const perSecond = parseRate(text)
  return perSecond !== undefined && perSecond > 0 && perSecond <= 10_000 ? perSecond : undefined
})
