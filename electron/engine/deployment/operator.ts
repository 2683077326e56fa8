/**
 * Whoever runs the deployment, as redis-cli --cluster does it: with ordinary commands, over a real client, step by step,
 * so that it takes time, can be watched, and can be broken in the middle.
 */
import type { Redis } from 'ioredis'
import { EventyardError } from '../../../shared/errors'
import type { TopologyChange } from '../../../shared/faults'
import { createClient } from '../actors/redis-client'
import type { World } from '../world/world'
import { monitorPrimary, forgetSentinel } from './operator-sentinels'
import { servesSlot } from './serves'
import { primaryOf, replicasOf } from './targets'

const NAME = 'operator'
/** Keys that are moved with one MIGRATE, and how long that may take: as redis-cli does. */
const KEYS_TOGETHER = 10
const MIGRATE_MS = 60_000
/** Between two looks at something that takes its time. */
const LOOK_MS = 50
const PATIENCE_MS = 60_000

type FailoverKind = Extract<TopologyChange, { kind: 'failover' }>['how']

/** What an operator has been asked for. Of work in many equal parts `done` of `of` are done; else `of` is 0. */
export interface OperatorJob {
  readonly change: TopologyChange
  readonly done: number
  readonly of: number
}

/** How a job goes about its work. */
export interface Operations {
  readonly world: World
  readonly send: (node: string, command: string, ...values: readonly (string | Buffer)[]) => Promise<unknown>
  /** Rejects with `operator.patience` after a minute. */
  readonly until: (what: string, isSo: () => boolean) => Promise<void>
}

export class Operator implements Operations {
  private readonly clients = new Map<string, Redis>()
  private hasJoined = false
  /** One job at a time, as one person would. */
  private work: Promise<unknown> = Promise.resolve()
  private readonly queue: { change: TopologyChange; done: number; of: number }[] = []
  private lastFailure: { readonly change: TopologyChange; readonly problem: string } | null = null

  constructor(readonly world: World) {}

  /** What it is at, then what waits for that. */
  get jobs(): readonly OperatorJob[] {
    return this.queue
  }

  /** Why the last job could not be done, until there is another. */
  get failure(): { readonly change: TopologyChange; readonly problem: string } | null {
    return this.lastFailure
  }

  /** Throws `node.unknown` or `operator.topology` where it cannot be done at all; the rest takes time. */
  check(change: TopologyChange): void {
    const { topology } = this.world
    const isClusterOnly = change.kind === 'move-slots' || change.kind === 'rebalance'
    const isSentinelOnly = change.kind === 'add-sentinel'
    if (
      topology === 'standalone' ||
      (isClusterOnly && topology !== 'cluster') ||
      (isSentinelOnly && topology !== 'replicated')
    ) {
      throw new EventyardError('operator.topology', { topology, what: change.kind.replace('-', ' ') })
    }
    if ('node' in change) this.world.process(change.node)
    if ('to' in change) this.world.process(change.to)
    if ('replica' in change) this.world.process(change.replica)
    if ('replicaOf' in change && change.replicaOf !== undefined) this.world.process(change.replicaOf)
  }

  /** Rejects where it could not be done; the trace says so too. */
  carryOut(change: TopologyChange): Promise<void> {
    const job = { change, done: 0, of: 0 }
    this.queue.push(job)
    this.lastFailure = null
    const over = () => void this.queue.splice(this.queue.indexOf(job), 1)
    const work = this.begin(change)
    work.then(over, (error: unknown) => {
      over()
      this.lastFailure = { change, problem: problemOf(error) }
    })
    return work
  }

  private begin(change: TopologyChange): Promise<void> {
    switch (change.kind) {
      case 'add-node':
        return this.join(this.world.addNode(), change.replicaOf)
      case 'add-sentinel':
        return this.watch(this.world.addSentinel())
      case 'remove-node':
        return this.leave(change.node)
      case 'move-slots':
        return this.moveSlots(
          change.slots.flatMap(([first, last]) => upTo(first, last)),
          change.to,
        )
      case 'rebalance':
        return this.rebalance()
      case 'failover':
        return this.failover(change.replica, change.how)
      case 'rolling-restart':
        return this.rollingRestart()
    }
  }

  /** Moves some slots to a primary, with their keys, while clients go on. */
  moveSlots(slots: readonly number[], to: string): Promise<void> {
    return this.inTurn(`move ${slots.length} slots to ${to}`, async () => {
      await this.moveAll([{ slots, to }])
    })
  }

  /** Deals the slots out evenly among the primaries, moving as few as possible. */
  rebalance(): Promise<void> {
    return this.inTurn('rebalance', async () => {
      await this.moveAll(evenMoves(this.shares()))
    })
  }

  /** Has a replica take over from its primary in good order, or not so. */
  failover(replica: string, kind: FailoverKind): Promise<void> {
    return this.inTurn(`failover to ${replica}`, async () => {
      if (this.world.topology === 'cluster') {
        await this.send(replica, 'CLUSTER', 'FAILOVER', ...(kind === 'default' ? [] : [kind.toUpperCase()]))
      } else {
        const { host, port } = this.world.process(replica)
        await this.send(primaryOf(this.world, replica), 'FAILOVER', 'TO', host, String(port))
      }
      await this.until(`${replica} is a primary`, () => this.world.process(replica).node.replication.role === 'primary')
    })
  }

  /** Makes a node that was just started a part of the deployment: of a shard where `primary` names one. */
  join(node: string, primary: string | undefined): Promise<void> {
    const { world } = this
    return this.inTurn(`add ${node}`, async () => {
      if (world.topology !== 'cluster') {
        const target = world.process(primary ?? primaryOf(world, world.processes[0]!.name))
        await this.send(node, 'REPLICAOF', target.host, String(target.port))
        // So that it comes back as what it is when it is restarted.
        await this.send(node, 'CONFIG', 'REWRITE')
        return
      }
      const known = world.processes.find(({ name, isRunning }) => isRunning && name !== node)!
      await this.send(known.name, 'CLUSTER', 'MEET', '127.0.0.1', String(world.process(node).port))
      const count = world.processes.filter(({ isRunning }) => isRunning).length
      await this.until(`everybody knows ${node}`, () =>
        world.processes.every(({ isRunning, node: one }) => !isRunning || one.cluster!.table.nodes.size >= count),
      )
      if (primary !== undefined) await this.send(node, 'CLUSTER', 'REPLICATE', idOf(world, primary))
    })
  }

  /** Has a Sentinel that was just started watch the primary with the others. */
  watch(sentinel: string): Promise<void> {
    return this.inTurn(`add ${sentinel}`, () => monitorPrimary(this, sentinel))
  }

  /** Takes a node out: its slots go to the other primaries, its replicas to others, and everybody forgets it. */
  leave(node: string): Promise<void> {
    const { world } = this
    return this.inTurn(`remove ${node}`, async () => {
      if (world.topology === 'cluster') {
        const shares = this.shares()
        const own = shares.get(node)
        if (own && own.length > 0) {
          shares.delete(node)
          await this.moveAll(evenMoves(shares, own))
        }
        const id = idOf(world, node)
        for (const { name, isRunning } of world.processes) {
          if (isRunning && name !== node) await this.send(name, 'CLUSTER', 'FORGET', id).catch(() => undefined)
        }
      }
      const { sentinel } = world.process(node).node
      world.endProcess(node, 'removed', (process) => process.stop())
      world.removeProcess(node)
      if (!sentinel) return
      this.hangUp(node)
      await forgetSentinel(this)
    })
  }

  /** Restarts every node, one after the other; a primary hands its role over first where it can. */
  rollingRestart(): Promise<void> {
    const { world } = this
    return this.inTurn('rolling restart', async () => {
      const roleOf = (name: string) => world.process(name).node.replication.role
      const names = world.processes.map(({ name }) => name)
      const order = [
        ...names.filter((name) => roleOf(name) === 'replica'),
        ...names.filter((name) => roleOf(name) === 'primary'),
      ]
      for (const name of order) {
        const [replica] = roleOf(name) === 'primary' ? replicasOf(world, name) : []
        if (replica !== undefined && world.topology === 'cluster') {
          await this.send(replica, 'CLUSTER', 'FAILOVER')
          await this.until(`${name} is a replica`, () => roleOf(name) === 'replica')
        }
        world.endProcess(name, 'rolling restart', (process) => process.stop())
        await this.pause(LOOK_MS)
        world.startProcess(name)
        await this.until(`${name} is back`, () => isBack(world, name))
      }
    })
  }

  /** Closes its connections. */
  close(): void {
    for (const client of this.clients.values()) this.world.takeTurn(NAME, () => client.disconnect())
    this.clients.clear()
  }

  /** The slots of each primary, as it believes itself. */
  private shares(): Map<string, number[]> {
    const shares = new Map<string, number[]>()
    for (const { name, isRunning, node } of this.world.processes) {
      const cluster = isRunning ? node.cluster : undefined
      if (cluster?.myself.isPrimary) shares.set(name, cluster.table.slotsOf(cluster.myself))
    }
    return shares
  }

  private async moveAll(moves: ReturnType<typeof evenMoves>): Promise<void> {
    const [job] = this.queue
    if (job) job.of = moves.reduce((sum, { slots }) => sum + slots.length, 0)
    for (const { slots, to } of moves) {
      for (const slot of slots) {
        await this.moveSlot(slot, to)
        if (job) job.done++
      }
    }
  }

  private async moveSlot(slot: number, to: string): Promise<void> {
    const { world } = this
    const from = world.processes.find(({ isRunning, node }) => isRunning && servesSlot(node, slot))?.name
    if (from === undefined || from === to) return
    const [source, target] = [idOf(world, from), idOf(world, to)]
    await this.send(to, 'CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', source)
    await this.send(from, 'CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', target)
    const { host, port } = world.process(to)
    for (;;) {
      const keys = (await this.send(from, 'CLUSTER', 'GETKEYSINSLOT', String(slot), String(KEYS_TOGETHER))) as Buffer[]
      if (keys.length === 0) break
      const head = [host, String(port), '', '0', String(MIGRATE_MS), 'REPLACE', 'KEYS']
      await this.send(from, 'MIGRATE', ...head, ...keys)
    }
    await this.send(to, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', target)
    // Whoever has given its last slot away may have become a replica meanwhile, and refuses; it knows already.
    await this.send(from, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', target).catch(() => undefined)
  }

  private inTurn(what: string, job: () => Promise<void>): Promise<void> {
    if (!this.hasJoined) {
      this.hasJoined = true
      this.world.delivery.join(NAME, NAME)
    }
    const done = this.work.then(() => job())
    this.work = done.catch((error: unknown) => {
      const text = `operator: could not ${what}: ${problemOf(error)}`
      this.world.trace.append({ type: 'note', text })
    })
    return done
  }

  send(node: string, command: string, ...values: readonly (string | Buffer)[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.world.takeTurn(NAME, () => {
        this.clientOf(node)
          .callBuffer(command, [...values])
          .then(resolve, reject)
      })
    })
  }

  private clientOf(node: string): Redis {
    let client = this.clients.get(node)
    if (!client) {
      const { host, port } = this.world.process(node)
      client = createClient({ topology: 'standalone', nodes: [{ host, port }], sentinels: [] }, NAME) as Redis
      client.on('error', () => undefined)
      this.clients.set(node, client)
    }
    return client
  }

  /** Nobody is there any more: the client would try for ever. */
  private hangUp(node: string): void {
    const client = this.clients.get(node)
    this.clients.delete(node)
    if (client) this.world.takeTurn(NAME, () => client.disconnect())
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.world.clock.after(ms * 1000, () => this.world.takeTurn(NAME, resolve)))
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let waited = 0; !isSo(); waited += LOOK_MS) {
      if (waited > PATIENCE_MS) throw new EventyardError('operator.patience', { what })
      await this.pause(LOOK_MS)
    }
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

function idOf(world: World, name: string): string {
  return world.process(name).node.cluster!.myself.name
}

function isBack(world: World, name: string): boolean {
  const { node } = world.process(name)
  const follows = node.replication.role === 'primary' || node.replication.link === 'up'
  return follows && (node.cluster?.health.isOk ?? true)
}

/** Who gives which slots to whom, so that everybody has equally many. `extra` slots are dealt out as well. */
export function evenMoves(
  shares: ReadonlyMap<string, readonly number[]>,
  extra: readonly number[] = [],
): readonly { readonly slots: readonly number[]; readonly to: string }[] {
  const total = [...shares.values()].reduce((sum, slots) => sum + slots.length, extra.length)
  const names = [...shares.keys()]
  const goal = (index: number) => Math.floor(total / names.length) + (index < total % names.length ? 1 : 0)
  const free = [...extra]
  names.forEach((name, index) => free.push(...shares.get(name)!.slice(goal(index))))
  return names.flatMap((to, index) => {
    const lack = goal(index) - Math.min(shares.get(to)!.length, goal(index))
    return lack > 0 ? [{ slots: free.splice(0, lack), to }] : []
  })
}
