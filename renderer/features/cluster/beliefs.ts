/** Each node's own view of the others, side by side: where they differ, a cluster is of two minds. */
import type { Belief, DeploymentView } from '../../../shared/deployment-view'
import { slotCount, slotRanges } from './shards'

export interface BeliefCell {
  readonly node: string
  /** What it holds of the other: `none` where it does not know it. */
  readonly role: 'primary' | 'replica' | 'none'
  readonly primary: string
  readonly state: 'FAIL' | 'PFAIL' | ''
  readonly slots: string
  readonly epoch: number
  readonly tone: 'plain' | 'break' | 'wait'
  /** Unlike what most hold. */
  readonly isOdd: boolean
}

export interface BeliefRow {
  readonly about: string
  readonly cells: readonly BeliefCell[]
}

/** A row for each node that is spoken of, a cell for each that speaks. Who is down believes nothing. */
export function beliefRows(view: DeploymentView): {
  readonly speakers: readonly string[]
  readonly rows: readonly BeliefRow[]
} {
  const speakers = view.nodes.filter(({ state, cluster }) => state !== 'down' && cluster)
  const rows = view.nodes
    .filter(({ cluster }) => cluster)
    .map(({ name }) => {
      const cells = speakers.map((speaker) => {
        const found = speaker.cluster!.beliefs.find(({ node }) => node === name)
        return { node: speaker.name, ...wordsOf(found) }
      })
      const usual = mostCommon(cells.map(keyOf))
      return { about: name, cells: cells.map((cell) => ({ ...cell, isOdd: keyOf(cell) !== usual })) }
    })
  return { speakers: speakers.map(({ name }) => name), rows }
}

/** What a client believes of the slots, beside who owns them: a stretch of slots on which both stay the same. */
export interface SlotBelief {
  readonly first: number
  readonly last: number
  /** '' where it knows nobody. */
  readonly believed: string
  /** '' where nobody owns them. */
  readonly owner: string
}

export interface ClientBeliefs {
  readonly actor: string
  readonly parts: readonly SlotBelief[]
  /** How many slots it would ask for at the wrong node. */
  readonly wrong: number
}

/** Each client's map against the owners, the newest claims counted. */
export function clientBeliefs(view: DeploymentView): ClientBeliefs[] {
  const owners = slotRanges(view).map(({ first, last, owner }) => ({ first, last, node: owner?.name ?? '' }))
  return view.slotMaps.map(({ actor, ranges }) => {
    const parts: SlotBelief[] = []
    const cuts = [...new Set([...owners, ...ranges].flatMap(({ first, last }) => [first, last + 1]))]
    cuts.sort((a, b) => a - b)
    const at = (list: readonly { first: number; last: number; node: string }[], slot: number) =>
      list.find(({ first, last }) => first <= slot && slot <= last)?.node ?? ''
    cuts.slice(0, -1).forEach((first, index) => {
      const [believed, owner] = [at(ranges, first), at(owners, first)]
      const before = parts[parts.length - 1]
      const last = cuts[index + 1]! - 1
      if (before?.believed === believed && before.owner === owner) parts[parts.length - 1] = { ...before, last }
      else parts.push({ first, last, believed, owner })
    })
    const odd = parts.filter(({ believed, owner }) => believed !== owner)
    return { actor, parts, wrong: slotCount(odd.map(({ first, last }) => [first, last] as const)) }
  })
}

type Words = Omit<BeliefCell, 'node' | 'isOdd'>

function wordsOf(belief: Belief | undefined): Words {
  if (!belief) return { role: 'none', primary: '', state: '', slots: '', epoch: 0, tone: 'plain' }
  const { flags, primary, slots, configEpoch } = belief
  const isReplica = flags.includes('slave')
  const state = flags.includes('fail') ? 'FAIL' : flags.includes('fail?') ? 'PFAIL' : ''
  const ranges = slots.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(' ')
  return {
    role: isReplica ? 'replica' : 'primary',
    primary: primary ?? '',
    state,
    slots: ranges,
    epoch: configEpoch,
    tone: state === 'FAIL' ? 'break' : state === 'PFAIL' ? 'wait' : 'plain',
  }
}

const keyOf = ({ role, primary, state, slots, epoch }: Words) => [role, primary, state, slots, epoch].join('\0')

function mostCommon(keys: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}
