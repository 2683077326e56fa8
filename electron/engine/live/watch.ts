/** Looks at real servers from outside, again and again: their roles, whom they follow, what they serve. */
import type { Bytes } from '../../../shared/bytes'
import { later } from '../host/machine'
import { keySlot } from '../../simulator/cluster/key-slot'
import type { Probe } from './probe'

export interface WatchedServer {
  readonly name: string
  readonly isRunning: boolean
  readonly isSentinel: boolean
  /** A connection to it. */
  ask(): Promise<Probe>
}

export interface Status {
  /** Whether it answered at the last look. */
  readonly isAnswering: boolean
  readonly role: 'primary' | 'replica'
  /** `host:port` of its primary. */
  readonly follows: string | undefined
  /** Whether its link to its primary is up. */
  readonly isLinkUp: boolean
  readonly offset: number
  readonly clients: number
  readonly operationsPerSecond: number
  readonly keys: number
  readonly cluster: ClusterStatus | undefined
}

export interface ClusterStatus {
  readonly id: string
  readonly isOk: boolean
  readonly epoch: number
  readonly currentEpoch: number
  readonly slots: readonly (readonly [number, number])[]
}

const LOOK_MS = 250

const unknown: Status = {
  isAnswering: false,
  role: 'primary',
  follows: undefined,
  isLinkUp: false,
  offset: 0,
  clients: 0,
  operationsPerSecond: 0,
  keys: 0,
  cluster: undefined,
}

export class Watch {
  private readonly statuses = new Map<string, Status>()
  private readonly probes = new Map<string, Probe>()
  private looking: Promise<void> | undefined
  private cancel: (() => void) | undefined
  private isOver = false

  /** `changed` hears of each server that is not as it was at the look before. */
  constructor(
    private readonly servers: () => readonly WatchedServer[],
    private readonly isCluster: boolean,
    private readonly changed: (name: string, now: Status, before: Status | undefined) => void,
  ) {}

  start(): void {
    void this.look().then(() => {
      if (!this.isOver) this.cancel = later(LOOK_MS, () => this.start())
    })
  }

  statusOf(name: string): Status {
    return this.statuses.get(name) ?? unknown
  }

  /** Looks now; comes back when all have answered, or not in time. */
  look(): Promise<void> {
    this.looking ??= Promise.all(this.servers().map((server) => this.lookAt(server))).then(() => {
      this.looking = undefined
    })
    return this.looking
  }

  stop(): void {
    this.isOver = true
    this.cancel?.()
    for (const probe of this.probes.values()) probe.close()
  }

  private async lookAt(server: WatchedServer): Promise<void> {
    const { name } = server
    const before = this.statuses.get(name)
    let now: Status
    try {
      if (server.isSentinel || !server.isRunning) now = { ...(before ?? unknown), isAnswering: server.isRunning }
      else now = await read(await this.probeOf(server), this.isCluster)
    } catch {
      now = { ...(before ?? unknown), isAnswering: false }
    }
    if (this.isOver) return
    this.statuses.set(name, now)
    this.changed(name, now, before)
  }

  private async probeOf(server: WatchedServer): Promise<Probe> {
    const known = this.probes.get(server.name)
    if (known?.isOpen) return known
    const probe = await server.ask()
    if (this.isOver) probe.close()
    this.probes.set(server.name, probe)
    return probe
  }
}

/** Whether a server says that a key is its own to serve. */
export function servesKey({ cluster }: Status, key: Bytes): boolean {
  if (!cluster) return true
  const slot = keySlot(key)
  return cluster.slots.some(([first, last]) => slot >= first && slot <= last)
}

async function read(probe: Probe, isCluster: boolean): Promise<Status> {
  const [info, nodes, cluster] = await Promise.all([
    probe.text('INFO'),
    isCluster ? probe.text('CLUSTER', 'NODES') : '',
    isCluster ? probe.text('CLUSTER', 'INFO') : '',
  ])
  const valueOf = (text: string, name: string) => new RegExp(`^${name}:(.*)`, 'm').exec(text)?.[1]?.trim() ?? ''
  const role = valueOf(info, 'role') === 'slave' ? 'replica' : 'primary'
  const keys = [...info.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
  return {
    isAnswering: true,
    role,
    follows: role === 'replica' ? `${valueOf(info, 'master_host')}:${valueOf(info, 'master_port')}` : undefined,
    isLinkUp: valueOf(info, 'master_link_status') === 'up',
    offset: Number(valueOf(info, role === 'replica' ? 'slave_repl_offset' : 'master_repl_offset')) || 0,
    clients: Number(valueOf(info, 'connected_clients')) || 0,
    operationsPerSecond: Number(valueOf(info, 'instantaneous_ops_per_sec')) || 0,
    keys,
    cluster: isCluster
      ? readCluster(nodes, valueOf(cluster, 'cluster_state'), valueOf(cluster, 'cluster_current_epoch'))
      : undefined,
  }
}

/** From CLUSTER NODES what a node says of itself: `id ip:port@bus myself,master - 0 0 epoch connected 0-5460`. */
function readCluster(nodes: string, state: string, currentEpoch: string): ClusterStatus {
  const line = nodes.split('\n').find((one) => one.includes('myself')) ?? ''
  const [id = '', , , , , , epoch = '0', , ...ranges] = line.trim().split(' ')
  const slots = ranges
    .filter((range) => /^\d/.test(range))
    .map((range) => range.split('-').map(Number))
    .map(([first, last = first]) => [first!, last!] as const)
  return { id, isOk: state === 'ok', epoch: Number(epoch), currentEpoch: Number(currentEpoch), slots }
}
