import type { Client } from '../node/client'
import { Client as NodeClient } from '../node/client'
import type { RedisNode } from '../node/redis-node'
import type { Reply } from '../resp/reply'

/** MONITOR shows it in the place of an address. */
const NOWHERE = {
  remoteAddress: 'lua',
  localAddress: '',
  unsentLength: 0,
  write: () => {},
  end: () => {},
  destroy: () => {},
}

/**
 * The client in whose name a script's commands run. It has no socket: what it is sent goes nowhere, since `perform`
 * gives the reply, and it never waits.
 */
export class ScriptClient extends NodeClient {
  override readonly isScript = true
  override readonly takesParts = false

  constructor(node: RedisNode) {
    super(node, 0, NOWHERE)
    this.isAuthenticated = true
    // Blocking commands see that nobody can wait here, as in a transaction.
    this.isExecuting = true
  }

  /** Takes the caller's place: its database, and what it may do. */
  standFor(caller: Client): void {
    this.db = caller.db
    this.user = caller.user
    this.resp = 2
  }

  override write(_reply: Reply): void {}

  override mark(_reply: Reply, _tag: number): void {}

  override writeArrayLength(_length: number | bigint): void {}

  override append(_bytes: string): void {}
}
