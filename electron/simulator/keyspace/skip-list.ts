import type { Bytes } from '../../../shared/bytes'

const LEVELS_MAX = 16

/** A member of a sorted set with its score. */
export class SkipNode {
  /** Where it is in the sorted set's dense array. */
  place = -1
  /** The node before it, at the lowest level. */
  previous: SkipNode | undefined
  readonly next: (SkipNode | undefined)[]
  /** How many nodes each step in `next` goes on. */
  readonly spans: number[]

  constructor(
    readonly member: Bytes,
    public score: number,
    levels: number,
  ) {
    this.next = new Array<SkipNode | undefined>(levels).fill(undefined)
    this.spans = new Array<number>(levels).fill(0)
  }
}

// What a walk from the top down passes at each level. A walk never begins within another one.
const passed = new Array<SkipNode>(LEVELS_MAX)
const ranks = new Array<number>(LEVELS_MAX).fill(0)

/**
 * Nodes in the order of their scores, and of their members' bytes where scores are equal. Each step knows how many
 * nodes it passes, so a rank is found as quickly as a score. A node's height depends on how many nodes were made
 * before it: spread like a random number, and the same in every run.
 */
export class SkipList {
  length = 0
  last: SkipNode | undefined
  private readonly head = new SkipNode('' as Bytes, 0, LEVELS_MAX)
  private levels = 1
  private made = 0

  get first(): SkipNode | undefined {
    return this.head.next[0]
  }

  insert(member: Bytes, score: number): SkipNode {
    const node = new SkipNode(member, score, this.nextHeight())
    this.link(node)
    return node
  }

  remove(node: SkipNode): void {
    this.walk(node.score, node.member)
    for (let level = 0; level < this.levels; level++) {
      const before = passed[level]!
      if (before.next[level] === node) {
        before.spans[level]! += node.spans[level]! - 1
        before.next[level] = node.next[level]
      } else {
        before.spans[level]!--
      }
    }
    const { next, previous } = node
    if (next[0]) next[0].previous = previous
    else this.last = previous
    while (this.levels > 1 && this.head.next[this.levels - 1] === undefined) this.levels--
    this.length--
  }

  /** Gives a node another score, and moves it only when it has to. */
  update(node: SkipNode, score: number): void {
    const { previous, next } = node
    const isBehind = previous === undefined || isBefore(previous, score, node.member)
    if (isBehind && (next[0] === undefined || !isBefore(next[0], score, node.member))) {
      node.score = score
      return
    }
    this.remove(node)
    node.score = score
    this.link(node)
  }

  /** From 0 for the first. */
  rankOf({ score, member }: SkipNode): number {
    return this.countWhile((node) => isBefore(node, score, member))
  }

  at(rank: number): SkipNode | undefined {
    if (rank < 0 || rank >= this.length) return undefined
    let node = this.head
    let gone = -1
    for (let level = this.levels - 1; level >= 0; level--) {
      while (node.next[level] && gone + node.spans[level]! <= rank) {
        gone += node.spans[level]!
        node = node.next[level]!
      }
    }
    return node
  }

  /** How many nodes from the first on satisfy what holds for the nodes up to some place and for none behind it. */
  countWhile(holds: (node: SkipNode) => boolean): number {
    let node = this.head
    let gone = 0
    for (let level = this.levels - 1; level >= 0; level--) {
      for (let next = node.next[level]; next && holds(next); next = node.next[level]) {
        gone += node.spans[level]!
        node = next
      }
    }
    return gone
  }

  private link(node: SkipNode): void {
    const { next, spans } = node
    const rank = this.walk(node.score, node.member)
    for (; this.levels < next.length; this.levels++) {
      passed[this.levels] = this.head
      ranks[this.levels] = 0
      this.head.spans[this.levels] = this.length
    }
    for (let level = 0; level < this.levels; level++) {
      const before = passed[level]!
      if (level >= next.length) {
        before.spans[level]!++
        continue
      }
      next[level] = before.next[level]
      before.next[level] = node
      spans[level] = before.spans[level]! - (rank - ranks[level]!)
      before.spans[level] = rank - ranks[level]! + 1
    }
    node.previous = passed[0] === this.head ? undefined : passed[0]
    if (next[0]) next[0].previous = node
    else this.last = node
    this.length++
  }

  /** Notes the last node before a place at each level, and gives the place's rank. */
  private walk(score: number, member: Bytes): number {
    let node = this.head
    let rank = 0
    // The node that ended the level above often ends this one, too, and need not be compared again.
    let end: SkipNode | undefined
    for (let level = this.levels - 1; level >= 0; level--) {
      let next = node.next[level]
      for (; next !== end && next && isBefore(next, score, member); next = node.next[level]) {
        rank += node.spans[level]!
        node = next
      }
      end = next
      passed[level] = node
      ranks[level] = rank
    }
    return rank
  }

  /** One node in four goes a level higher. */
  private nextHeight(): number {
    let bits = ++this.made
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad)
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
    bits ^= bits >>> 15
    let height = 1
    for (; (bits & 3) === 0 && height < LEVELS_MAX; bits >>>= 2) height++
    return height
  }
}

/** Latin1 strings compare as their bytes do. */
function isBefore(node: SkipNode, score: number, member: Bytes): boolean {
  return node.score < score || (node.score === score && node.member < member)
}
