/** Clusters that a test may break: six nodes of redis-server, or six that `eventyard serve` has. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { pause, RealRedis } from '../../../simulator/testing/real-redis'

export interface ClusterServers {
  /** In the order in which they were made: the primaries first. */
  readonly ports: readonly number[]
  /** Ends a node at once, as kill -9 does: it tells nobody, and waits for nobody. */
  kill(port: number): Promise<void>
  stop(): Promise<void>
}

const NODES = 6
const PATIENCE_MS = 20_000
const LOOK_MS = 20

export async function realCluster(): Promise<ClusterServers> {
  const servers = new Map<number, RealRedis>()
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--repl-diskless-sync-delay', '0']
  const stop = async () => {
    await Promise.all([...servers.values()].map((server) => server.stop()))
    servers.clear()
  }
  try {
    for (let count = 0; count < NODES; count++) {
      const server = await RealRedis.start(...options)
      servers.set(server.port, server)
    }
    const ports = [...servers.keys()]
    const addresses = ports.map((port) => `127.0.0.1:${port}`)
    await redisCli('--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes')
    await untilWell(ports)
    const kill = async (port: number) => {
      const server = servers.get(port)!
      servers.delete(port)
      await server.stop()
    }
    return { ports, kill, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The nodes of a served cluster, from its first port on. */
export async function servedCluster(served: { port: number; stop(): Promise<unknown> }): Promise<ClusterServers> {
  const ports = Array.from({ length: NODES }, (_, index) => served.port + index)
  await untilWell(ports)
  // NOW: not even the replica is waited for.
  const kill = async (port: number) => void (await redisCli('-p', String(port), 'SHUTDOWN', 'NOSAVE', 'NOW'))
  return { ports, kill, stop: async () => void (await served.stop()) }
}

/** Until each node can serve, knows all, and each replica has its primary's data. */
async function untilWell(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    await until(`well at ${port}`, () =>
      onNode(port, async (node) => {
        const info = (await node.cluster('INFO')) as string
        const replication = await node.info('replication')
        const nodes = (await node.cluster('NODES')) as string
        return (
          info.includes('cluster_state:ok') &&
          nodes.split(' slave ').length === 1 + NODES / 2 - Number(nodes.includes('myself,slave')) &&
          (replication.includes('role:master') || replication.includes('master_link_status:up'))
        )
      }),
    )
  }
}

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await pause(LOOK_MS)) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`)
  }
}

export async function onNode<T>(port: number, run: (node: Redis) => Promise<T>): Promise<T> {
  const node = new Redis(port, '127.0.0.1', { replyMapping: 'legacy' })
  try {
    return await run(node)
  } finally {
    node.disconnect()
  }
}

const execute = promisify(execFile)

/** What redis-cli prints; it is an error when it fails. */
export async function redisCli(...args: string[]): Promise<string> {
  return (await execute('redis-cli', args)).stdout
}
