import type { Bytes } from '../../../shared/bytes'
import { SkipList, type SkipNode } from './skip-list'

/** Up to how many members, and how long ones, a sorted set is kept as a listpack. */
export interface SortedSetLimits {
  readonly zsetEntriesMax: number
  readonly zsetBytesMax: number
}

/** Scores from `min` to `max`, without the ends where they are excluded. */
export interface ScoreRange {
  readonly min: number
  readonly max: number
  readonly excludesMin: boolean
  readonly excludesMax: boolean
}

/** An end of a range of members: a member, or what is below or above all. */
export type LexEnd = { readonly member: Bytes; readonly excludes: boolean } | 'lowest' | 'highest'

export interface LexRange {
  readonly min: LexEnd
  readonly max: LexEnd
}

/** Ranks from the first up to, not including, the second. */
export type Ranks = readonly [from: number, to: number]

/** The members of a sorted set. Changed in place, and never empty under a key. */
export class SortedSetValue {
  readonly type = 'zset'
  encoding: 'listpack' | 'skiplist' = 'listpack'
  /** How many bytes the members have together. */
  byteLength = 0
  readonly list = new SkipList()
  private readonly nodes = new Map<Bytes, SkipNode>()
  /** All members in an order that only additions and removals change: ZSCAN's cursor is a place in it. */
  private readonly dense: SkipNode[] = []

  get size(): number {
    return this.dense.length
  }

  get(member: Bytes): SkipNode | undefined {
    return this.nodes.get(member)
  }

  /** A member by its place in the dense order. */
  at(index: number): SkipNode {
    return this.dense[index]!
  }

  /** Adds a member that is not there yet. */
  add(member: Bytes, score: number, limits: SortedSetLimits): void {
    if (this.encoding === 'listpack' && (this.size >= limits.zsetEntriesMax || member.length > limits.zsetBytesMax)) {
      this.encoding = 'skiplist'
    }
    this.addNode(member, this.kept(score))
  }

  setScore(node: SkipNode, score: number): void {
    if (score !== node.score) this.list.update(node, this.kept(score))
  }

  delete(node: SkipNode): void {
    this.list.remove(node)
    this.nodes.delete(node.member)
    this.byteLength -= node.member.length
    const last = this.dense.pop()!
    if (last === node) return
    this.dense[node.place] = last
    last.place = node.place
  }

  /** The members of some ranks, in their order or against it. */
  slice([from, to]: Ranks, isReversed = false): SkipNode[] {
    const nodes: SkipNode[] = []
    let node = this.list.at(isReversed ? to - 1 : from)
    for (let count = to - from; count > 0 && node; count--) {
      nodes.push(node)
      node = isReversed ? node.previous : node.next[0]
    }
    return nodes
  }

  ranksByScore({ min, max, excludesMin, excludesMax }: ScoreRange): Ranks {
    const from = this.list.countWhile(({ score }) => (excludesMin ? score <= min : score < min))
    const to = this.list.countWhile(({ score }) => (excludesMax ? score < max : score <= max))
    return [from, Math.max(from, to)]
  }

  /** As Redis says, this means something only where all scores are the same. */
  ranksByMember({ min, max }: LexRange): Ranks {
    const from = this.list.countWhile((node) => isBelow(node, min, true))
    const to = this.list.countWhile((node) => isBelow(node, max, false))
    return [from, Math.max(from, to)]
  }

  copy(): SortedSetValue {
    const copy = new SortedSetValue()
    copy.encoding = this.encoding
    for (const { member, score } of this.dense) copy.addNode(member, score)
    return copy
  }

  /** A listpack keeps whole numbers as integers, among which there is no -0. */
  private kept(score: number): number {
    return this.encoding === 'listpack' ? score + 0 : score
  }

  private addNode(member: Bytes, score: number): void {
    const node = this.list.insert(member, score)
    this.nodes.set(member, node)
    node.place = this.dense.push(node) - 1
    this.byteLength += member.length
  }
}

/** Is a member before the beginning of a range, or not behind its end? */
function isBelow({ member }: SkipNode, end: LexEnd, isBeginning: boolean): boolean {
  if (typeof end === 'string') return end === 'highest'
  return end.excludes === isBeginning ? member <= end.member : member < end.member
}
