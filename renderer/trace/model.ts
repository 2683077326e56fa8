/** What is true at the trace's newest event: who is there, connected to what, and what went between them. */
import type { EventFamily, TraceEvent } from '../../shared/trace/event-types'
import { Density } from './density'
import { createLedger, type Ledger } from '../../shared/trace/ledger'
import type { Redirects } from './incidents'
import { RateWindow } from './rates'

export type BindingKind = 'publish' | 'channel' | 'pattern' | 'sharded'

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
  failedReplies: number
  /** What it says by itself, so that its removal can be undone in full. */
  readonly speech: { readonly rate: number; readonly message: string }
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
  readonly nodes: Map<string, NodeModel>
  readonly flows: Map<string, Flow>
  readonly ledger: Ledger
  /** Commands from an actor to a node, by `trafficKey`. */
  readonly traffic: Map<string, RateWindow>
  /** What happened to the deployment, the oldest first. */
  readonly incidents: TraceEvent[]
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
    nodes: new Map(),
    flows: new Map(),
    ledger: createLedger(),
    traffic: new Map(),
    incidents: [],
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
