/**
 * Tries a connection and says what is wrong with it, one cause at a time, in the order in which a client would meet
 * them: name, port, TLS, protocol, protected mode, login, rights, loading, the kind of server, its state.
 */
import type { Connection } from '../../../shared/connection'
import { EventyardError, type ErrorCode } from '../../../shared/errors'
import { wallMs } from '../host/machine'
import type { Reply } from '../../simulator/resp/reply'
import { Probe } from './probe'
import { addressOf, loginOf, secureFor, type Place } from './reach'

export interface Diagnosis {
  readonly address: string
  readonly version: string
  readonly mode: 'standalone' | 'sentinel' | 'cluster'
  readonly role: string
  readonly roundTripUs: number
  /** Where the data is: the primary that a Sentinel has named, or the address itself. */
  readonly data: Place
}

const UNTRUSTED = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_UNTRUSTED',
]
/** How long a server may take that has let TLS wait in vain. */
const PLAIN_MS = 2000

const EXPIRED = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']

/** The first of its hosts that is well. Rejects with a `connection.*` error: the last host's, where none is. */
export async function diagnose(connection: Connection): Promise<Diagnosis> {
  let error: unknown
  for (const place of connection.hosts) {
    try {
      const found = await examine(connection, place, connection.topology)
      if (connection.topology !== 'sentinel') return found
      const data = await primaryOf(connection, place)
      return { ...(await examine(connection, data, 'standalone')), mode: 'sentinel' }
    } catch (problem) {
      error = problem
    }
  }
  throw error
}

async function examine(connection: Connection, place: Place, wanted: Connection['topology']): Promise<Diagnosis> {
  const address = addressOf(place)
  const fail = (code: ErrorCode, problem = '') =>
    new EventyardError(code, { address, problem, user: connection.username ?? 'default', db: connection.db })
  const probe = await open(connection, place)
  try {
    const startedMs = wallMs()
    const greeting = await ask(probe, connection, place, 'PING')
    const roundTripUs = Math.round((wallMs() - startedMs) * 1000)
    const login = wanted === 'sentinel' ? sentinelLogin(connection) : loginOf(connection)
    if (greeting.kind === 'error' && !/^(NOAUTH|NOPERM)/.test(greeting.text)) throw refusal(greeting.text, fail)
    if (greeting.kind === 'error' && greeting.text.startsWith('NOAUTH') && !login) throw fail('connection.noauth')
    if (login) {
      const answer = await ask(probe, connection, place, ...login)
      if (answer.kind === 'error') throw refusal(answer.text, fail, 'connection.wrongpass')
    }
    const info = await ask(probe, connection, place, 'INFO')
    if (info.kind === 'error') throw refusal(info.text, fail)
    const text = info.kind === 'bulk' || info.kind === 'verbatim' ? info.bytes : ''
    const valueOf = (name: string) => new RegExp(`^${name}:(.*)`, 'm').exec(text)?.[1]?.trim() ?? ''
    const mode = (valueOf('redis_mode') || 'standalone') as Diagnosis['mode']
    if (mode === 'sentinel' && wanted !== 'sentinel') throw fail('connection.is-sentinel')
    if (mode !== 'sentinel' && wanted === 'sentinel') throw fail('connection.not-sentinel')
    if (mode === 'cluster' && wanted === 'standalone') throw fail('connection.is-cluster')
    if (mode !== 'cluster' && wanted === 'cluster') throw fail('connection.not-cluster')
    if (valueOf('loading') === '1') throw fail('connection.loading')
    if (wanted === 'cluster') {
      const state = await ask(probe, connection, place, 'CLUSTER', 'INFO')
      if (state.kind === 'bulk' && !state.bytes.includes('cluster_state:ok')) throw fail('connection.cluster-down')
    }
    if (connection.db > 0 && wanted === 'standalone') {
      const selected = await ask(probe, connection, place, 'SELECT', String(connection.db))
      if (selected.kind === 'error') throw refusal(selected.text, fail, 'connection.db')
    }
    return { address, version: valueOf('redis_version'), mode, role: valueOf('role'), roundTripUs, data: place }
  } finally {
    probe.close()
  }
}

type Fail = (code: ErrorCode, problem?: string) => EventyardError

/** An error reply, as what it means for whoever wants to connect. */
function refusal(text: string, fail: Fail, otherwise: ErrorCode = 'connection.refusal'): EventyardError {
  if (text.startsWith('DENIED')) return fail('connection.protected', text)
  if (text.startsWith('LOADING')) return fail('connection.loading', text)
  if (text.startsWith('NOAUTH')) return fail('connection.noauth', text)
  if (text.startsWith('NOPERM')) return fail('connection.acl', text)
  if (text.startsWith('WRONGPASS')) return fail('connection.wrongpass', text)
  return fail(otherwise, text)
}

async function open(connection: Connection, place: Place): Promise<Probe> {
  try {
    const secure = secureFor(connection, place.host)
    return await Probe.open({ ...place, secure }, [], connection.connectTimeoutMs)
  } catch (error) {
    const problem = problemOfSocket(error as NodeJS.ErrnoException, connection, place)
    // A server without TLS takes the greeting for a line that has not ended, and waits for the rest of it.
    if (problem.code !== 'connection.timeout' || !connection.tls || !(await speaksPlainly(place))) throw problem
    throw new EventyardError('connection.tls-plain', problem.values, { cause: error })
  }
}

async function speaksPlainly(place: Place): Promise<boolean> {
  try {
    const probe = await Probe.open(place, [], PLAIN_MS)
    try {
      await probe.call('PING')
      return true
    } finally {
      probe.close()
    }
  } catch {
    return false
  }
}

async function ask(probe: Probe, connection: Connection, place: Place, ...words: readonly string[]): Promise<Reply> {
  try {
    return await probe.call(...words)
  } catch (error) {
    throw problemOfSocket(error as NodeJS.ErrnoException, connection, place)
  }
}

function problemOfSocket(error: NodeJS.ErrnoException, connection: Connection, place: Place): EventyardError {
  const { code = '', message } = error
  const values = { address: addressOf(place), host: place.host, problem: message, ms: connection.connectTimeoutMs }
  const say = (name: ErrorCode) => new EventyardError(name, values, { cause: error })
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return say('connection.dns')
  if (code === 'ECONNREFUSED') return say('connection.refused')
  if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'].includes(code)) return say('connection.timeout')
  if (code === 'PROTOCOL') return say('connection.not-redis')
  if (connection.tls) {
    if (UNTRUSTED.includes(code)) return say('connection.tls-untrusted')
    if (EXPIRED.includes(code)) return say('connection.tls-expired')
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return say('connection.tls-name')
    if (/certificate required|bad certificate|unknown ca|handshake failure/i.test(message)) {
      return say('connection.tls-client')
    }
    if (/wrong version number|packet length too long|record layer/i.test(message)) return say('connection.tls-plain')
    if (code.startsWith('ERR_SSL') || code === 'EPROTO') return say('connection.tls')
  }
  return say('connection.closed')
}

function sentinelLogin({ sentinelPassword }: Connection): readonly string[] | undefined {
  return sentinelPassword === undefined ? undefined : ['AUTH', sentinelPassword]
}

/** Asks a Sentinel where the primary is. */
async function primaryOf(connection: Connection, place: Place): Promise<Place> {
  const name = connection.primaryName!
  const probe = await open(connection, place)
  try {
    const login = sentinelLogin(connection)
    if (login) await ask(probe, connection, place, ...login)
    const reply = await ask(probe, connection, place, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)
    const [host, port] =
      reply.kind === 'array' ? reply.items.map((item) => (item.kind === 'bulk' ? item.bytes : '')) : []
    if (host !== undefined && port !== undefined) return { host, port: Number(port) }
    const known = await ask(probe, connection, place, 'SENTINEL', 'MASTERS')
    throw new EventyardError('connection.sentinel-name', { address: addressOf(place), name, known: namesOf(known) })
  } finally {
    probe.close()
  }
}

/** SENTINEL MASTERS gives each as `name`, its name, and so on. */
function namesOf(reply: Reply): string {
  if (reply.kind !== 'array') return ''
  const names = reply.items.map((one) => ('items' in one && one.items[1]?.kind === 'bulk' ? one.items[1].bytes : ''))
  return names.filter((name) => name !== '').join(', ') || 'none'
}
