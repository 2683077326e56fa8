import type { ClusterEvent } from '../cluster/cluster-events'
import { SLOTS } from '../cluster/key-slot'
import type { NodeProcess } from '../node/node-process'
import type { NodeObserver } from '../ports'
import type { Reply } from '../resp/reply'
import { TestDeployment, type DeploymentClient } from './test-deployment'

export interface TestClusterOptions {
  readonly seed?: number
  readonly primaries?: number
  readonly replicasEach?: number
  readonly config?: Readonly<Record<string, string>>
  readonly firstPort?: number
  /** Who listens to a node, by its place. */
  readonly observe?: (place: number) => Partial<NodeObserver>
}

export interface SeenEvent {
  readonly atMs: number
  readonly node: string
  readonly event: ClusterEvent
}

const LOOK_MS = 50

/** A cluster in virtual time, made as `redis-cli --cluster create` makes one. */
export class TestCluster {
  readonly deployment: TestDeployment
  readonly nodes: readonly NodeProcess[]
  readonly events: SeenEvent[] = []
  private readonly clients = new Map<NodeProcess, DeploymentClient>()
  readonly primaryCount: number

  constructor({ seed = 1, primaries = 3, replicasEach = 1, config = {}, firstPort, observe }: TestClusterOptions = {}) {
    this.deployment = new TestDeployment({ seed, ...(firstPort === undefined ? {} : { firstPort }) })
    this.primaryCount = primaries
    const count = primaries * (1 + replicasEach)
    const inCluster = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', ...config }
    this.nodes = Array.from({ length: count }, (_, index) => {
      const observer = observe?.(index)
      const clusterEvent = (event: ClusterEvent): void => {
        this.events.push({ atMs: this.nowMs, node: `node-${index + 1}`, event })
        observer?.clusterEvent?.(event)
      }
      return this.deployment.add(inCluster, { ...observer, clusterEvent })
    })
  }

  get nowMs(): number {
    return this.deployment.clock.nowUs() / 1000
  }

  /** Gives each primary its share of the slots, makes all of them known to each other, and attaches the replicas. */
  create(): this {
    const { nodes, primaryCount } = this
    nodes.forEach((node, index) => {
      if (index < primaryCount) {
        const first = Math.round((SLOTS / primaryCount) * index)
        const last = Math.round((SLOTS / primaryCount) * (index + 1)) - 1
        this.send(node, 'CLUSTER', 'ADDSLOTSRANGE', String(first), String(last))
      }
      this.send(node, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    })
    for (const node of nodes.slice(1)) this.send(node, 'CLUSTER', 'MEET', nodes[0]!.host, String(nodes[0]!.port))
    this.until('all know all', () => nodes.every((node) => this.known(node) === nodes.length))
    nodes.slice(primaryCount).forEach((node, index) => {
      this.send(node, 'CLUSTER', 'REPLICATE', this.id(nodes[index % primaryCount]!))
    })
    this.until('all agree and are well', () => this.isWell)
    const replicas = nodes.slice(primaryCount)
    this.until('replicas have the data', () => replicas.every(({ node }) => node.replication.link === 'up'))
    return this
  }

  /** Every running node says that the cluster can serve, and all have the same view of it. */
  get isWell(): boolean {
    const running = this.nodes.filter(({ isRunning }) => isRunning)
    if (!running.every(({ node }) => node.cluster!.health.isOk)) return false
    const first = this.view(running[0]!)
    return running.every((node) => this.view(node) === first)
  }

  /** Who is what and serves what, as a node sees it: without times, and in order. */
  view({ node }: NodeProcess): string {
    const { table } = node.cluster!
    const lines = [...table.nodes.values()].map((one) => {
      const role = one.hasFailed ? 'fail' : one.isSuspected ? 'fail?' : one.isReplica ? 'replica' : 'primary'
      // What a replica's own replica shows is the epoch that its primary had itself, and only that one knows it.
      const epoch = one.primary?.isReplica ? '-' : one.slotsEpoch
      return `${one.name} ${role} ${one.primary?.name ?? '-'} ${epoch} ${one.slotCount}`
    })
    const owners: string[] = []
    let last: string | undefined
    for (let slot = 0; slot < SLOTS; slot++) {
      const owner = table.owner(slot)?.name ?? '-'
      if (owner !== last) owners.push(`${slot} ${owner}`)
      last = owner
    }
    return [...lines.sort(), ...owners].join('\n')
  }

  id({ node }: NodeProcess): string {
    return node.cluster!.myself.name
  }

  /** The process that has a name in the cluster. */
  process(id: string): NodeProcess {
    return this.nodes.find((node) => this.id(node) === id)!
  }

  known({ node }: NodeProcess): number {
    return [...node.cluster!.table.nodes.values()].filter((one) => !one.isInHandshake).length
  }

  client(node: NodeProcess): DeploymentClient {
    let client = this.clients.get(node)
    if (!client || client.state === 'ended' || client.state === 'refused') {
      client = this.deployment.client(node)
      this.clients.set(node, client)
    }
    return client
  }

  send(node: NodeProcess, ...argv: readonly string[]): Reply {
    return this.client(node).send(...argv)
  }

  /** The text of whatever the reply is. */
  ask(node: NodeProcess, ...argv: readonly string[]): string {
    const reply = this.send(node, ...argv)
    if ('text' in reply) return reply.text
    if ('bytes' in reply) return reply.bytes
    return 'value' in reply ? String(reply.value) : JSON.stringify(reply)
  }

  /** Lets time pass until something is so, looking now and then. */
  until(what: string, isSo: () => boolean, withinMs = 60_000): void {
    for (let waitedMs = 0; !isSo(); waitedMs += LOOK_MS) {
      if (waitedMs > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`)
      this.advance(LOOK_MS)
    }
  }

  advance(ms: number): void {
    this.deployment.advance(ms)
  }

  /** Cuts the links between two groups of nodes, both ways; clients reach all. Gives what mends them. */
  part(one: readonly NodeProcess[], other: readonly NodeProcess[]): () => void {
    const [a, b] = [new Set(one.map(({ name }) => name)), new Set(other.map(({ name }) => name))]
    return this.deployment.network.links.add({
      isCut: true,
      on: (from, to) => (a.has(from) && b.has(to)) || (b.has(from) && a.has(to)),
    })
  }

  seen<K extends ClusterEvent['kind']>(kind: K): { atMs: number; node: string; event: ClusterEvent & { kind: K } }[] {
    return this.events.filter((one) => one.event.kind === kind) as never
  }
}
