/** What an operator can do to a deployment, to whom, and why not. Pure: the menus and buttons ask here. */
import type { DeploymentView, NodeView } from '../../../shared/deployment-view'
import type { TopologyChange } from '../../../shared/faults'
import { shardsOf, slotCount, SLOTS } from './shards'

/** A word of the messages `topology.actions`, the change that it stands for, and why it cannot be done, '' where it can. */
export interface TopologyAction {
  readonly name: string
  /** Whom the words name. */
  readonly node: string
  readonly change: TopologyChange
  readonly reason: string
}

/** What can be added: to whom it belongs is chosen with it. */
export function additions(view: DeploymentView): TopologyAction[] {
  const replicaOf = shardsOf(view).map(({ primary: { name, state } }) =>
    action('addReplica', name, { kind: 'add-node', replicaOf: name }, state === 'down' ? 'down' : ''),
  )
  if (view.topology === 'cluster') {
    const isAlone = view.nodes.every(({ state }) => state === 'down')
    return [action('addPrimary', '', { kind: 'add-node' }, isAlone ? 'allDown' : ''), ...replicaOf]
  }
  return [...replicaOf, action('addSentinel', '', { kind: 'add-sentinel' })]
}

/** What concerns the whole deployment. */
export function generalActions(view: DeploymentView): TopologyAction[] {
  const primaries = view.nodes.filter(({ role, state }) => role === 'primary' && state !== 'down')
  const restart = action('rollingRestart', '', { kind: 'rolling-restart' }, anyDown(view))
  if (view.topology !== 'cluster') return [restart]
  const even = primaries.length < 2 ? 'onePrimary' : isEven(primaries) ? 'even' : ''
  return [action('rebalance', '', { kind: 'rebalance' }, even), restart]
}

/** What can be done to one node. */
export function nodeActions(view: DeploymentView, node: NodeView): TopologyAction[] {
  const remove = action('remove', node.name, { kind: 'remove-node', node: node.name }, againstRemoval(view, node))
  if (node.role === 'sentinel') return [remove]
  const failover = (how: 'default' | 'force' | 'takeover', reason: string) =>
    action(`failover_${how}`, node.name, { kind: 'failover', replica: node.name, how }, reason)
  const notReplica = node.role !== 'replica' ? 'notReplica' : node.state !== 'running' ? 'notRunning' : ''
  const primary = view.nodes.find(({ name }) => name === node.primary)
  const primaryDown = primary?.state === 'running' ? '' : 'primaryDown'
  const add = action('addReplicaHere', node.name, { kind: 'add-node', replicaOf: node.name }, againstFollowing(node))
  if (view.topology !== 'cluster') return [failover('default', notReplica || primaryDown), add, remove]
  return [
    failover('default', notReplica || primaryDown),
    failover('force', notReplica),
    failover('takeover', notReplica),
    add,
    remove,
  ]
}

function action(name: string, node: string, change: TopologyChange, reason = ''): TopologyAction {
  return { name, node, change, reason }
}

function againstFollowing({ role, state }: NodeView): string {
  if (role !== 'primary') return 'notPrimary'
  return state === 'down' ? 'down' : ''
}

function againstRemoval(view: DeploymentView, node: NodeView): string {
  if (node.role !== 'primary') return ''
  if (view.topology !== 'cluster') return 'leads'
  const owns = (node.cluster?.slots.length ?? 0) > 0
  if (!owns) return ''
  if (node.state !== 'running') return 'ownsAndDown'
  const others = view.nodes.filter(
    ({ name, role, state }) => name !== node.name && role === 'primary' && state !== 'down',
  )
  return others.length === 0 ? 'lastPrimary' : ''
}

function anyDown(view: DeploymentView): string {
  return view.nodes.some(({ state }) => state !== 'running') ? 'someDown' : ''
}

function isEven(primaries: readonly NodeView[]): boolean {
  const counts = primaries.map(({ cluster }) => slotCount(cluster?.slots ?? []))
  return Math.max(...counts) - Math.min(...counts) <= 1
}

/** Primaries that slots can be moved to. */
export function slotTargets(view: DeploymentView): readonly NodeView[] {
  return view.nodes.filter(({ role, state }) => role === 'primary' && state === 'running')
}

/** Why slots cannot be moved at all. */
export function againstMoving(view: DeploymentView): string {
  if (view.topology !== 'cluster') return 'noSlots'
  return slotTargets(view).length < 2 ? 'onePrimary' : ''
}

const USUAL_COUNT = 100

/** What the form proposes: the first slots of whoever has the most, to whoever has the fewest, or to whom is asked for. */
export function usualMove(view: DeploymentView, wanted?: string): { first: number; last: number; to: string } {
  const byCount = [...slotTargets(view)].sort((a, b) => countOf(a) - countOf(b))
  const to = byCount.find(({ name }) => name === wanted) ?? byCount[0]
  const from = byCount.findLast(({ name }) => name !== to?.name)
  const [first, last] = from?.cluster?.slots[0] ?? [0, 0]
  return { first, last: Math.min(last, first + USUAL_COUNT - 1), to: to?.name ?? '' }
}

function countOf({ cluster }: NodeView): number {
  return slotCount(cluster?.slots ?? [])
}

/** Why a range of slots is none, as a word of the messages; '' where it is one. */
export function againstRange(first: number, last: number): string {
  const isSlot = (slot: number) => Number.isInteger(slot) && slot >= 0 && slot < SLOTS
  if (!isSlot(first) || !isSlot(last)) return 'range'
  return first > last ? 'order' : ''
}

/** A change in the words of a scenario: what the button does, to be written down. */
export function changeText(change: TopologyChange): string {
  switch (change.kind) {
    case 'add-node':
      return change.replicaOf === undefined ? 'add-node: {}' : `add-node: { replica-of: ${change.replicaOf} }`
    case 'add-sentinel':
      return 'add-sentinel: {}'
    case 'remove-node':
      return `remove-node: ${change.node}`
    case 'move-slots':
      return `move-slots: { slots: [${change.slots.map((range) => `[${range.join(', ')}]`).join(', ')}], to: ${change.to} }`
    case 'rebalance':
      return 'rebalance: slots'
    case 'failover': {
      const how = change.how === 'default' ? '' : `, how: ${change.how}`
      return `failover: { to: ${change.replica}${how} }`
    }
    case 'rolling-restart':
      return 'rolling-restart: all'
  }
}

/** What a job is about, as values for the messages `topology.jobs`. */
export function jobValues(change: TopologyChange): { readonly node: string; readonly slots: string } {
  const slots = change.kind === 'move-slots' ? change.slots.map((range) => [...new Set(range)].join('-')).join(' ') : ''
  switch (change.kind) {
    case 'add-node':
      return { node: change.replicaOf ?? '', slots }
    case 'remove-node':
      return { node: change.node, slots }
    case 'move-slots':
      return { node: change.to, slots }
    case 'failover':
      return { node: change.replica, slots }
    default:
      return { node: '', slots }
  }
}

/** A word of the messages `topology.jobs`. */
export function jobName(change: TopologyChange): string {
  return change.kind === 'add-node' && change.replicaOf !== undefined ? 'add-replica' : change.kind
}
