import type { Connection } from '../../../shared/connection'
import type { OutsideOptions } from '../host/outside-sockets'
import { Probe } from './probe'

export interface Place {
  readonly host: string
  readonly port: number
}

/** How TLS is spoken to a connection's servers; undefined where it is not. */
export function secureOf({ tls }: Connection): OutsideOptions['secure'] {
  if (!tls) return undefined
  const { ca, cert, key, servername, verify } = tls
  return {
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
  }
}

/** What a server has to hear before it answers anything else. */
export function loginOf({ username, password }: Connection): readonly string[] | undefined {
  if (password === undefined) return undefined
  return username === undefined ? ['AUTH', password] : ['AUTH', username, password]
}

/** A connection of the run's own to one of the servers, logged in. */
export function reach(connection: Connection, { host, port }: Place): Promise<Probe> {
  const login = loginOf(connection)
  const greeting = login ? [login] : []
  const select = connection.db === 0 ? [] : [['SELECT', String(connection.db)]]
  return Probe.open(
    { host, port, secure: secureFor(connection, host) },
    [...greeting, ...select],
    connection.connectTimeoutMs,
  )
}

/** The same for one host: its own name is what its certificate has to be for, unless another one is given. */
export function secureFor(connection: Connection, host: string): OutsideOptions['secure'] {
  const secure = secureOf(connection)
  if (!secure || secure.servername !== undefined || /^[\d.:]+$/.test(host)) return secure
  return { ...secure, servername: host }
}

export function addressOf({ host, port }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
