import type { RedisNode } from '../node/redis-node'

/** CLUSTER FORGET: so long nobody's gossip brings a node back, while the others are told to forget it too. */
const SECONDS = 60

export class Forgotten {
  private readonly until = new Map<string, number>()

  constructor(private readonly node: RedisNode) {}

  add(name: string): void {
    this.dropOld()
    this.until.set(name, this.node.nowSeconds + SECONDS)
  }

  has(name: string): boolean {
    if (this.until.size === 0) return false
    this.dropOld()
    return this.until.has(name)
  }

  private dropOld(): void {
    for (const [name, until] of this.until) if (until < this.node.nowSeconds) this.until.delete(name)
  }
}
