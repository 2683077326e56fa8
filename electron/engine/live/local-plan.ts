/** What a local deployment is made of: the configuration of each real server, and the files that it begins with. */
import { escapeBytes } from '../../../shared/bytes'
import { splitArguments } from '../../../shared/split-arguments'
import type { Deployment } from '../../../shared/scenario/schema'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { PRIMARY_NAME, slotsOf } from '../deployment/plan'

export const HOST = '127.0.0.1'

export interface LocalPlan {
  readonly name: string
  readonly role: 'primary' | 'replica' | 'sentinel'
  /** Where clients, and other servers, find it. */
  readonly port: number
  /** Where it listens. Between the two is a relay. */
  readonly ownPort: number
  /** The same of its cluster bus; 0 without a cluster. */
  readonly busPort: number
  readonly ownBusPort: number
  /** From which address it speaks to others, so that relays know who it is. */
  readonly address: string
  readonly files: Readonly<Record<string, string>>
}

/** Free ports, four for each node. */
export type PortsOf = (index: number) => readonly [port: number, ownPort: number, busPort: number, ownBusPort: number]

const DOWN_AFTER_MS = 3000
const FAILOVER_TIMEOUT_MS = 30_000

export function countNodes(deployment: Deployment): number {
  switch (deployment.topology) {
    case 'standalone':
      return 1
    case 'replicated':
      return 1 + deployment.replicas + deployment.sentinels
    case 'cluster':
      return deployment.primaries * (1 + deployment.replicas)
  }
}

/** `addressOf` gives each machine an address of its own, or the same to all where the system has only one. */
export function planLocal(
  deployment: Deployment,
  random: SeededRandom,
  portsOf: PortsOf,
  addressOf: (index: number) => string,
): readonly LocalPlan[] {
  const place = (index: number) => {
    const [port, ownPort, busPort, ownBusPort] = portsOf(index)
    return { port, ownPort, busPort, ownBusPort, address: addressOf(index) }
  }
  switch (deployment.topology) {
    case 'standalone': {
      const where = place(0)
      const files = { 'redis.conf': textOf([...common(where), ...given(deployment)]) }
      return [{ name: 'node-1', role: 'primary', ...where, files }]
    }
    case 'replicated':
      return planReplicated(deployment, random, place)
    case 'cluster':
      return planCluster(deployment, random, place)
  }
}

type Place = Omit<LocalPlan, 'name' | 'role' | 'files'>
type Line = readonly [parameter: string, ...values: string[]]

function common({ ownPort, address }: Place): Line[] {
  return [
    ['port', String(ownPort)],
    ['bind', HOST],
    ['bind-source-addr', address],
    ['daemonize', 'no'],
    ['pidfile', 'redis.pid'],
    ['save', ''],
    ['repl-diskless-sync-delay', '0'],
  ]
}

/** What the scenario says comes last, so that it counts. */
function given({ config }: Deployment): Line[] {
  return Object.entries(config).map(([name, value]) => {
    // As in redis.conf: several words are several values, unless they stand in quotes.
    const values = splitArguments(value)
    return [name, ...(values && values.length > 0 ? values : [value])] as const
  })
}

function planReplicated(
  deployment: Extract<Deployment, { topology: 'replicated' }>,
  random: SeededRandom,
  place: (index: number) => Place,
): readonly LocalPlan[] {
  const { replicas, sentinels } = deployment
  const primary = place(0)
  const nodes = Array.from({ length: 1 + replicas }, (_, index): LocalPlan => {
    const where = index === 0 ? primary : place(index)
    const lines: Line[] = [
      ...common(where),
      ['replica-announce-ip', HOST],
      ['replica-announce-port', String(where.port)],
      ...given(deployment),
      ...(index === 0 ? [] : [['replicaof', HOST, String(primary.port)] as const]),
    ]
    const role = index === 0 ? 'primary' : 'replica'
    return { name: `node-${index + 1}`, role, ...where, files: { 'redis.conf': textOf(lines) } }
  })
  const places = Array.from({ length: sentinels }, (_, index) => ({
    where: place(1 + replicas + index),
    id: random.hex(40),
  }))
  const quorum = Math.floor(sentinels / 2) + 1
  const watchers = places.map(({ where, id }, index): LocalPlan => {
    const lines: Line[] = [
      ['port', String(where.ownPort)],
      ['bind', HOST],
      ['bind-source-addr', where.address],
      ['daemonize', 'no'],
      ['pidfile', 'redis.pid'],
      ['sentinel', 'announce-ip', HOST],
      ['sentinel', 'announce-port', String(where.port)],
      ['sentinel', 'myid', id],
      ['sentinel', 'monitor', PRIMARY_NAME, HOST, String(primary.port), String(quorum)],
      ['sentinel', 'down-after-milliseconds', PRIMARY_NAME, String(DOWN_AFTER_MS)],
      ['sentinel', 'failover-timeout', PRIMARY_NAME, String(FAILOVER_TIMEOUT_MS)],
      // They know each other from the start: nobody has to wait until they have met.
      ...nodes.slice(1).map((node) => ['sentinel', 'known-replica', PRIMARY_NAME, HOST, String(node.port)] as const),
      ...places
        .filter((other) => other.id !== id)
        .map(
          (other) => ['sentinel', 'known-sentinel', PRIMARY_NAME, HOST, String(other.where.port), other.id] as const,
        ),
    ]
    return { name: `sentinel-${index + 1}`, role: 'sentinel', ...where, files: { 'redis.conf': textOf(lines) } }
  })
  return [...nodes, ...watchers]
}

function planCluster(
  deployment: Extract<Deployment, { topology: 'cluster' }>,
  random: SeededRandom,
  place: (index: number) => Place,
): readonly LocalPlan[] {
  const { primaries, replicas, formed } = deployment
  const places = Array.from({ length: primaries * (1 + replicas) }, (_, index) => ({
    where: place(index),
    id: random.hex(40),
  }))
  const roleOf = (index: number) => (index < primaries ? 'primary' : 'replica')
  const lineOf = (index: number, own: number) => {
    const { where, id } = places[index]!
    const primary = index % primaries
    const myself = index === own ? 'myself,' : ''
    const rest =
      roleOf(index) === 'primary'
        ? `${myself}master - 0 0 ${index + 1} connected ${slotsOf(index, primaries)}`
        : `${myself}slave ${places[primary]!.id} 0 0 ${primary + 1} connected`
    return `${id} ${HOST}:${where.port}@${where.busPort} ${rest}`
  }
  return places.map(({ where }, own): LocalPlan => {
    const lines: Line[] = [
      ...common(where),
      ['cluster-enabled', 'yes'],
      ['cluster-port', String(where.ownBusPort)],
      ['cluster-announce-ip', HOST],
      ['cluster-announce-port', String(where.port)],
      ['cluster-announce-bus-port', String(where.busPort)],
      ['cluster-node-timeout', '2000'],
      ...given(deployment),
    ]
    const table = places.map((_, index) => lineOf(index, own)).join('\n')
    const known = `${table}\nvars currentEpoch ${primaries} lastVoteEpoch 0\n`
    const files = { 'redis.conf': textOf(lines), ...(formed ? { 'nodes.conf': known } : {}) }
    return { name: `node-${own + 1}`, role: roleOf(own), ...where, files }
  })
}

function textOf(lines: readonly Line[]): string {
  return lines.map(([name, ...values]) => `${name} ${values.map(quoted).join(' ')}\n`).join('')
}

function quoted(value: string): string {
  return /^[\w.:/-]+$/.test(value) ? value : `"${escapeBytes(value)}"`
}
