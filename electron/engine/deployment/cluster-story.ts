/** Puts what the nodes of a cluster conclude into the trace, by names and with causes. */
import type { ClusterEvent } from '../../simulator/cluster/cluster-events'
import { rangeText } from '../../simulator/cluster/slot-bitmap'
import type { Trace } from '../trace/trace'
import type { Names, Plot } from './story'

export class ClusterStory {
  constructor(
    private readonly node: string,
    private readonly trace: Trace,
    private readonly names: Names,
    private readonly plot: Plot,
  ) {}

  tell(event: ClusterEvent): void {
    const { node, trace, plot } = this
    switch (event.kind) {
      case 'node-met':
        this.append({ type: 'node.added', node, about: this.name(event.about) }, [node])
        return
      case 'node-forgotten':
        this.append({ type: 'node.removed', node, about: this.name(event.about), why: event.why }, [node])
        return
      case 'node-suspected': {
        const about = this.name(event.about)
        const cause = plot.causeOf(about, node)
        plot.note(`suspected ${about}`, trace.append({ type: 'node.suspected', node, about, cause }))
        return
      }
      case 'node-failed': {
        const about = this.name(event.about)
        const { reports = 0, needed = 0 } = event
        const cause = plot.noted(`failed ${about}`) || plot.noted(`suspected ${about}`) || plot.causeOf(about)
        const seq = trace.append({ type: 'node.failed', node, about, reports, needed, cause })
        if (reports > 0) plot.note(`failed ${about}`, seq)
        return
      }
      case 'suspicion-cleared':
      case 'failure-cleared': {
        const about = this.name(event.about)
        trace.append({ type: 'node.cleared', node, about, cause: plot.causeOf(about) })
        plot.forget(`failed ${about}`)
        plot.forget(`suspected ${about}`)
        return
      }
      case 'election-scheduled': {
        const { fixedMs, randomMs, rank, offset } = event
        const cause = plot.noted(`failed ${this.name(event.primary)}`)
        const seq = trace.append({ type: 'election.scheduled', node, fixedMs, randomMs, rank, offset, cause })
        plot.note(`candidate ${node}`, seq)
        return
      }
      case 'election-delayed':
        return
      case 'election-started': {
        const { epoch, needed } = event
        const cause = plot.noted(`candidate ${node}`)
        plot.note(`candidate ${node}`, trace.append({ type: 'election.started', node, epoch, needed, cause }))
        return
      }
      case 'vote-granted':
      case 'vote-denied': {
        const to = this.name(event.to)
        const { epoch } = event
        const cause = plot.noted(`candidate ${to}`)
        if (event.kind === 'vote-granted') {
          plot.note(`vote ${node} ${to}`, trace.append({ type: 'vote.granted', node, to, epoch, cause }))
        } else trace.append({ type: 'vote.denied', node, to, epoch, why: event.why, cause })
        return
      }
      case 'vote-received': {
        const from = this.name(event.from)
        const { epoch, votes, needed } = event
        const cause = plot.noted(`vote ${from} ${node}`)
        plot.note(`candidate ${node}`, trace.append({ type: 'vote.counted', node, from, epoch, votes, needed, cause }))
        return
      }
      case 'election-won':
      case 'election-lost': {
        const cause = plot.noted(`candidate ${node}`)
        const { epoch } = event
        if (event.kind === 'election-won') {
          plot.note(`candidate ${node}`, trace.append({ type: 'election.won', node, epoch, votes: event.votes, cause }))
        } else trace.append({ type: 'election.lost', node, epoch, why: event.why, cause })
        return
      }
      case 'failover-prevented':
        trace.append({ type: 'election.lost', node, epoch: 0, why: event.why, cause: plot.causeOf(node) })
        return
      case 'manual-failover':
        trace.append({ type: 'note', text: `${node}: manual failover ${event.step}`, cause: plot.causeOf(node) })
        return
      case 'promoted': {
        const inPlaceOf = event.inPlaceOf === undefined ? '' : this.name(event.inPlaceOf)
        const cause = plot.noted(`candidate ${node}`) || plot.causeOf(node)
        const seq = trace.append({ type: 'node.promoted', node, epoch: event.epoch, inPlaceOf, cause })
        plot.note(`promoted ${node}`, seq)
        this.tellLost(inPlaceOf, seq)
        plot.concerns(seq, node)
        return
      }
      case 'demoted':
      case 'reconfigured': {
        const primary = this.name(event.to)
        const cause = plot.noted(`promoted ${primary}`) || plot.causeOf(node, primary)
        plot.concerns(trace.append({ type: 'node.demoted', node, primary, cause }), node)
        return
      }
      case 'slots-moved': {
        const slots = event.ranges.map(rangeText).join(' ')
        const from = event.from === undefined ? '' : this.name(event.from)
        const to = event.to === undefined ? '' : this.name(event.to)
        const cause = plot.noted(`promoted ${to}`) || plot.causeOf(to, from)
        trace.append({ type: 'slots.moved', node, slots, from, to, epoch: event.epoch, cause })
        return
      }
      case 'slot-migrating':
      case 'slot-importing': {
        const direction = event.kind === 'slot-migrating' ? 'to' : 'from'
        const { slot } = event
        this.append({ type: 'slots.migrating', node, slot, direction, peer: this.name(event.peer) }, [node])
        return
      }
      case 'slot-stable':
        this.append({ type: 'slots.migrating', node, slot: event.slot, direction: 'stays', peer: '' }, [node])
        return
      case 'state-changed': {
        const { state, why } = event
        this.append({ type: 'node.state', node, state, why }, [node])
        return
      }
      case 'epoch-bumped':
        this.append({ type: 'epoch.bumped', node, epoch: event.epoch, why: event.why }, [node])
    }
  }

  /** What the old primary had written and this node has not. */
  private tellLost(old: string, cause: number): void {
    const [before, now] = [this.names.historyOf(old), this.names.historyOf(this.node)]
    this.plot.diverges(now)
    if (before && now && now.past === before.id) this.plot.writesLost(old, this.node, now.offset, before.offset, cause)
  }

  private name(id: string): string {
    return this.names.ofId(id)
  }

  private append(event: Parameters<Trace['append']>[0], about: readonly string[]): void {
    this.trace.append({ ...event, cause: this.plot.causeOf(...about) })
  }
}
