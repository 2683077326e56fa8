/**
 * How to reach somebody's own Redis: as a URL that people write, and as the fields that it stands for. A URL never
 * shows its password again: what is printed, logged or shown goes through `redactedUrl`.
 */
import { z } from 'zod'
import { EventyardError } from './errors'

z.config({ jitless: true })

const pem = z.string().max(100_000)
const word = z.string().min(1).max(500)

export const connectionSchema = z
  .strictObject({
    topology: z.enum(['standalone', 'sentinel', 'cluster']).default('standalone'),
    /** Of the server, of Sentinels, or of some nodes of a cluster. */
    hosts: z
      .array(z.strictObject({ host: word, port: z.int().min(1).max(65_535) }))
      .min(1)
      .max(100),
    /** What the Sentinels call the primary. */
    primaryName: word.optional(),
    username: word.optional(),
    password: z.string().max(10_000).optional(),
    /** The Sentinels' own, where they ask for one. */
    sentinelPassword: z.string().max(10_000).optional(),
    db: z.int().min(0).max(100_000).default(0),
    tls: z
      .strictObject({
        /** PEM texts. Without `ca` the system's authorities are trusted. */
        ca: pem.optional(),
        cert: pem.optional(),
        key: pem.optional(),
        servername: word.optional(),
        /** False believes any certificate: whoever is on the way can read and change everything. */
        verify: z.boolean().default(true),
      })
      .nullable()
      .default(null),
    keyPrefix: z.string().max(200).default(''),
    connectTimeoutMs: z.int().min(100).max(120_000).default(10_000),
    /** How long clients wait before they try again: so much longer each time, up to a limit. */
    retry: z
      .strictObject({ stepMs: z.int().min(1).max(60_000), maxMs: z.int().min(1).max(600_000) })
      .default({ stepMs: 50, maxMs: 2000 }),
    readFromReplicas: z.boolean().default(false),
    /** Refuses commands that write before they are sent. */
    readOnly: z.boolean().default(false),
  })
  .refine(({ topology, primaryName }) => topology !== 'sentinel' || primaryName !== undefined, {
    message: 'Sentinels are asked for a primary by its name',
    path: ['primaryName'],
  })
export type Connection = z.output<typeof connectionSchema>

const SCHEMES = 'redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster or rediss+cluster'
const EXAMPLE = 'Write redis://user:password@host:6379/0, or the like.'
const PARTS = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:(.*)@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/s

/** Whether it looks like a URL of a Redis at all. */
export function isConnectionUrl(text: string): boolean {
  return text.includes('://')
}

/** Reads a URL. Throws `connection.url`, with what is wrong, where, and how to mend it. */
export function parseConnection(url: string): Connection {
  const wrong = (problem: string, fix: string) =>
    new EventyardError('connection.url', { url: redactedUrl(url), problem, fix })
  const found = PARTS.exec(url)
  if (!found) throw wrong('it is not the URL of a Redis', `Begin with ${SCHEMES}. ${EXAMPLE}`)
  const [, scheme, kind, login, addresses, path = '', query = ''] = found
  const topology = kind === 'sentinel' || kind === 'cluster' ? kind : 'standalone'
  const decoded = (text: string, what: string) => {
    try {
      return decodeURIComponent(text)
    } catch {
      throw wrong(`${what} has a % that stands for nothing`, 'Write % as %25.')
    }
  }
  const hosts = addresses!.split(',').map((address) => {
    const place = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(address)
    if (!place) throw wrong(`"${address}" is no address`, 'Write host:port, or [::1]:port.')
    const port = place[2] === undefined ? (topology === 'sentinel' ? 26_379 : 6379) : Number(place[2])
    if (port < 1 || port > 65_535) throw wrong(`${port} is no port`, 'Write one from 1 to 65535.')
    return { host: place[1]!.replace(/^\[|\]$/g, ''), port }
  })
  if (topology === 'standalone' && hosts.length > 1) {
    throw wrong('a single server has one address', `Write ${scheme}+cluster:// or ${scheme}+sentinel:// for several.`)
  }
  const [first = '', second = ''] = path.split('/')
  const primaryName = topology === 'sentinel' ? decoded(first, 'the name of the primary') : ''
  if (topology === 'sentinel' && primaryName === '') {
    throw wrong('it does not say what the Sentinels call the primary', 'Write it behind the addresses: /mymaster.')
  }
  const db = topology === 'sentinel' ? second : first
  if (!/^\d*$/.test(db)) throw wrong(`"${db}" is no database`, 'Write a number from 0 on, or leave it out.')
  if (topology === 'cluster' && Number(db) > 0) throw wrong('a cluster has database 0 alone', 'Leave the number out.')
  const at = login?.indexOf(':') ?? -1
  const username = login === undefined || at === 0 ? '' : decoded(at < 0 ? login : login.slice(0, at), 'the user')
  const password = at < 0 ? undefined : decoded(login!.slice(at + 1), 'the password')
  const options = optionsOf(query, wrong)
  const secure = scheme === 'rediss'
  if (!secure && (options.servername !== undefined || options.verify !== undefined)) {
    throw wrong('it has options of TLS, and no TLS', 'Begin with rediss.')
  }
  return connectionSchema.parse({
    topology,
    hosts,
    ...(primaryName === '' ? {} : { primaryName }),
    ...(username === '' ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    db: Number(db),
    tls: secure
      ? {
          ...(options.servername === undefined ? {} : { servername: options.servername }),
          verify: options.verify !== 'false',
        }
      : null,
    ...(options.prefix === undefined ? {} : { keyPrefix: options.prefix }),
    readOnly: options.readonly === 'true',
    readFromReplicas: options.replicas === 'true',
  })
}

/** The URL of a connection, without its password. Certificates are no part of URLs. */
export function formatConnection(connection: Connection): string {
  const { topology, hosts, primaryName, username, password, db, tls, readOnly, readFromReplicas, keyPrefix } =
    connection
  const scheme = `${tls ? 'rediss' : 'redis'}${topology === 'standalone' ? '' : `+${topology}`}`
  const name = username === undefined ? '' : encodeURIComponent(username)
  const login = password === undefined ? (name === '' ? '' : `${name}@`) : `${name}:***@`
  const addresses = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',')
  const path = [primaryName === undefined ? '' : encodeURIComponent(primaryName), db === 0 ? '' : String(db)]
  const options = [
    readOnly ? 'readonly=true' : '',
    readFromReplicas ? 'replicas=true' : '',
    keyPrefix === '' ? '' : `prefix=${encodeURIComponent(keyPrefix)}`,
    tls?.servername === undefined ? '' : `servername=${encodeURIComponent(tls.servername)}`,
    tls?.verify === false ? 'verify=false' : '',
  ].filter((option) => option !== '')
  const where = path.filter((part) => part !== '').join('/')
  return `${scheme}://${login}${addresses}${where === '' ? '' : `/${where}`}${options.length === 0 ? '' : `?${options.join('&')}`}`
}

/** Any text that may be a URL, without what may be a password. */
export function redactedUrl(url: string): string {
  return url.replace(/^([^/]*:\/\/)(?:([^:@/]*):)?.*@/s, (_whole, scheme: string, user = '') => `${scheme}${user}:***@`)
}

const OPTIONS = ['readonly', 'replicas', 'prefix', 'servername', 'verify'] as const
type Options = { readonly [O in (typeof OPTIONS)[number]]?: string }

function optionsOf(query: string, wrong: (problem: string, fix: string) => EventyardError): Options {
  const options: Record<string, string> = {}
  for (const part of query === '' ? [] : query.split('&')) {
    const [name = '', value = 'true'] = part.split('=', 2)
    if (!OPTIONS.some((known) => known === name)) {
      throw wrong(`there is no option "${name}"`, `There are: ${OPTIONS.join(', ')}.`)
    }
    options[name] = decodeURIComponent(value)
  }
  return options
}
