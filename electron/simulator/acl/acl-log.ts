import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import { clientLine } from '../node/client-line'
import type { RedisNode } from '../node/redis-node'

export interface AclLogEntry {
  count: number
  readonly reason: 'command' | 'key' | 'channel' | 'auth'
  readonly context: 'toplevel' | 'multi' | 'lua'
  readonly object: Bytes
  readonly user: Bytes
  atMs: number
  clientInfo: string
}

const GROUPING_MAX_MS = 60_000
const SCANNED_MAX = 10

/** What users were denied. The same denial within a minute is counted, and comes to the front again. */
export class AclLog {
  /** The newest first. */
  private entries: AclLogEntry[] = []

  constructor(private readonly node: RedisNode) {}

  newest(count: number): readonly AclLogEntry[] {
    return this.entries.slice(0, Math.max(0, count))
  }

  reset(): void {
    this.entries = []
  }

  note(client: Client, reason: AclLogEntry['reason'], object: Bytes, user: Bytes = client.user.name): void {
    const { node } = this
    const { run } = node.scripting
    const isScript = run?.client === client
    const context = isScript ? 'lua' : client.transaction || client.isExecuting ? 'multi' : 'toplevel'
    const clientInfo = clientLine(node, isScript ? run.caller : client)
    const at = this.entries
      .slice(0, SCANNED_MAX)
      .findIndex(
        (other) =>
          other.reason === reason &&
          other.context === context &&
          other.object === object &&
          other.user === user &&
          node.nowMs - other.atMs <= GROUPING_MAX_MS,
      )
    const [known] = at === -1 ? [] : this.entries.splice(at, 1)
    const entry = known ?? { count: 0, reason, context, object, user, atMs: 0, clientInfo }
    entry.count++
    entry.atMs = node.nowMs
    entry.clientInfo = clientInfo
    this.entries.unshift(entry)
    this.entries.length = Math.min(this.entries.length, node.config.number('acllog-max-len'))
  }
}
