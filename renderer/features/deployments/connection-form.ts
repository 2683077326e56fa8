/**
 * A connection as it is filled in: texts, as fields have them. The URL and the fields are two ways to write the same, and
 * each follows the other.
 */
import { connectionSchema, formatConnection, parseConnection, type Connection } from '../../../shared/connection'
import type { ErrorData } from '../../../shared/errors'
import { toErrorData } from '../../../shared/errors'
import {
  secretNames,
  type ConnectionDraft,
  type Environment,
  type SavedConnection,
  type SecretName,
} from '../../../shared/saved-connection'

export interface FormFields {
  readonly name: string
  readonly environment: Environment
  readonly topology: Connection['topology']
  /** As in a URL: `host:port`, one or several with commas between them. */
  readonly hosts: string
  readonly primaryName: string
  readonly username: string
  /** Typed now. What is stored is never here. */
  readonly password: string
  readonly sentinelPassword: string
  readonly db: number
  readonly isTls: boolean
  readonly ca: string
  readonly cert: string
  readonly key: string
  readonly passphrase: string
  readonly servername: string
  readonly verify: boolean
  readonly keyPrefix: string
  readonly connectTimeoutMs: number
  readonly retryStepMs: number
  readonly retryMaxMs: number
  readonly readFromReplicas: boolean
  readonly readOnly: boolean
}

/** What stands for a password in a URL that is shown. */
const HIDDEN = '***'

export const emptyFields: FormFields = {
  name: '',
  environment: 'dev',
  topology: 'standalone',
  hosts: '127.0.0.1:6379',
  primaryName: '',
  username: '',
  password: '',
  sentinelPassword: '',
  db: 0,
  isTls: false,
  ca: '',
  cert: '',
  key: '',
  passphrase: '',
  servername: '',
  verify: true,
  keyPrefix: '',
  connectTimeoutMs: 10_000,
  retryStepMs: 50,
  retryMaxMs: 2000,
  readFromReplicas: false,
  readOnly: false,
}

export function fieldsOf({ name, environment, connection }: SavedConnection): FormFields {
  return { ...emptyFields, name, environment, ...fromConnection(connection) }
}

/** Choosing production also chooses to only read there, which can be taken back. */
export function inEnvironment(fields: FormFields, environment: Environment): FormFields {
  return { ...fields, environment, readOnly: environment === 'production' ? true : fields.readOnly }
}

function fromConnection(connection: Connection): Partial<FormFields> {
  const { topology, primaryName = '', username = '', db, tls, keyPrefix, connectTimeoutMs, retry } = connection
  return {
    topology,
    hosts: connection.hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', '),
    primaryName,
    username,
    password: connection.password ?? '',
    sentinelPassword: connection.sentinelPassword ?? '',
    db,
    isTls: tls !== null,
    ca: tls?.ca ?? '',
    cert: tls?.cert ?? '',
    key: tls?.key ?? '',
    servername: tls?.servername ?? '',
    verify: tls?.verify ?? true,
    keyPrefix,
    connectTimeoutMs,
    retryStepMs: retry.stepMs,
    retryMaxMs: retry.maxMs,
    readFromReplicas: connection.readFromReplicas,
    readOnly: connection.readOnly,
  }
}

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData }

/** The fields with what a URL says. What URLs do not say (certificates, time-outs) stays, and so does a hidden password. */
export function withUrl(fields: FormFields, url: string): Read<FormFields> {
  try {
    const { tls, ...connection } = parseConnection(url.trim())
    const said = fromConnection({ ...connection, tls })
    const { ca, cert, key, sentinelPassword, connectTimeoutMs, retryStepMs, retryMaxMs } = fields
    const password = connection.password === HIDDEN ? fields.password : (connection.password ?? '')
    const kept = { ca, cert, key, sentinelPassword, connectTimeoutMs, retryStepMs, retryMaxMs, password }
    return { ok: true, value: { ...fields, ...said, ...kept } }
  } catch (error) {
    return { ok: false, error: toErrorData(error) }
  }
}

/** The URL that says what the fields say, without the password. `''` while the fields say nothing that can be written. */
export function urlOf(fields: FormFields, hasPassword: boolean): string {
  const read = connectionOf(fields)
  if (!read.ok) return ''
  const { password, ...rest } = read.value
  return formatConnection(hasPassword || password !== undefined ? { ...rest, password: HIDDEN } : rest)
}

/** What the fields stand for. Throws nothing: what cannot be is an error with words. */
export function connectionOf(fields: FormFields): Read<Connection> {
  try {
    const { topology, hosts, isTls } = fields
    // The reader of URLs knows what an address is.
    const kind = topology === 'standalone' ? '' : `+${topology}`
    const place = topology === 'sentinel' ? `/${encodeURIComponent(fields.primaryName)}` : ''
    const addresses = parseConnection(`redis${kind}://${hosts.replaceAll(/\s/g, '')}${place}`).hosts
    const connection = connectionSchema.parse({
      topology,
      hosts: addresses,
      ...text('primaryName', topology === 'sentinel' ? fields.primaryName : ''),
      ...text('username', fields.username),
      ...text('password', fields.password),
      ...text('sentinelPassword', topology === 'sentinel' ? fields.sentinelPassword : ''),
      db: topology === 'cluster' ? 0 : fields.db,
      tls: isTls
        ? {
            ...text('ca', fields.ca.trim()),
            ...text('cert', fields.cert.trim()),
            ...text('key', fields.key.trim()),
            ...text('servername', fields.servername),
            verify: fields.verify,
          }
        : null,
      keyPrefix: fields.keyPrefix,
      connectTimeoutMs: fields.connectTimeoutMs,
      retry: { stepMs: fields.retryStepMs, maxMs: fields.retryMaxMs },
      readFromReplicas: topology !== 'standalone' && fields.readFromReplicas,
      readOnly: fields.readOnly,
    })
    return { ok: true, value: connection }
  } catch (error) {
    return { ok: false, error: toErrorData(error) }
  }
}

/** What main is to save or try. Of the stored secrets those stay that are neither typed anew nor forgotten. */
export function draftFrom(
  fields: FormFields,
  saved: SavedConnection | null,
  forgotten: readonly SecretName[],
): Read<ConnectionDraft> {
  const read = connectionOf(fields)
  if (!read.ok) return read
  const keep = secretNames.filter(
    (name) => saved?.has.includes(name) && !forgotten.includes(name) && fields[name] === '',
  )
  return {
    ok: true,
    value: {
      ...(saved ? { id: saved.id } : {}),
      name: fields.name,
      environment: fields.environment,
      connection: read.value,
      ...(fields.passphrase === '' ? {} : { passphrase: fields.passphrase }),
      keep,
    },
  }
}

function text<N extends string>(name: N, value: string): Partial<Record<N, string>> {
  return value === '' ? {} : ({ [name]: value } as Partial<Record<N, string>>)
}
