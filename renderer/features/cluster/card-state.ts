/** What a node's card says, from the deployment as it is. Pure. */
import type { DeploymentView, NodeView } from '../../../shared/deployment-view'
import { isAgreedDown, isSuspected } from './shards'

export type CardTone = 'plain' | 'break' | 'wait' | 'route'

export interface CardState {
  /** Of the messages `cluster.states`, or of `cluster.roles` when all is well. */
  readonly chip: string
  readonly tone: CardTone
  /** How long nobody who runs has heard of it, in ms; null while it answers, and where nobody tells. */
  readonly silentMs: number | null
}

/** Shorter silences are what lies between two pings. */
const SILENT_MS = 1500

export function cardState(view: DeploymentView, node: NodeView, isCandidate: boolean): CardState {
  const silentMs = silenceOf(view, node)
  const isFailed = isAgreedDown(view, node.name)
  const plain = { silentMs }
  if (node.state === 'down') return { ...plain, chip: isFailed ? 'downFail' : 'down', tone: 'break' }
  if (isCandidate) return { ...plain, chip: 'candidate', tone: 'route' }
  if (isFailed) return { ...plain, chip: 'fail', tone: 'break' }
  if (node.state === 'paused') return { ...plain, chip: 'paused', tone: 'wait' }
  if (isSuspected(view, node.name)) return { ...plain, chip: 'pfail', tone: 'wait' }
  return { ...plain, chip: node.role, tone: 'plain', silentMs: null }
}

/** The shortest time that any other running node has gone without a PONG of it, each by its own clock. */
export function silenceOf(view: DeploymentView, node: NodeView): number | null {
  const ages = view.nodes.flatMap((other) => {
    if (other.name === node.name || other.state !== 'running') return []
    const belief = other.cluster?.beliefs.find((one) => one.node === node.name)
    return belief && belief.pongReceivedMs > 0 ? [other.unixMs - belief.pongReceivedMs] : []
  })
  const shortest = Math.min(...ages)
  return ages.length > 0 && shortest >= SILENT_MS ? shortest : null
}

/** Points of a sparkline in a box, the newest at its right edge. */
export function sparkline(samples: readonly number[], width: number, height: number): string {
  const highest = Math.max(1, ...samples)
  const step = width / Math.max(1, samples.length - 1)
  return samples
    .map((value, index) => {
      const x = Math.round(index * step * 10) / 10
      const y = Math.round((height - 1 - (value / highest) * (height - 3)) * 10) / 10
      return `${index === 0 ? 'M' : 'L'}${x} ${y}`
    })
    .join('')
}
