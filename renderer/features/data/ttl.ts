/** A time to live, as short as it may be read: 950 ms, 12.3 s, 4:05, 2 d 03:10. */
export function formatTtl(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)} ms`
  if (ms < 60_000) return `${(Math.ceil(ms / 100) / 10).toFixed(1)} s`
  const seconds = Math.ceil(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600) % 24
  const days = Math.floor(seconds / 86_400)
  if (days > 0) return `${days} d ${two(hours)}:${two(Math.floor(seconds / 60) % 60)}`
  if (hours > 0) return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
}
