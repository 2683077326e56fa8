import type { RedisNode } from '../node/redis-node'
import type { Cancel } from '../ports'
import { MigrationTarget } from './migration-target'

const TARGETS_MAX = 64
const KEPT_SECONDS = 10
const LOOK_US = 1_000_000

/** The connections of MIGRATE, by address. */
export class MigrationTargets {
  private readonly targets = new Map<string, MigrationTarget>()
  private cancelLook: Cancel | undefined

  constructor(private readonly node: RedisNode) {}

  get size(): number {
    return this.targets.size
  }

  open(host: string, port: string): MigrationTarget {
    const address = `${host}:${port}`
    const known = this.targets.get(address)
    if (known) return known
    if (this.targets.size >= TARGETS_MAX) {
      const addresses = [...this.targets.keys()]
      this.targets.get(addresses[this.node.random.integer(0, addresses.length - 1)]!)!.close()
    }
    const target = new MigrationTarget(this.node, host, Number.parseInt(port, 10) || 0, () => {
      if (this.targets.get(address) === target) this.targets.delete(address)
    })
    this.targets.set(address, target)
    this.lookLater()
    return target
  }

  stop(): void {
    this.cancelLook?.()
  }

  private lookLater(): void {
    this.cancelLook ??= this.node.clock.after(LOOK_US, () => this.node.turn(() => this.closeOld()))
  }

  private closeOld(): void {
    this.cancelLook = undefined
    for (const target of [...this.targets.values()]) {
      if (this.node.nowSeconds - target.usedAtSeconds > KEPT_SECONDS) target.close()
    }
    if (this.targets.size > 0) this.lookLater()
  }
}
