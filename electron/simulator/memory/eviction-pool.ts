import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'

export interface Candidate {
  readonly db: Database
  readonly key: Bytes
  /** The higher, the sooner it is evicted. */
  readonly score: number
}

const CANDIDATES_MAX = 16

/**
 * The best candidates of all samples taken so far, as Redis's eviction pool keeps them: a key that was seen once as a
 * good one is remembered, so few samples come close to the true order.
 */
export class EvictionPool {
  /** The best is last. */
  private candidates: Candidate[] = []

  offer(candidate: Candidate): void {
    const isFull = this.candidates.length === CANDIDATES_MAX
    if (isFull && candidate.score <= this.candidates[0]!.score) return
    if (this.candidates.some(({ db, key }) => db === candidate.db && key === candidate.key)) return
    if (isFull) this.candidates.shift()
    const place = this.candidates.findIndex(({ score }) => score >= candidate.score)
    this.candidates.splice(place === -1 ? this.candidates.length : place, 0, candidate)
  }

  takeBest(): Candidate | undefined {
    return this.candidates.pop()
  }
}
