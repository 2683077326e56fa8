/** Somebody's own servers, as a run has them: reached by a URL, looked at, and never broken. */
import { bytesOf, type Bytes } from '../../../shared/bytes'
import type { Connection } from '../../../shared/connection'
import { EventyardError } from '../../../shared/errors'
import type { Seeds } from '../actors/redis-client'
import type { ConsoleTarget } from '../console/console-session'
import type { Member } from '../deployment/targets'
import type { OutsideOptions } from '../host/outside-sockets'
import { diagnose, type Diagnosis } from './diagnose'
import { refusalOfWrites, requireConfirmation } from './guards'
import type { LiveDeployment } from './live-deployment'
import { LiveData } from './live-data'
import { LiveFacts } from './live-facts'
import type { LiveYard, Servers } from './live-yard'
import type { Probe } from './probe'
import { addressOf, loginOf, reach, secureOf, type Place } from './reach'
import { servesKey, Watch } from './watch'

export class RemoteDeployment implements LiveDeployment {
  readonly kind = 'remote'
  readonly servers: Servers
  readonly facts: LiveFacts
  readonly data: LiveData
  private readonly watch: Watch
  private yard!: LiveYard

  private constructor(
    private readonly connection: Connection,
    private readonly found: Diagnosis,
    private readonly places: readonly Place[],
  ) {
    this.servers = new RemoteServers(connection, found)
    const watched = () =>
      places.map((place) => ({
        name: addressOf(place),
        isRunning: true,
        isSentinel: false,
        ask: () => reach(connection, place),
      }))
    this.watch = new Watch(watched, connection.topology === 'cluster', () => undefined)
    this.facts = new LiveFacts(this, this.watch)
    this.data = new LiveData(() => watched().map(({ name, isRunning, ask }) => ({ name, isRunning, open: ask })))
  }

  /** Rejects with what `connection.test` would say. */
  static async open(connection: Connection): Promise<RemoteDeployment> {
    const found = await diagnose(connection)
    const places = connection.topology === 'cluster' ? await nodesOf(connection, found.data) : [found.data]
    return new RemoteDeployment(connection, found, places)
  }

  get members(): readonly Member[] {
    return this.places.map((place) => {
      const name = addressOf(place)
      const status = this.watch.statusOf(name)
      return {
        name,
        isRunning: status.isAnswering,
        isSentinel: false,
        role: status.role,
        follows: status.follows,
        serves: (key: Bytes) => servesKey(status, key),
      }
    })
  }

  attach(yard: LiveYard): void {
    this.yard = yard
    this.facts.attach(yard.trace)
  }

  tellStarted(): void {
    const role = this.found.role === 'slave' ? 'replica' : 'primary'
    for (const place of this.places) {
      const address = addressOf(place)
      this.yard.trace.append({ type: 'node.started', node: address, role, address })
    }
    this.watch.start()
  }

  /** Throws where a person's command must not be sent: see `guards.ts`. */
  requireAllowed(argv: readonly string[], isConfirmed: boolean): void {
    const refusal = this.connection.readOnly ? refusalOfWrites(argv) : undefined
    if (refusal) throw refusal
    requireConfirmation(argv, isConfirmed)
  }

  applyFault(): void {
    throw new EventyardError('live.local')
  }

  healAll(): void {
    // Nothing is broken here.
  }

  restart(): void {
    throw new EventyardError('live.local')
  }

  stop(): Promise<void> {
    this.watch.stop()
    this.facts.stop()
    this.data.stop()
    return Promise.resolve()
  }

  async ask(key: string, ...words: readonly string[]): Promise<string | undefined> {
    const place = this.places.find((one) => {
      const status = this.watch.statusOf(addressOf(one))
      return status.isAnswering && status.role === 'primary' && servesKey(status, bytesOf(key))
    })
    if (!place) return undefined
    const probe = await reach(this.connection, place)
    try {
      const reply = await probe.call(...words)
      if (reply.kind === 'integer') return String(reply.value)
      return reply.kind === 'bulk' ? reply.bytes : reply.kind === 'simple' ? reply.text : undefined
    } finally {
      probe.close()
    }
  }
}

class RemoteServers implements Servers {
  /** Whoever else uses them publishes and listens too. */
  readonly isAlone = false
  readonly seeds: Seeds
  readonly consoleTarget: ConsoleTarget
  readonly secure?: OutsideOptions['secure']

  constructor(connection: Connection, { data }: Diagnosis) {
    const { topology, hosts, primaryName, retry } = connection
    const secure = secureOf(connection)
    if (secure) this.secure = secure
    const { username, password, db, keyPrefix, sentinelPassword, connectTimeoutMs, readFromReplicas } = connection
    this.seeds = {
      topology: topology === 'sentinel' ? 'replicated' : topology,
      nodes: topology === 'sentinel' ? [] : hosts,
      sentinels: topology === 'sentinel' ? hosts : [],
      remote: {
        ...(primaryName === undefined ? {} : { primaryName }),
        ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
        readFromReplicas,
        ...(connection.readOnly ? { refuses: refusalOfWrites } : {}),
        options: {
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
          ...(secure ? { tls: secure } : {}),
          db,
          keyPrefix,
          connectTimeout: connectTimeoutMs,
          retryStrategy: (times: number) => Math.min(times * retry.stepMs, retry.maxMs),
        },
      },
    }
    const login = loginOf(connection)
    const greeting = [...(login ? [login] : []), ...(db === 0 ? [] : [['SELECT', String(db)]])]
    this.consoleTarget = { ...data, greeting: greeting.map((words) => words.map(bytesOf)) }
  }

  nameAt(host: string, port: number): string {
    return addressOf({ host, port })
  }

  addressOf(): string | undefined {
    return undefined
  }
}

/** The nodes that a cluster tells of, as its clients are to reach them. */
async function nodesOf(connection: Connection, place: Place): Promise<readonly Place[]> {
  let probe: Probe | undefined
  try {
    probe = await reach(connection, place)
    const lines = (await probe.text('CLUSTER', 'NODES')).split('\n')
    const places = lines.flatMap((line): Place[] => {
      const [, address = '', flags = ''] = line.split(' ')
      const found = /^(.*):(\d+)@/.exec(address)
      if (!found || /fail|handshake|noaddr/.test(flags)) return []
      // A node that knows no address of its own is the one that was asked.
      return [{ host: found[1] === '' ? place.host : found[1]!, port: Number(found[2]) }]
    })
    return places.length > 0 ? places : [place]
  } finally {
    probe?.close()
  }
}
