/** Saved connections of a bridge without an app behind it: they are kept as long as it. */
import type { ConnectionFound } from '../../shared/contract'
import { secretNames, type ConnectionDraft, type SavedConnection } from '../../shared/saved-connection'

export const fixtureFound: ConnectionFound = {
  address: 'redis.example:6379',
  version: '7.0.15',
  mode: 'standalone',
  role: 'master',
  roundTripUs: 412,
}

export function fixtureConnections() {
  let list: SavedConnection[] = []
  let removed: SavedConnection[] = []
  let last = 0

  function save({ id, name, environment, connection, keep, passphrase }: ConnectionDraft): SavedConnection {
    const { password, sentinelPassword, tls, ...rest } = connection
    const typed = { password, sentinelPassword, key: tls?.key, passphrase }
    const has = secretNames.filter((secret) => typed[secret] !== undefined || keep.includes(secret))
    const { key: _key, ...openTls } = tls ?? { verify: true }
    const saved: SavedConnection = {
      id: id ?? `saved-${++last}`,
      name,
      environment,
      connection: { ...rest, tls: tls && openTls },
      has,
      isKept: has.length > 0,
    }
    const isKnown = list.some((one) => one.id === saved.id)
    list = isKnown ? list.map((one) => (one.id === saved.id ? saved : one)) : [...list, saved]
    return saved
  }

  return {
    list: () => list,
    save,
    duplicate: (id: string) => {
      const copy = { ...list.find((one) => one.id === id)!, id: `saved-${++last}`, name: `Copy ${last}` }
      list = [...list, copy]
      return copy
    },
    remove: (id: string) => {
      removed = [...removed, list.find((one) => one.id === id)!]
      list = list.filter((one) => one.id !== id)
    },
    restore: (id: string) => {
      const back = removed.find((one) => one.id === id)!
      list = [...list, back]
      return back
    },
  }
}
