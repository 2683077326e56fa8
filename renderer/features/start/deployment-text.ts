/** A scenario made of what the start view's form says: a deployment of any shape, and perhaps somebody who writes to it. */
export const topologies = ['standalone', 'replicated', 'cluster'] as const
export type Topology = (typeof topologies)[number]

export interface DeploymentChoice {
  readonly topology: Topology
  readonly primaries: number
  /** Of each primary. */
  readonly replicas: number
  readonly sentinels: number
  readonly nodeTimeoutMs: number
  readonly latencyMinMs: number
  readonly latencyMaxMs: number
  readonly seed: number
  readonly hasWriter: boolean
}

export const usualChoice: DeploymentChoice = {
  topology: 'cluster',
  primaries: 3,
  replicas: 1,
  sentinels: 3,
  nodeTimeoutMs: 2000,
  latencyMinMs: 1,
  latencyMaxMs: 3,
  seed: 7,
  hasWriter: true,
}

/** The least and the most of each number of the form. */
export const bounds = {
  primaries: [1, 20],
  replicas: [0, 5],
  sentinels: [0, 9],
  nodeTimeoutMs: [100, 60_000],
  latencyMinMs: [0, 1000],
  latencyMaxMs: [0, 1000],
  seed: [0, 0xffffffff],
} as const satisfies Partial<Record<keyof DeploymentChoice, readonly [number, number]>>
export type ChoiceNumber = keyof typeof bounds

/** The numbers that a topology has a use for. */
export function numbersOf(topology: Topology): readonly ChoiceNumber[] {
  const shape: Readonly<Record<Topology, readonly ChoiceNumber[]>> = {
    standalone: [],
    replicated: ['replicas', 'sentinels'],
    cluster: ['primaries', 'replicas', 'nodeTimeoutMs'],
  }
  return [...shape[topology], 'latencyMinMs', 'latencyMaxMs', 'seed']
}

/** A number of the form that cannot be. */
export function isWrong(choice: DeploymentChoice, name: ChoiceNumber): boolean {
  const [least, most] = bounds[name]
  const value = choice[name]
  if (name === 'latencyMaxMs' && value < choice.latencyMinMs) return true
  const isWhole = name === 'latencyMinMs' || name === 'latencyMaxMs' || Number.isInteger(value)
  return !isWhole || !(value >= least && value <= most)
}

export function scenarioText(choice: DeploymentChoice, name: string, say: string): string {
  const { topology, primaries, replicas, sentinels, nodeTimeoutMs, latencyMinMs, latencyMaxMs } = choice
  const latency =
    latencyMinMs === latencyMaxMs ? `latency: ${latencyMinMs}ms` : `latency: ${latencyMinMs}ms..${latencyMaxMs}ms`
  const shape: Readonly<Record<Topology, string>> = {
    standalone: '',
    replicated: `, replicas: ${replicas}, sentinels: ${sentinels}`,
    cluster: `, primaries: ${primaries}, replicas: ${replicas}, config: { cluster-node-timeout: "${nodeTimeoutMs}" }`,
  }
  const writer = '  shop: { role: client, command: "INCR orders:{eu}", rate: 20/s }'
  return [
    'eventyard: 1',
    `name: ${JSON.stringify(name)}`,
    `seed: ${choice.seed}`,
    `deployment: { topology: ${topology}${shape[topology]}, ${latency} }`,
    ...(choice.hasWriter ? ['actors:', writer] : ['actors: {}']),
    'steps:',
    `  - { at: 0s, ${choice.hasWriter ? 'start: all, ' : ''}say: ${JSON.stringify(say)} }`,
    '',
  ].join('\n')
}
