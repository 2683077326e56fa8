/** A failover as the engine tells it, and deployments to look at. For tests only. */
import { BatchWriter, unpackBatch } from '../../../shared/trace/batch'
import type { Belief, DeploymentView, NodeView } from '../../../shared/deployment-view'
import type { EventInput, TraceEvent } from '../../../shared/trace/event-types'

export function eventsOf(inputs: readonly (readonly [ms: number, event: EventInput])[]): TraceEvent[] {
  const writer = new BatchWriter(1)
  inputs.forEach(([ms, event], index) => writer.add(index + 1, ms * 1000, event))
  return unpackBatch(writer.take(0))
}

/** node-2 is killed; node-5, which follows it, is elected in its place. */
export const failoverInputs: readonly (readonly [ms: number, event: EventInput])[] = [
  [0, { type: 'node.started', node: 'node-2', role: 'primary', address: '127.0.0.1:7002' }],
  [3000, { type: 'input.applied', call: 'fault.apply', params: '{}' }],
  [3000, { type: 'node.killed', node: 'node-2', why: 'killed', cause: 2 }],
  [4300, { type: 'node.suspected', node: 'node-3', about: 'node-2', cause: 3 }],
  [4500, { type: 'node.suspected', node: 'node-1', about: 'node-2', cause: 3 }],
  [4600, { type: 'node.failed', node: 'node-1', about: 'node-2', reports: 2, needed: 2, cause: 5 }],
  [4601, { type: 'node.failed', node: 'node-3', about: 'node-2', reports: 0, needed: 0, cause: 6 }],
  [4601, { type: 'node.state', node: 'node-3', state: 'fail', why: 'a slot is not served' }],
  [4700, { type: 'election.scheduled', node: 'node-5', fixedMs: 500, randomMs: 333, rank: 0, offset: 10, cause: 6 }],
  [5600, { type: 'election.started', node: 'node-5', epoch: 4, needed: 2, cause: 9 }],
  [5602, { type: 'vote.granted', node: 'node-3', to: 'node-5', epoch: 4, cause: 10 }],
  [5603, { type: 'vote.denied', node: 'node-6', to: 'node-5', epoch: 4, why: 'it is a replica', cause: 10 }],
  [5604, { type: 'vote.counted', node: 'node-5', from: 'node-3', epoch: 4, votes: 1, needed: 2, cause: 11 }],
  [5605, { type: 'vote.granted', node: 'node-1', to: 'node-5', epoch: 4, cause: 10 }],
  [5606, { type: 'vote.counted', node: 'node-5', from: 'node-1', epoch: 4, votes: 2, needed: 2, cause: 14 }],
  [5606, { type: 'election.won', node: 'node-5', epoch: 4, votes: 2, cause: 15 }],
  [5606, { type: 'node.promoted', node: 'node-5', epoch: 4, inPlaceOf: 'node-2', cause: 16 }],
  [
    5606,
    { type: 'slots.moved', node: 'node-5', slots: '5461-10922', from: 'node-2', to: 'node-5', epoch: 4, cause: 17 },
  ],
  [
    5608,
    { type: 'slots.moved', node: 'node-1', slots: '5461-10922', from: 'node-2', to: 'node-5', epoch: 4, cause: 17 },
  ],
  [5608, { type: 'node.state', node: 'node-3', state: 'ok', why: 'all slots are served' }],
]

/** All but what only says who caused it. */
export function failoverIncidents(until = Infinity): TraceEvent[] {
  return eventsOf(failoverInputs).filter(({ type, t }) => type !== 'input.applied' && t <= until * 1000)
}

type Change = Partial<Omit<NodeView, 'cluster'>> & { readonly slots?: [number, number][]; readonly epoch?: number }

const slotsOf: readonly [number, number][] = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
]

/** node-1 to node-3 are primaries, node-4 to node-6 follow them in this order. */
export function clusterView(changes: Readonly<Record<string, Change>> = {}): DeploymentView {
  const nodes = Array.from({ length: 6 }, (_, index): NodeView => {
    const name = `node-${index + 1}`
    const isPrimary = index < 3
    const { slots, epoch, ...change } = changes[name] ?? {}
    return {
      name,
      host: '127.0.0.1',
      port: 7001 + index,
      state: 'running',
      role: isPrimary ? 'primary' : 'replica',
      primary: isPrimary ? null : `node-${index - 2}`,
      link: isPrimary ? 'none' : 'up',
      offset: 100,
      behindBytes: isPrimary ? null : 0,
      keys: 3,
      clients: 1,
      operationsPerSecond: 10,
      unixMs: 1_000_000,
      clockErrorUs: 0,
      isDiskFull: false,
      cluster: {
        id: String(index).repeat(40),
        state: 'ok',
        currentEpoch: 3,
        configEpoch: epoch ?? (isPrimary ? index + 1 : 0),
        slots: slots ?? (isPrimary ? [slotsOf[index]!] : []),
        migrating: [],
        importing: [],
        beliefs: [],
      },
      ...change,
    }
  })
  return { topology: 'cluster', nowUs: 0, nodes, named: [], faults: [], slotMaps: [], jobs: [], jobFailure: null }
}

export function belief(node: string, part: Partial<Belief> = {}): Belief {
  return {
    node,
    flags: ['master'],
    primary: null,
    slots: [],
    configEpoch: 1,
    isConnected: true,
    pingSentMs: 0,
    pongReceivedMs: 999_900,
    ...part,
  }
}

/** Gives a node of a view its beliefs. */
export function believing(view: DeploymentView, name: string, beliefs: Belief[]): DeploymentView {
  const nodes = view.nodes.map((node) =>
    node.name === name ? { ...node, cluster: { ...node.cluster!, beliefs } } : node,
  )
  return { ...view, nodes }
}
