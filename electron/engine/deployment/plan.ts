/** What a scenario's deployment is made of: its processes, where they listen, and what they know from the start. */
import type { Deployment } from '../../../shared/scenario/schema'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import type { NodePlan } from '../../simulator/node/node-process'

export interface DeploymentPlan {
  readonly topology: Deployment['topology']
  readonly nodes: readonly NodePlan[]
  /** How long before time 0 it is started, so that everybody has found everybody when somebody looks. */
  readonly warmUpUs: number
}

/** What clients ask Sentinels for. */
export const PRIMARY_NAME = 'eventyard'

const HOST = '127.0.0.1'
const SLOTS = 16_384
const BUS_PORT_OFFSET = 10_000
const WARM_UP_US = 10_000_000
/** Redis's example has 30 s and 180 s; nobody wants to watch that long. */
export const DOWN_AFTER_MS = 3000
export const FAILOVER_TIMEOUT_MS = 30_000
/** The nodes of the deployments that are more than one begin at 127.0.0.1:7001, where guests find them too. */
export const FIRST_PORT = 7001

const single: NodePlan = { name: 'node-1', host: '10.0.1.1', port: 6379 }

/** Plans a deployment. Ids of nodes are drawn, since a cluster's are known before it starts. */
export function planDeployment(deployment: Deployment, random: SeededRandom, firstPort = FIRST_PORT): DeploymentPlan {
  switch (deployment.topology) {
    case 'standalone':
      return { topology: 'standalone', nodes: [{ ...single, config: deployment.config }], warmUpUs: 0 }
    case 'replicated':
      return { topology: 'replicated', nodes: replicatedNodes(deployment, firstPort), warmUpUs: WARM_UP_US }
    case 'cluster':
      return { topology: 'cluster', nodes: clusterNodes(deployment, random, firstPort), warmUpUs: WARM_UP_US }
  }
}

/** The configuration of a node in a deployment: replicas need not wait five seconds for company. */
function configOf(deployment: Deployment): Record<string, string> {
  return { 'repl-diskless-sync-delay': '0', ...deployment.config }
}

function replicatedNodes(deployment: Extract<Deployment, { topology: 'replicated' }>, firstPort: number): NodePlan[] {
  const config = configOf(deployment)
  const { replicas, sentinels } = deployment
  const nodes = Array.from({ length: 1 + replicas }, (_, index) => ({
    name: `node-${index + 1}`,
    host: HOST,
    port: firstPort + index,
    config: index === 0 ? config : { ...config, replicaof: `${HOST} ${firstPort}` },
    // Sentinels have it rewritten, so that a node comes back as what it has become.
    configFile: 'redis.conf',
  }))
  const quorum = Math.floor(sentinels / 2) + 1
  const watch = [
    `monitor ${PRIMARY_NAME} ${HOST} ${firstPort} ${quorum}`,
    `down-after-milliseconds ${PRIMARY_NAME} ${DOWN_AFTER_MS}`,
    `failover-timeout ${PRIMARY_NAME} ${FAILOVER_TIMEOUT_MS}`,
  ]
  const watchers = Array.from({ length: sentinels }, (_, index) => ({
    name: `sentinel-${index + 1}`,
    host: HOST,
    port: sentinelPort(firstPort, nodes.length) + index,
    sentinel: watch,
  }))
  return [...nodes, ...watchers]
}

/** Sentinels are where they are by custom, or behind the nodes where those were put somewhere. */
export function sentinelPort(firstPort: number, nodes: number): number {
  return firstPort === FIRST_PORT ? 26_379 : firstPort + nodes
}

/** A cluster that was formed before: each node's file tells it of all the others, with an epoch for each primary. */
function clusterNodes(
  deployment: Extract<Deployment, { topology: 'cluster' }>,
  random: SeededRandom,
  firstPort: number,
): NodePlan[] {
  const { primaries, replicas, formed } = deployment
  const ids = Array.from({ length: primaries * (1 + replicas) }, () => random.hex(40))
  const config = { ...configOf(deployment), 'cluster-enabled': 'yes', ...clusterDefaults(deployment.config) }
  const lines = ids.map((id, index) => {
    const port = firstPort + index
    const address = `${id} ${HOST}:${port}@${port + BUS_PORT_OFFSET}`
    const primary = index % primaries
    const following = `slave ${ids[primary]!} 0 0 ${primary + 1} connected`
    if (index >= primaries) return (flags: string) => `${address} ${flags}${following}`
    return (flags: string) => `${address} ${flags}master - 0 0 ${index + 1} connected ${slotsOf(index, primaries)}`
  })
  const fileOf = (own: number) =>
    `${lines.map((line, index) => line(index === own ? 'myself,' : '')).join('\n')}\nvars currentEpoch ${primaries} lastVoteEpoch 0\n`
  return ids.map((_, own) => ({
    name: `node-${own + 1}`,
    host: HOST,
    port: firstPort + own,
    config,
    ...(formed ? { files: { 'nodes.conf': fileOf(own) } } : {}),
  }))
}

/** As short as utils/create-cluster of Redis has it, so that a failover takes seconds. */
function clusterDefaults(config: Readonly<Record<string, string>>): Record<string, string> {
  return { 'cluster-node-timeout': config['cluster-node-timeout'] ?? '2000' }
}

/** The slots of one of some primaries, dealt out as redis-cli --cluster create does. */
export function slotsOf(index: number, primaries: number): string {
  const each = SLOTS / primaries
  const first = Math.round(index * each)
  const last = index === primaries - 1 ? SLOTS - 1 : Math.round((index + 1) * each - 1)
  return `${first}-${last}`
}
