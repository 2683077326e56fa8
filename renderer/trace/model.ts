/** What is true at the trace's newest event: who is there, connected to what, and what went between them. */
import type { EventFamily, QueueKind, TraceEvent } from '../../shared/trace/event-types'
import { Density } from './density'
import { createLedger, type Ledger } from '../../shared/trace/ledger'
import type { Redirects } from './incidents'
import { RateWindow } from './rates'

export type BindingKind = 'publish' | 'channel' | 'pattern' | 'sharded' | 'add' | 'take' | 'move'

/** Whether a binding is to a queue, and not to a channel. */
export function isQueueBinding(kind: string): boolean {
  return kind === 'add' || kind === 'take' || kind === 'move'
}

/** Channels on which a node tells of its keys. Nobody means to miss what nobody listens to there. */
export function isKeyEventChannel(name: string): boolean {
  return name.startsWith('__keyspace@') || name.startsWith('__keyevent@')
}

export interface Binding {
  readonly kind: BindingKind
  readonly resource: string
}

export type LinkState = 'none' | 'open' | 'retrying' | 'closed' | 'failed'

export interface ActorModel {
  readonly name: string
  role: string
  readonly sinceUs: number
  hasLeft: boolean
  link: LinkState
  /** Why the connection is not open, in the words of the trace. */
  why: string
  linkSinceUs: number
  attempt: number
  delayMs: number
  connection: number
  node: string
  address: string
  /** All that are open, by number, with the node that each leads to: a cluster's client has several. */
  readonly connections: Map<number, string>
  /** What it means to do, connected or not, by `kind:resource`. */
  readonly bound: Map<string, Binding>
  /** What a node has confirmed. */
  readonly open: Map<string, Binding>
  commands: number
  /** How often it fired, where it is a trigger. */
  fired: number
  failedReplies: number
  /** What it says by itself, so that its removal can be undone in full. */
  readonly speech: { readonly rate: number; readonly message: string }
  /** Since when its process stands still, -1 while it does not. */
  pausedUs: number
  /** When and why its process was killed, until it is started again. */
  killed: { readonly t: number; readonly why: string } | null
  /** Taken out of the run by hand: it does not come back. */
  isRemoved: boolean
  /** The commands by which it was seen to take jobs, and to add them. */
  readonly verbs: { take: string; add: string }
}

/** A queue of any kind, as the trace tells of it. */
export interface QueueModel {
  readonly name: string
  readonly kind: QueueKind
  readonly sinceUs: number
  /** Who has which job in hand, by group; the empty name for queues without groups. */
  readonly groups: Map<string, GroupModel>
  /** Whether jobs that were given up come here. */
  isDead: boolean
}

export interface GroupModel {
  readonly name: string
  /** Its holder, by the job's id: what was taken and not acknowledged yet. */
  readonly holders: Map<string, { actor: string; takenUs: number; attempt: number; place: string }>
  /** How many each holder has. */
  readonly pending: Map<string, number>
}

export interface ChannelModel {
  readonly name: string
  readonly sinceUs: number
}

export interface NodeModel {
  readonly name: string
  role: string
  address: string
  isUp: boolean
  /** Taken out of the deployment for good. */
  isGone: boolean
  why: string
}

/** What passes along one edge of the graph. */
export interface Flow {
  readonly rate: RateWindow
  count: number
  lost: number
  lastLossWhy: string
  lastLossUs: number
}

export interface StepModel {
  readonly step: number
  readonly text: string
  readonly startedUs: number
  isOver: boolean
}

export interface ExpectationModel {
  readonly seq: number
  readonly isPassed: boolean
  readonly expression: string
  readonly actual: string
  readonly t: number
}

export interface Model {
  scenario: string
  seed: number
  nowUs: number
  readonly actors: Map<string, ActorModel>
  readonly channels: Map<string, ChannelModel>
  readonly queues: Map<string, QueueModel>
  readonly nodes: Map<string, NodeModel>
  readonly flows: Map<string, Flow>
  readonly ledger: Ledger
  /** Why jobs were lost or handled twice, and how often, by `type why`. */
  readonly jobReasons: Map<string, number>
  /** Commands from an actor to a node, by `trafficKey`. */
  readonly traffic: Map<string, RateWindow>
  /** What happened to the deployment, the oldest first. */
  readonly incidents: TraceEvent[]
  /** Actors that were paused, killed, started again: the oldest first. */
  readonly absences: TraceEvent[]
  /** Since the last fault, by actor. */
  readonly redirects: Map<string, Redirects>
  readonly steps: StepModel[]
  readonly expectations: ExpectationModel[]
  script: { passed: number; failed: number; t: number } | null
  ended: string | null
  readonly families: Record<EventFamily, number>
  readonly density: Density
  /** Goes up whenever something other than a count has changed: who is there, what is bound, what is connected. */
  structure: number
}

export function newModel(): Model {
  return {
    scenario: '',
    seed: 0,
    nowUs: 0,
    actors: new Map(),
    channels: new Map(),
    queues: new Map(),
    nodes: new Map(),
    flows: new Map(),
    ledger: createLedger(),
    jobReasons: new Map(),
    traffic: new Map(),
    incidents: [],
    absences: [],
    redirects: new Map(),
    steps: [],
    expectations: [],
    script: null,
    ended: null,
    families: { send: 0, arrive: 0, wait: 0, break: 0, route: 0, react: 0, plain: 0 },
    density: new Density(),
    structure: 0,
  }
}

export function bindingKey(kind: string, resource: string): string {
  return `${kind}:${resource}`
}

/** Edges are named by what they join, so that an event finds its edge without a search. NUL is in no actor's name. */
export function publishEdge(actor: string, channel: string): string {
  return `p\0${actor}\0${channel}`
}

export function deliveryEdge(channel: string, actor: string, pattern: string): string {
  return `d\0${channel}\0${actor}\0${pattern}`
}

/** What an actor does with a queue: the kinds of edges between them. */
export type JobEdgeKind = 'add' | 'take' | 'retry' | 'dead' | 'fire' | 'act'

export function jobEdge(kind: JobEdgeKind, actor: string, queue: string): string {
  return `${kind}\0${actor}\0${queue}`
}

/** NUL is in nobody's name. */
export function trafficKey(actor: string, node: string): string {
  return `${actor}\0${node}`
}

export function flowOf(model: Model, edge: string): Flow {
  let flow = model.flows.get(edge)
  if (!flow) {
    flow = { rate: new RateWindow(), count: 0, lost: 0, lastLossWhy: '', lastLossUs: -1 }
    model.flows.set(edge, flow)
  }
  return flow
}
