/** Quantities as people write them in a scenario, read into microseconds and messages a second. */

const UNITS_US: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 }

/** `250ms`, `1.5s`, `2m`, `1h`; a bare 0 needs no unit. Undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)$/.exec(text)
  return match ? Math.round(Number(match[1]) * UNITS_US[match[2]!]!) : undefined
}

/** `50/s`, `30/m`, `0.5/s` as messages a second. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text)
  return match ? (Number(match[1]) * 1_000_000) / UNITS_US[match[2]!]! : undefined
}

/** `1ms..3ms`, or one duration for both ends. */
export function parseRange(text: string): { minUs: number; maxUs: number } | undefined {
  const [first = '', second = first] = text.split('..')
  const minUs = parseDuration(first.trim())
  const maxUs = parseDuration(second.trim())
  return minUs === undefined || maxUs === undefined || maxUs < minUs ? undefined : { minUs, maxUs }
}
