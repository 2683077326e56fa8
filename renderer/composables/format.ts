/** Numbers and times as the whole window writes them. */

/** A thin space between thousands, as in 11 838. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u2009')
}

/** A run's clock: mm:ss.mmm, with hours in front when there are any. */
export function formatClock(timeUs: number): string {
  const ms = Math.max(0, Math.floor(timeUs / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(ms / 3_600_000)
  const rest = `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** A span with the unit that suits it: 420 µs, 1.25 ms, 3.2 s. */
export function formatSpan(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`
  if (us < 1_000_000) return `${trim(us / 1000, us < 10_000 ? 2 : 1)} ms`
  return `${trim(us / 1_000_000, 1)} s`
}

export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  if (perSecond >= 100) return `${formatCount(perSecond)}/s`
  return `${perSecond.toFixed(1)}/s`
}

/** The first and last of a hash: enough to tell two apart at a glance. */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 6)}…${hash.slice(-4)}`
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}
