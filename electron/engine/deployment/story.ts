/**
 * Puts what nodes say of each other into the trace, by their names, and each event down to what made it happen: a
 * suspicion to the fault that silenced a node, a failure to the suspicion, an election to the failure, a vote to the
 * election. No node knows all of that; whoever watches all of them does.
 */
import type { NodeObserver } from '../../simulator/ports'
import type { ReplicationEvent } from '../../simulator/replication/replication-events'
import type { Trace } from '../trace/trace'

/** The names of machines by what the wire calls them. */
export interface Names {
  /** By `host:port`. */
  ofAddress(address: string): string
  /** By a cluster's 40 hexadecimal digits. */
  ofId(id: string): string
  /** How far a node's history goes, and its name; of a node that has ended, as it was. */
  historyOf(node: string): { readonly id: string; readonly past: string; readonly offset: number } | undefined
}

export class Story implements Pick<NodeObserver, 'replicationEvent' | 'sentinelEvent'> {
  constructor(
    private readonly node: string,
    private readonly trace: Trace,
    private readonly names: Names,
    private readonly plot: Plot,
    private readonly isClustered: boolean,
  ) {}

  /** A Sentinel's own words, put down to whom they speak of: `master NAME IP PORT`, or an instance and `@` its primary. */
  sentinelEvent({ name: event, text }: { readonly name: string; readonly text: string }): void {
    const { node, trace, names, plot } = this
    const [, ip, port] = /(\d+\.\d+\.\d+\.\d+) (\d+)/.exec(text) ?? []
    const about = ip === undefined ? '' : names.ofAddress(`${ip}:${port}`)
    const cause = plot.noted(`sentinel ${about}`) || plot.causeOf(about)
    const seq = trace.append({ type: 'sentinel.said', node, event, text, cause })
    if (about !== '') plot.note(`sentinel ${about}`, seq)
    if (event === '+sdown') trace.append({ type: 'node.suspected', node, about, cause: seq })
    else if (event === '-sdown' || event === '-odown') trace.append({ type: 'node.cleared', node, about, cause: seq })
    else if (event === '+odown') {
      const [, reports = '0', needed = '0'] = /#quorum (\d+)\/(\d+)/.exec(text) ?? []
      const counts = { reports: Number(reports), needed: Number(needed) }
      trace.append({ type: 'node.failed', node, about, ...counts, cause: seq })
    }
    if (event === '-sdown' || event === '+switch-master') plot.forget(`sentinel ${about}`)
  }

  replicationEvent(event: ReplicationEvent): void {
    const { node, trace, names, plot } = this
    switch (event.kind) {
      case 'full-sync': {
        const replica = names.ofAddress(event.replica)
        const { offset, bytes } = event
        trace.append({ type: 'replication.full', node, replica, offset, bytes, cause: plot.causeOf(node, replica) })
        return
      }
      case 'partial-sync': {
        const replica = names.ofAddress(event.replica)
        const { from, bytes } = event
        trace.append({ type: 'replication.partial', node, replica, from, bytes, cause: plot.causeOf(node, replica) })
        return
      }
      case 'link-up': {
        const primary = names.ofAddress(event.primary)
        trace.append({
          type: 'replication.up',
          node,
          primary,
          offset: event.offset,
          cause: plot.causeOf(node, primary),
        })
        return
      }
      case 'link-down': {
        const primary = names.ofAddress(event.primary)
        trace.append({ type: 'replication.down', node, primary, why: event.why, cause: plot.causeOf(node, primary) })
        return
      }
      case 'discarded': {
        const { history, to, offset } = event
        const from = plot.divergedAt(history) ?? offset
        plot.writesLost(node, names.ofAddress(event.primary), from, to, plot.causeOf(node))
        return
      }
      case 'role':
        // A cluster's nodes tell of it themselves.
        if (this.isClustered) return
        plot.roleChanged(node, event.role, event.primary === '' ? '' : names.ofAddress(event.primary))
        if (event.role === 'primary') plot.diverges(names.historyOf(node))
    }
  }
}

/** What has happened last to each machine: the likeliest reason for what happens next. */
export class Plot {
  private readonly last = new Map<string, number>()
  private readonly notes = new Map<string, number>()
  private readonly lostUpTo = new Map<string, number>()
  private readonly divergences = new Map<string, number>()

  constructor(private readonly trace: Trace) {}

  /** Keeps an event under a name, for what follows from it. */
  note(name: string, event: number): void {
    this.notes.set(name, event)
  }

  /** 0 where there is none. */
  noted(name: string): number {
    return this.notes.get(name) ?? 0
  }

  forget(name: string): void {
    this.notes.delete(name)
  }

  /** A node was promoted: from here on its old history and its own are two. */
  diverges(history: ReturnType<Names['historyOf']>): void {
    if (history && !this.divergences.has(history.past)) this.divergences.set(history.past, history.offset)
  }

  divergedAt(history: string): number | undefined {
    return this.divergences.get(history)
  }

  /**
   * What a node has written and its successor never got is lost: known when the successor takes over, and more of it
   * when the old primary, which went on writing, comes back. Told once for each byte.
   */
  writesLost(node: string, primary: string, from: number, to: number, cause: number): void {
    const start = Math.max(from, this.lostUpTo.get(node) ?? 0)
    if (to <= start) return
    this.lostUpTo.set(node, to)
    this.trace.append({ type: 'write.lost', node, primary, from: start, to, cause })
  }

  /** Notes that an event concerns some machines. */
  concerns(event: number, ...machines: readonly string[]): number {
    for (const machine of machines) this.last.set(machine, event)
    return event
  }

  /** The latest event that concerns one of some machines, unless the world is reacting to something already. */
  causeOf(...machines: readonly string[]): number {
    if (this.trace.cause > 0) return this.trace.cause
    return Math.max(0, ...machines.map((machine) => this.last.get(machine) ?? 0))
  }

  roleChanged(node: string, role: 'primary' | 'replica', primary: string): void {
    const cause = this.causeOf(node)
    const event =
      role === 'primary'
        ? this.trace.append({ type: 'node.promoted', node, epoch: 0, inPlaceOf: '', cause })
        : this.trace.append({ type: 'node.demoted', node, primary, cause })
    this.concerns(event, node)
  }
}
