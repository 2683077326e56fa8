/** Each node's own view of the others, side by side: where they differ, a cluster is of two minds. */
import type { Belief, DeploymentView } from '../../../shared/deployment-view'

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
