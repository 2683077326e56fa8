/** The lines between machines in the Cluster view: what goes between them, and what has been done to it. */
import type { DeploymentView } from '../../../shared/deployment-view'
import type { Fault } from '../../../shared/faults'
import type { Redirects } from '../../trace/incidents'
import type { Candidacy } from './elections'
import type { Shard } from './shards'

export type LinkKind = 'gossip' | 'psync' | 'command' | 'vote' | 'moved' | 'ask-again' | 'fault'

export interface Link {
  readonly id: string
  readonly kind: LinkKind
  readonly from: string
  readonly to: string
  /** Nothing gets through: the fault that does it, 0 where an end is down, -1 where all is well. */
  readonly cutBy: number
  readonly isOneWay: boolean
  /** The delay that was added, 0 for none. */
  readonly delayUs: number
  /** Of a redirect: 1 ask, 2 MOVED, 3 ask again. Of a vote: whether it is granted. */
  readonly step: number
  readonly isDone: boolean
  readonly label: string
}

export interface LinkSources {
  readonly view: DeploymentView
  readonly shards: readonly Shard[]
  readonly actors: readonly string[]
  /** Commands a second from an actor to a node. */
  readonly rate: (actor: string, node: string) => number
  readonly candidacies: ReadonlyMap<string, Candidacy>
  /** Those whose last redirect is news. */
  readonly redirects: readonly Redirects[]
}

/** More lines than this say less than a list does. */
const PAIRS_MAX = 40

export function linksOf({ view, shards, actors, rate, candidacies, redirects }: LinkSources): Link[] {
  const links = new Map<string, Link>()
  const add = (kind: LinkKind, from: string, to: string, more: Partial<Link> = {}) => {
    const id = `${kind}\0${from}\0${to}`
    const plain = { cutBy: -1, isOneWay: false, delayUs: 0, step: 0, isDone: false, label: '' }
    links.set(id, { id, kind, from, to, ...plain, ...more })
  }
  if (view.topology === 'cluster') {
    shards.slice(1).forEach(({ primary }, index) => add('gossip', shards[index]!.primary.name, primary.name))
  }
  const byName = new Map(view.nodes.map((node) => [node.name, node]))
  for (const { primary, others } of shards) {
    for (const { name, primary: follows } of others) {
      // A replica of a replica hangs on that one.
      add('psync', follows !== null && byName.has(follows) ? follows : primary.name, name)
    }
  }
  for (const actor of actors) {
    for (const { name } of view.nodes) if (rate(actor, name) > 0) add('command', actor, name)
  }
  for (const { actor, from, to, kind, slot } of redirects) {
    add('command', actor, from, { step: 1 })
    add('moved', from, actor, { step: 2, label: `${kind} ${slot}` })
    if (!byName.has(to)) continue
    links.delete(`command\0${actor}\0${to}`)
    add('ask-again', actor, to, { step: 3 })
  }
  for (const { node, epoch, ballots } of candidacies.values()) {
    if (epoch === 0) continue
    for (const { name, role, state } of view.nodes) {
      const ballot = ballots.get(name)
      if (name === node || (!ballot && (role !== 'primary' || state !== 'running'))) continue
      add('vote', node, name, {
        isDone: ballot === 'granted' || ballot === 'counted',
        step: ballot === 'denied' ? 1 : 0,
      })
    }
  }
  for (const { id, fault } of view.faults) applyFault(links, id, fault, add)
  const down = new Set(view.nodes.filter(({ state }) => state === 'down').map(({ name }) => name))
  return [...links.values()].map((link) =>
    link.cutBy < 0 && (down.has(link.from) || down.has(link.to)) ? { ...link, cutBy: 0 } : link,
  )
}

/** Marks the lines that a fault lies on, and draws one where two machines have none. */
function applyFault(
  links: Map<string, Link>,
  id: number,
  fault: Fault,
  add: (kind: LinkKind, from: string, to: string, more?: Partial<Link>) => void,
): void {
  if (fault.kind === 'partition') {
    const sideOf = new Map(fault.groups.flatMap((group, side) => group.map((name) => [name, side] as const)))
    for (const link of [...links.values()]) {
      const [a, b] = [sideOf.get(link.from), sideOf.get(link.to)]
      if (a !== undefined && b !== undefined && a !== b) links.set(link.id, { ...link, cutBy: id })
    }
    return
  }
  if (fault.kind !== 'cut' && fault.kind !== 'delay') return
  const pairs = fault.from.flatMap((from) => fault.to.map((to) => [from, to] as const)).slice(0, PAIRS_MAX)
  for (const [from, to] of pairs) {
    const more = fault.kind === 'cut' ? { cutBy: id, isOneWay: fault.oneWay } : { delayUs: Math.max(1, fault.delayUs) }
    const between = [...links.values()].filter(
      (link) => (link.from === from && link.to === to) || (link.from === to && link.to === from),
    )
    if (between.length === 0) add('fault', from, to, more)
    for (const link of between) links.set(link.id, { ...link, ...more })
  }
}
