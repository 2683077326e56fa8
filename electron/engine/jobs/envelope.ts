/**
 * How a job carries its id through Redis: as JSON in the element of a list or sorted set, as fields in the entry of a
 * stream. Whoever looks at the data sees it, as in any real system.
 *
 *   {"id":"shop-17","attempt":2,"body":"order 17"}
 */
import { bytesOf, textOf, type Bytes } from '../../../shared/bytes'

export interface Job {
  readonly id: string
  readonly body: string
  /** How often it has been tried, this time included. */
  readonly attempt: number
}

export function seal({ id, attempt, body }: Job): Bytes {
  return bytesOf(JSON.stringify(attempt > 1 ? { id, attempt, body } : { id, body }))
}

/** What others have put there has no id of its own: it is known by what it says. */
export function unseal(element: Bytes): Job & { readonly isForeign: boolean } {
  const text = textOf(element)
  if (text.startsWith('{')) {
    try {
      const { id, attempt = 1, body } = JSON.parse(text) as { id?: unknown; attempt?: unknown; body?: unknown }
      if (typeof id === 'string' && typeof attempt === 'number' && typeof body === 'string') {
        return { id, attempt, body, isForeign: false }
      }
    } catch {
      // Something else that begins with a brace.
    }
  }
  return { id: text.slice(0, FOREIGN_ID_MAX), attempt: 1, body: text, isForeign: true }
}

const FOREIGN_ID_MAX = 64
