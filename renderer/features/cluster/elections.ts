/** Who stands for election and how far it has come, from the trace: a vote box fills when the candidate has counted it. */
import type { TraceEvent } from '../../../shared/trace/event-types'

export type Ballot = 'waiting' | 'granted' | 'counted' | 'denied'

export interface Candidacy {
  readonly node: string
  /** 0 while it waits for its turn. */
  epoch: number
  needed: number
  votes: number
  readonly ballots: Map<string, Ballot>
  scheduledUs: number
}

/** The candidacies that are neither won nor lost at the end of some incidents. */
export function candidaciesOf(incidents: readonly TraceEvent[]): Map<string, Candidacy> {
  const open = new Map<string, Candidacy>()
  const begin = (node: string, t: number) => {
    const candidacy = { node, epoch: 0, needed: 0, votes: 0, ballots: new Map<string, Ballot>(), scheduledUs: t }
    open.set(node, candidacy)
    return candidacy
  }
  for (const event of incidents) {
    switch (event.type) {
      case 'election.scheduled':
        begin(event.node, event.t)
        break
      case 'election.started': {
        const candidacy = open.get(event.node) ?? begin(event.node, event.t)
        candidacy.epoch = event.epoch
        candidacy.needed = event.needed
        candidacy.votes = 0
        candidacy.ballots.clear()
        break
      }
      case 'vote.granted':
        open.get(event.to)?.ballots.set(event.node, 'granted')
        break
      case 'vote.denied':
        open.get(event.to)?.ballots.set(event.node, 'denied')
        break
      case 'vote.counted': {
        const candidacy = open.get(event.node)
        if (!candidacy) break
        candidacy.votes = event.votes
        candidacy.needed = event.needed
        candidacy.ballots.set(event.from, 'counted')
        break
      }
      case 'election.won':
      case 'election.lost':
      case 'node.promoted':
      case 'node.demoted':
        open.delete(event.node)
        break
      case 'node.killed':
        open.delete(event.node)
    }
  }
  return open
}
