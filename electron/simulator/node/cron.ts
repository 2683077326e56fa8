import type { Cancel } from '../ports'
import type { RedisNode } from './redis-node'

export class Cron {
  private cancel: Cancel | undefined

  constructor(private readonly node: RedisNode) {}

  wake(): void {
    void this.node
  }

  stop(): void {
    this.cancel?.()
  }
}
