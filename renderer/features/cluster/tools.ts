/** The tools of the Break tray: what each needs, where it applies, and the fault that comes of it. Pure. */
import type { NodeView } from '../../../shared/deployment-view'
import type { Fault } from '../../../shared/faults'

export const toolNames = [
  'kill',
  'power',
  'stop',
  'pause',
  'restart',
  'cut',
  'delay',
  'drop',
  'flight',
  'partition',
  'fill-disk',
  'slow-disk',
  'skew',
] as const
export type ToolName = (typeof toolNames)[number]

/** What a tool is aimed at: a node, two machines, or sides of several. */
export type Aim = 'node' | 'link' | 'sides'

export interface Tool {
  readonly name: ToolName
  /** After `B`. */
  readonly letter: string
  readonly aim: Aim
  /** Whether what it does lasts, so that it may end by itself. */
  readonly lasts: boolean
}

export const tools: readonly Tool[] = [
  { name: 'kill', letter: 'K', aim: 'node', lasts: true },
  { name: 'power', letter: 'W', aim: 'node', lasts: true },
  { name: 'stop', letter: 'S', aim: 'node', lasts: true },
  { name: 'pause', letter: 'P', aim: 'node', lasts: true },
  { name: 'restart', letter: 'R', aim: 'node', lasts: false },
  { name: 'cut', letter: 'C', aim: 'link', lasts: true },
  { name: 'delay', letter: 'D', aim: 'link', lasts: true },
  { name: 'drop', letter: 'X', aim: 'link', lasts: false },
  { name: 'flight', letter: 'M', aim: 'link', lasts: true },
  { name: 'partition', letter: 'N', aim: 'sides', lasts: true },
  { name: 'fill-disk', letter: 'F', aim: 'node', lasts: true },
  { name: 'slow-disk', letter: 'L', aim: 'node', lasts: true },
  { name: 'skew', letter: 'J', aim: 'node', lasts: false },
]

export const toolOf = (name: ToolName): Tool => tools.find((tool) => tool.name === name)!

/** What can be done to the next message on a link. */
export const tricks = ['hold', 'drop', 'duplicate', 'reorder'] as const
export type Trick = (typeof tricks)[number]

export interface FaultSettings {
  /** Seconds after which it ends by itself; 0 for never. */
  readonly endsS: number
  readonly isOneWay: boolean
  /** Of a single message. */
  readonly trick: Trick
  readonly delayMs: number
  readonly jitterMs: number
  /** Kilobytes a second; 0 for as much as there is. */
  readonly bandwidthKb: number
  readonly syncMs: number
  readonly skew: 'jump' | 'drift'
  readonly jumpMs: number
  readonly driftPpm: number
  /** Restart with an empty disk. */
  readonly wipe: boolean
}

export const defaultSettings: FaultSettings = {
  endsS: 0,
  isOneWay: false,
  trick: 'hold',
  delayMs: 40,
  jitterMs: 0,
  bandwidthKb: 0,
  syncMs: 100,
  skew: 'jump',
  jumpMs: 5000,
  driftPpm: 10_000,
  wipe: false,
}

/** Whether what a tool does may end by itself: what is over at once does not, nor does what waits for its message. */
export function mayEnd(tool: ToolName, settings: FaultSettings): boolean {
  if (tool === 'skew') return settings.skew === 'drift'
  if (tool === 'flight') return settings.trick === 'hold'
  return toolOf(tool).lasts
}

/** Whether a tool for links is for one direction only. */
export function isOneWay(tool: ToolName, settings: FaultSettings): boolean {
  return tool === 'flight' || ((tool === 'cut' || tool === 'delay') && settings.isOneWay)
}

/** Why a tool cannot be used on a node as it is, as a key of the messages; null where it can. */
export function reasonAgainst(tool: ToolName, node: NodeView): string | null {
  switch (tool) {
    case 'kill':
    case 'power':
    case 'stop':
      return node.state === 'down' ? 'down' : null
    case 'pause':
      return node.state === 'down' ? 'down' : node.state === 'paused' ? 'paused' : null
    case 'restart':
      return node.state === 'running' ? 'running' : null
    case 'fill-disk':
      return node.isDiskFull ? 'full' : null
    default:
      return null
  }
}

/** Why a tool cannot be used at all at present: nobody is in a state for it. */
export function reasonAgainstAll(tool: ToolName, nodes: readonly NodeView[]): string | null {
  if (toolOf(tool).aim !== 'node') return null
  const reasons = nodes.map((node) => reasonAgainst(tool, node))
  return reasons.length > 0 && reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null
}

export interface Targets {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** The fault of a tool on its targets; null for a restart, which is no fault, and while targets are missing. */
export function faultOf(tool: ToolName, { from, to }: Targets, settings: FaultSettings): Fault | null {
  if (from.length === 0) return null
  const nodes = [...from]
  const link = { from: [...from], to: [...to] }
  if (toolOf(tool).aim !== 'node' && to.length === 0) return null
  switch (tool) {
    case 'kill':
    case 'power':
    case 'stop':
    case 'pause':
    case 'fill-disk':
      return { kind: tool, nodes }
    case 'restart':
      return null
    case 'cut':
      return { kind: 'cut', ...link, oneWay: settings.isOneWay }
    case 'delay':
      return {
        kind: 'delay',
        ...link,
        delayUs: settings.delayMs * 1000,
        jitterUs: settings.jitterMs * 1000,
        bytesPerSecond: settings.bandwidthKb * 1000,
        oneWay: settings.isOneWay,
      }
    case 'drop':
      return { kind: 'drop', ...link }
    case 'flight':
      return { kind: 'flight', from: from[0]!, to: to[0]!, what: settings.trick }
    case 'partition':
      return { kind: 'partition', groups: [link.from, link.to] }
    case 'slow-disk':
      return { kind: 'slow-disk', nodes, syncUs: settings.syncMs * 1000 }
    case 'skew':
      return settings.skew === 'jump'
        ? { kind: 'jump-clock', nodes, byUs: settings.jumpMs * 1000 }
        : { kind: 'drift', nodes, ppm: settings.driftPpm }
  }
}

/** A fault in the words of a scenario, as `kill: node-2`: what the button does, to be written down. */
export function faultText(fault: Fault, forS: number): string {
  const list = (names: readonly string[]) => (names.length === 1 ? names[0]! : `[${names.join(', ')}]`)
  const ends = forS > 0 ? `, for: ${forS}s` : ''
  switch (fault.kind) {
    case 'cut':
      return `{ cut: ${list(fault.from)}, from: ${list(fault.to)}${fault.oneWay ? ', one-way: true' : ''}${ends} }`
    case 'delay': {
      const jitter = fault.jitterUs > 0 ? `, jitter: ${fault.jitterUs / 1000}ms` : ''
      const bandwidth = fault.bytesPerSecond > 0 ? `, bandwidth: ${fault.bytesPerSecond}` : ''
      const oneWay = fault.oneWay ? ', one-way: true' : ''
      const by = `, by: ${fault.delayUs / 1000}ms`
      return `{ delay: ${list(fault.from)}, from: ${list(fault.to)}${by}${jitter}${bandwidth}${oneWay}${ends} }`
    }
    case 'drop':
      return `{ drop: ${list(fault.from)}, from: ${list(fault.to)} }`
    case 'partition':
      return `{ partition: [${fault.groups.map((group) => `[${group.join(', ')}]`).join(', ')}]${ends} }`
    case 'slow-disk':
      return `{ slow-disk: ${list(fault.nodes)}, by: ${fault.syncUs / 1000}ms${ends} }`
    case 'jump-clock':
      return `{ jump-clock: ${list(fault.nodes)}, by: ${fault.byUs / 1000}ms }`
    case 'drift':
      return `{ drift: ${list(fault.nodes)}, ppm: ${fault.ppm}${ends} }`
    case 'flight':
      return `{ ${fault.what === 'drop' ? 'lose' : fault.what}: ${fault.to}, from: ${fault.from}${ends} }`
    default:
      return `{ ${fault.kind}: ${list(fault.nodes)}${ends} }`
  }
}
