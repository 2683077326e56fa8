/** Primaries with replicas and Sentinels that a test may break: of redis-server, or what `eventyard serve` has. */
import { pause, RealRedis } from '../../../simulator/testing/real-redis'
import { onNode } from '../cluster/cluster-servers'

export const PRIMARY_NAME = 'eventyard'
export const REPLICAS = 4
const SENTINELS = 3
/** Sooner than by custom, so that nobody waits long. */
export const DOWN_AFTER_MS = 1500
const PATIENCE_MS = 30_000
const LOOK_MS = 50

export interface WatchedServers {
  readonly sentinels: readonly number[]
  /** The primary first. */
  readonly nodes: readonly number[]
  stop(): Promise<void>
}

export async function realWatched(): Promise<WatchedServers> {
  const servers: RealRedis[] = []
  const start = async (text: string, ...options: readonly string[]) => {
    const server = await RealRedis.startWithFile(text, ...options)
    servers.push(server)
    return server.port
  }
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())))
  try {
    const config = 'save ""\nrepl-diskless-sync-delay 0\n'
    const nodes = [await start(config)]
    while (nodes.length <= REPLICAS) nodes.push(await start(`${config}replicaof 127.0.0.1 ${nodes[0]}\n`))
    const quorum = Math.floor(SENTINELS / 2) + 1
    const watch = `sentinel monitor ${PRIMARY_NAME} 127.0.0.1 ${nodes[0]} ${quorum}\n`
    const sentinels: number[] = []
    while (sentinels.length < SENTINELS) sentinels.push(await start(watch, '--sentinel'))
    return await ready({ sentinels, nodes, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

/** What `serve --topology replicated` has, from its first port on. */
export async function servedWatched(served: { port: number; stop(): Promise<unknown> }): Promise<WatchedServers> {
  const nodes = Array.from({ length: 1 + REPLICAS }, (_, index) => served.port + index)
  const sentinels = Array.from({ length: SENTINELS }, (_, index) => served.port + nodes.length + index)
  return ready({ sentinels, nodes, stop: async () => void (await served.stop()) })
}

async function ready(servers: WatchedServers): Promise<WatchedServers> {
  const settings = ['down-after-milliseconds', DOWN_AFTER_MS, 'failover-timeout', 20_000, 'parallel-syncs', REPLICAS]
  for (const port of servers.sentinels) {
    await onNode(port, (sentinel) => sentinel.call('SENTINEL', 'SET', PRIMARY_NAME, ...settings))
  }
  await untilWell(servers, servers.nodes)
  return servers
}

export async function primaryPort({ sentinels }: WatchedServers): Promise<number> {
  const address = await onNode(sentinels[0]!, (sentinel) =>
    sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', PRIMARY_NAME),
  )
  return Number((address as string[])[1])
}

/** Until all Sentinels watch the same primary and each other, and each of its living replicas has its data. */
export async function untilWell(servers: WatchedServers, alive: readonly number[]): Promise<void> {
  for (const port of servers.sentinels) {
    await until(`Sentinel ${port} is content`, async () => {
      const fields = await onNode(port, (sentinel) => sentinel.call('SENTINEL', 'MASTER', PRIMARY_NAME))
      const value = (name: string) => (fields as string[])[(fields as string[]).indexOf(name) + 1]
      const others = Number(value('num-other-sentinels'))
      const isKnown = Number(value('num-slaves')) >= alive.length - 1 && others === SENTINELS - 1
      return isKnown && value('flags') === 'master' && Number(value('port')) === (await primaryPort(servers))
    })
  }
  const primary = await primaryPort(servers)
  for (const port of alive) {
    if (port === primary) continue
    await until(`${port} follows ${primary}`, async () => {
      const info = await onNode(port, (node) => node.info('replication'))
      return info.includes(`master_port:${primary}\r\n`) && info.includes('master_link_status:up')
    })
  }
}

export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await pause(LOOK_MS)) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`)
  }
}
