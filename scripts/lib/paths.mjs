import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** What belongs to this checkout and may be thrown away; `npm ci` does so. */
export const checkoutCache = join(root, 'node_modules', '.cache', 'eventyard')

/** What all checkouts of this user share: downloads. */
export function userCache(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'eventyard')
}
