/**
 * What the window may load, call and open. Pure decisions, so that a test can list them; `security.ts` applies them.
 */
export const appScheme = 'app'
export const appOrigin = 'app://eventyard'

/**
 * Our own files and nothing else. No `unsafe-inline` and no `unsafe-eval`: styles come as files, Vue sets them through
 * the DOM, and zod does without code from strings (`jitless`).
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sites that the window may open in the user's browser. */
const externalHosts = new Set(['redis.io', 'www.redis.io', 'github.com', 'ioredis.readthedocs.io'])

export function isAllowedExternal(address: string): boolean {
  const url = parse(address)
  return url !== undefined && url.protocol === 'https:' && url.port === '' && externalHosts.has(url.hostname)
}

/** Whether a page is ours: the packaged window, or Vite's server while developing. */
export function isOwnPage(address: string, devUrl: string | undefined): boolean {
  const url = parse(address)
  if (!url) return false
  // `URL.origin` is "null" for schemes that it does not know.
  if (`${url.protocol}//${url.host}` === appOrigin) return true
  return devUrl !== undefined && url.origin === parse(devUrl)?.origin
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}
