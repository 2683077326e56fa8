/**
 * What just happened, as a list of items in the order of time: from the last fault on, with what many nodes did alike in
 * one item. An item says which words it is told in (`key` with its values), which event it stands for and which machines
 * it is about; components put it in the window's language.
 */
import type { EventType, TraceEvent, TraceEventOf } from '../../../shared/trace/event-types'
import { isFault, liesOn, type Redirects } from '../../trace/incidents'

/** Whose doing a fault was: the person's, the scenario's, or time's that ended one. */
export type Doer = 'you' | 'scenario' | 'itself'

export interface StoryItem {
  readonly seq: number
  readonly t: number
  readonly type: EventType
  /** Of the messages `story.<key>.title` and `story.<key>.about`. */
  readonly key: string
  readonly values: Readonly<Record<string, string | number>>
  /** Of what was done to the deployment rather than by it. */
  readonly by: Doer | null
  /** Nodes and actors that it names: they are marked while it is selected. */
  readonly machines: readonly string[]
}

export interface Story {
  readonly startUs: number
  readonly items: readonly StoryItem[]
  /** What is awaited next, in the same words, where it can be known. */
  readonly next: { readonly key: string; readonly values: Readonly<Record<string, string | number>> } | null
}

/** Faults that follow each other this closely are one story: a link is cut, then a node is killed. */
const CHAIN_US = 5_000_000
const ITEMS_MAX = 200

/**
 * `typeAt` tells the type of an event by its number: what caused a fault says who did it. What a cluster calls PFAIL and
 * FAIL, Sentinels call SDOWN and ODOWN.
 */
export function storyOf(
  incidents: readonly TraceEvent[],
  redirects: ReadonlyMap<string, Redirects>,
  typeAt: (seq: number) => EventType | undefined,
  isCluster = true,
): Story | null {
  const begin = startOf(incidents)
  if (begin < 0) return null
  const told = new Teller(incidents[begin]!.t, typeAt, isCluster)
  for (let index = begin; index < incidents.length; index++) told.tell(incidents[index]!)
  for (const redirect of redirects.values()) told.redirected(redirect)
  return { startUs: incidents[begin]!.t, items: told.finish(), next: told.next() }
}

/** Where the story of the last fault begins, -1 when nothing was broken yet. */
export function startOf(incidents: readonly TraceEvent[]): number {
  let begin = -1
  for (let index = incidents.length - 1; index >= 0; index--) {
    const event = incidents[index]!
    if (begin >= 0 && incidents[begin]!.t - event.t > CHAIN_US) break
    if (isFault(event)) begin = index
  }
  return begin
}

type Values = StoryItem['values']

const doings: ReadonlySet<EventType> = new Set<EventType>([
  'node.killed',
  'node.started',
  'node.paused',
  'node.resumed',
  'link.cut',
  'link.delayed',
  'link.dropped',
  'link.tricked',
  'link.healed',
  'partition.made',
  'partition.healed',
  'clock.jumped',
  'clock.drifting',
  'disk.full',
  'disk.slow',
  'disk.ok',
])

interface Draft {
  item: StoryItem
  /** Others who did the same, told in the same item. */
  readonly alike: string[]
}

class Teller {
  private readonly drafts: Draft[] = []
  private readonly open = new Map<string, Draft>()
  private electing: { node: string; votes: number; needed: number } | null = null
  private waiting: { node: string } | null = null
  private lastVoters = 0
  private readonly faults: TraceEvent[] = []

  constructor(
    private readonly startUs: number,
    private readonly typeAt: (seq: number) => EventType | undefined,
    private readonly isCluster: boolean,
  ) {}

  tell(event: TraceEvent): void {
    if (isFault(event)) this.faults.push(event)
    switch (event.type) {
      case 'node.killed':
        return this.add(event, `killed.${killWord(event.why)}`, { node: event.node }, [event.node])
      case 'node.paused':
      case 'node.resumed':
      case 'disk.full':
      case 'disk.ok':
        return this.add(event, event.type, { node: event.node }, [event.node])
      case 'node.started':
        this.open.clear()
        return this.add(event, event.type, { node: event.node, role: event.role }, [event.node])
      case 'link.cut': {
        const { from, to } = event
        return this.add(event, event.oneWay ? 'link.cutOneWay' : event.type, { from, to }, machinesIn(from, to))
      }
      case 'link.delayed': {
        const { from, to, delayUs, jitterUs } = event
        return this.add(
          event,
          event.type,
          { from, to, ms: delayUs / 1000, jitter: jitterUs / 1000 },
          machinesIn(from, to),
        )
      }
      case 'link.dropped':
      case 'link.healed': {
        const { from, to } = event
        const n = 'connections' in event ? event.connections : 0
        return this.add(event, event.type, { from, to, n }, machinesIn(from, to))
      }
      case 'link.tricked': {
        const { from, to, what } = event
        return this.add(event, `tricked.${what}`, { from, to }, machinesIn(from, to))
      }
      case 'partition.made':
      case 'partition.healed': {
        const [first = '', ...others] = event.sides.split(' | ')
        return this.add(event, event.type, { a: first, b: others.join(' | ') }, machinesIn(first, ...others))
      }
      case 'clock.jumped':
        return this.add(event, event.type, { node: event.node, ms: event.us / 1000 }, [event.node])
      case 'clock.drifting':
        return this.add(event, event.ppm === 0 ? 'clock.ok' : event.type, { node: event.node, ppm: event.ppm }, [
          event.node,
        ])
      case 'disk.slow':
        return this.add(event, event.type, { node: event.node, ms: event.us / 1000 }, [event.node])
      case 'node.suspected': {
        const { node, about } = event
        const ms = Math.round((event.t - this.silentSince(event)) / 1000)
        return this.addAlike(
          event,
          `suspected ${about}`,
          this.isCluster ? 'node.suspected' : 'node.sdown',
          { node, about, ms },
          [node, about],
        )
      }
      case 'node.failed': {
        const { node, about, reports, needed } = event
        this.open.delete(`suspected ${about}`)
        const key = this.isCluster ? 'node.failed' : 'node.odown'
        return this.addAlike(event, `failed ${about}`, key, { node, about, reports, needed }, [node, about])
      }
      case 'node.cleared': {
        const { node, about } = event
        this.open.delete(`suspected ${about}`)
        this.open.delete(`failed ${about}`)
        return this.addAlike(event, `cleared ${about}`, 'node.cleared', { node, about }, [node, about])
      }
      case 'node.state': {
        const { node, state, why } = event
        this.open.delete(`state ${state === 'ok' ? 'fail' : 'ok'}`)
        return this.addAlike(event, `state ${state}`, `state.${state}`, { node, why }, [node])
      }
      case 'election.scheduled': {
        const { node, fixedMs, randomMs, rank } = event
        this.waiting = { node }
        const all = fixedMs + randomMs + rank * 1000
        return this.add(event, event.type, { node, all, fixed: fixedMs, random: randomMs, rank }, [node])
      }
      case 'election.started':
        this.waiting = null
        this.electing = { node: event.node, votes: 0, needed: event.needed }
        return this.add(event, event.type, { node: event.node, epoch: event.epoch, needed: event.needed }, [event.node])
      case 'vote.granted': {
        const { node, to, epoch } = event
        this.lastVoters++
        const needed = this.electing?.needed ?? 0
        return this.add(event, event.type, { node, to, epoch, n: this.lastVoters, needed }, [node, to])
      }
      case 'vote.counted':
        if (this.electing) this.electing.votes = event.votes
        return
      case 'vote.denied': {
        const { node, to, why } = event
        return this.add(event, event.type, { node, to, why }, [node, to])
      }
      case 'election.lost':
        this.endElection()
        return this.add(event, event.type, { node: event.node, why: event.why }, [event.node])
      case 'node.promoted': {
        const { node, epoch, inPlaceOf } = event
        const votes = this.electing?.votes ?? 0
        this.endElection()
        const key = inPlaceOf === '' ? 'node.promotedAlone' : event.type
        return this.add(event, key, { node, epoch, other: inPlaceOf, votes }, inPlaceOf ? [node, inPlaceOf] : [node])
      }
      case 'node.demoted':
        return this.add(event, event.type, { node: event.node, primary: event.primary }, [event.node, event.primary])
      case 'slots.moved': {
        // Everybody learns of it in turn; whoever takes them is the one to tell of.
        if (event.node !== event.to) return
        const { from, to, slots } = event
        return this.add(event, event.type, { from, to, slots }, [from, to])
      }
      case 'write.lost': {
        const { node, primary } = event
        return this.add(event, event.type, { node, primary, n: event.to - event.from }, [node, primary])
      }
      case 'replication.full':
      case 'replication.partial': {
        const { node, replica, bytes } = event
        return this.add(event, event.type, { node, replica, n: bytes }, [node, replica])
      }
      case 'replication.down': {
        const { node, primary, why } = event
        return this.add(event, event.type, { node, primary, why }, [node, primary])
      }
      case 'sentinel.said':
        if (event.event !== '+switch-master') return
        return this.add(event, event.type, { node: event.node, text: event.text }, [event.node])
    }
  }

  redirected({ actor, firstSeq, firstUs, count, kind, slot, from, to }: Redirects): void {
    const values: Values = { actor, n: count, kind, slot, from, to }
    const item = { seq: firstSeq, t: firstUs, type: 'command.redirected', key: 'redirected', values, by: null } as const
    this.drafts.push({ item: { ...item, machines: [actor, from, to] }, alike: [] })
  }

  finish(): StoryItem[] {
    return this.drafts
      .map(({ item, alike }) => {
        if (alike.length === 0) return item
        const values = { ...item.values, others: alike.length, names: alike.join(', ') }
        return { ...item, values, machines: [...item.machines, ...alike] }
      })
      .sort((a, b) => a.t - b.t || a.seq - b.seq)
      .slice(0, ITEMS_MAX)
  }

  next(): Story['next'] {
    if (this.electing) return { key: 'votes', values: { ...this.electing } }
    if (this.waiting) return { key: 'election', values: { ...this.waiting } }
    return null
  }

  /** The fault that a suspicion is put down to, or the last one that lies on whom it is about. */
  private silentSince({ cause, about }: TraceEventOf<'node.suspected'>): number {
    const fault = this.faults.find(({ seq }) => seq === cause) ?? this.faults.findLast((event) => liesOn(event, about))
    return fault?.t ?? this.startUs
  }

  private endElection(): void {
    this.electing = null
    this.waiting = null
    this.lastVoters = 0
  }

  private add(event: TraceEvent, key: string, values: Values, machines: readonly string[]): void {
    const { seq, t, type } = event
    const by = doings.has(type) ? this.doerOf(event) : null
    this.drafts.push({ item: { seq, t, type, key: key.replace('.', '_'), values, by, machines }, alike: [] })
  }

  private doerOf({ cause }: TraceEvent): Doer {
    const type = cause > 0 ? this.typeAt(cause) : undefined
    return type === 'input.applied' ? 'you' : type === 'step.started' ? 'scenario' : 'itself'
  }

  /** The first of several that do the same is told by name, the others with it. */
  private addAlike(event: TraceEvent, group: string, key: string, values: Values, machines: readonly string[]): void {
    const first = this.open.get(group)
    if (first) {
      const name = String(values.node)
      if (name !== first.item.values.node && !first.alike.includes(name)) first.alike.push(name)
      return
    }
    this.add(event, key, values, machines)
    this.open.set(group, this.drafts[this.drafts.length - 1]!)
  }
}

function killWord(why: string): string {
  return why === 'power cut' ? 'power' : why === 'stopped' ? 'stopped' : why === 'killed' ? 'killed' : 'ended'
}

function machinesIn(...texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(', ')).filter(Boolean)
}
