/**
 * Who owns what, as the newest claim says: nodes may disagree, and the claim with the highest epoch is the one that all of
 * them will follow in the end. From it come the columns of the Cluster view: a shard is a primary with those who follow it
 * and those whom it has replaced.
 */
import type { DeploymentView, NodeView } from '../../../shared/deployment-view'

export const SLOTS = 16_384
/** So many fills and patterns tell owners apart; more shards begin anew. */
export const OWNER_LOOKS = 6

export interface Shard {
  /** 1 to `OWNER_LOOKS`. */
  readonly look: number
  readonly primary: NodeView
  /** Everybody else in its column: replicas, and primaries that lost their slots. */
  readonly others: readonly NodeView[]
}

export interface SlotRange {
  readonly first: number
  readonly last: number
  /** Null where nobody has them. */
  readonly owner: NodeView | null
  readonly isServed: boolean
}

/** The slots from 0 to the last in ranges of one owner each. */
export function slotRanges(view: DeploymentView): SlotRange[] {
  const owners = new Array<NodeView | null>(SLOTS).fill(null)
  for (const node of claimants(view)) {
    for (const [first, last] of node.cluster!.slots) owners.fill(node, first, last + 1)
  }
  const ranges: SlotRange[] = []
  for (let first = 0; first < SLOTS;) {
    const owner = owners[first]!
    let last = first
    while (last + 1 < SLOTS && owners[last + 1] === owner) last++
    ranges.push({ first, last, owner, isServed: owner !== null && servesSlots(view, owner) })
    first = last + 1
  }
  return ranges
}

/** A node that is up, and that does not itself say that the cluster is down. */
function servesSlots(view: DeploymentView, node: NodeView): boolean {
  return node.state === 'running' && node.cluster?.state === 'ok' && !isAgreedDown(view, node.name)
}

/** Whether some node that runs holds another to have failed. */
export function isAgreedDown(view: DeploymentView, name: string): boolean {
  return believers(view, name).some(({ flags }) => flags.includes('fail'))
}

/** Whether some node that runs gets no answer from another. */
export function isSuspected(view: DeploymentView, name: string): boolean {
  return believers(view, name).some(({ flags }) => flags.includes('fail?'))
}

function believers(view: DeploymentView, about: string) {
  return view.nodes.flatMap((node) =>
    node.state === 'running' && node.name !== about && node.cluster
      ? node.cluster.beliefs.filter((belief) => belief.node === about)
      : [],
  )
}

/** Primaries that claim slots, the newest claim last, so that it is the one that counts. */
function claimants(view: DeploymentView): NodeView[] {
  return view.nodes
    .filter(({ role, cluster }) => role === 'primary' && (cluster?.slots.length ?? 0) > 0)
    .sort((a, b) => a.cluster!.configEpoch - b.cluster!.configEpoch)
}

/** The columns of the view, in the order of their slots, or of their names where there are none. */
export function shardsOf(view: DeploymentView): Shard[] {
  const byName = new Map(view.nodes.map((node) => [node.name, node]))
  const owned = new Map<string, number>()
  for (const { first, owner } of slotRanges(view)) {
    if (owner && !owned.has(owner.name)) owned.set(owner.name, first)
  }
  const members = view.nodes.filter(({ role }) => role !== 'sentinel')
  const leaders = view.topology === 'cluster' ? clusterLeaders(members, owned) : replicatedLeaders(members)
  const columns = new Map(leaders.map((leader) => [leader.name, [] as NodeView[]]))
  for (const node of members) {
    if (!columns.has(node.name)) columns.get(leaderOf(node, byName, columns, leaders, view))?.push(node)
  }
  const firstSlot = (name: string) => owned.get(name) ?? SLOTS
  return [...columns]
    .sort(([a], [b]) => firstSlot(a) - firstSlot(b))
    .map(([name, others], index) => ({
      look: (index % OWNER_LOOKS) + 1,
      primary: byName.get(name)!,
      others,
    }))
}

/** Whoever owns slots leads a column, and so does a primary without any that took nobody's place and lost nothing. */
function clusterLeaders(members: readonly NodeView[], owned: ReadonlyMap<string, number>): NodeView[] {
  const owning = members.filter(({ name }) => owned.has(name))
  const empty = members.filter(
    ({ name, role, cluster }) => role === 'primary' && !owned.has(name) && (cluster?.slots.length ?? 0) === 0,
  )
  return [...owning, ...empty]
}

/** The primary that most follow, or that runs: after a failover two may hold themselves to be it. */
function replicatedLeaders(members: readonly NodeView[]): NodeView[] {
  const followers = (name: string) => members.filter(({ primary }) => primary === name).length
  const primaries = members.filter(({ role }) => role === 'primary')
  const rank = (node: NodeView) => followers(node.name) * 2 + (node.state === 'running' ? 1 : 0)
  const [first] = [...(primaries.length > 0 ? primaries : members)].sort((a, b) => rank(b) - rank(a))
  return first ? [first] : []
}

function leaderOf(
  node: NodeView,
  byName: ReadonlyMap<string, NodeView>,
  columns: ReadonlyMap<string, unknown>,
  leaders: readonly NodeView[],
  view: DeploymentView,
): string {
  if (node.primary !== null) {
    if (columns.has(node.primary)) return node.primary
    // Its primary has been replaced: both stand with the one who did it.
    const primary = byName.get(node.primary)
    if (primary && primary !== node && primary.primary !== node.name) {
      return leaderOf(primary, byName, columns, leaders, view)
    }
  }
  const lost = node.cluster?.slots[0]?.[0]
  const successor = slotRanges(view).find(({ first, last }) => lost !== undefined && first <= lost && lost <= last)
  return successor?.owner?.name ?? leaders[0]!.name
}

export function rangesText(slots: readonly (readonly [number, number])[]): string {
  return slots.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(' ')
}

export function slotCount(slots: readonly (readonly [number, number])[]): number {
  return slots.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}
