import type { Config } from '../config/config'
import type { Client } from './client'
import { typeOf } from './client-line'
import type { RedisNode } from './redis-node'

interface Limit {
  readonly hardBytes: number
  readonly softBytes: number
  readonly softSeconds: number
}

/** Redis does not count what fits the reply buffer that each client has anyway. */
export const UNCOUNTED_BYTES = 16 * 1024

/**
 * `client-output-buffer-limit` and `client-query-buffer-limit`: what may wait for a client that does not read, or for
 * the rest of a command, until the node hangs up. A limit of 0 is none.
 */
export class BufferLimits {
  queryBytesMax = 0
  private limits: Readonly<Record<string, Limit>> = {}

  constructor(
    private readonly node: RedisNode,
    config: Config,
  ) {
    config.follow('client-query-buffer-limit', (text) => (this.queryBytesMax = Number(text)))
    config.follow('client-output-buffer-limit', (text) => (this.limits = parseLimits(text)))
  }

  /** What may wait for a replica at most. */
  get replicaBytesMax(): number {
    return this.limits['replica']?.hardBytes || Infinity
  }

  /** Looks at a client for which more than UNCOUNTED_BYTES wait, and cuts it off when that is too much. */
  check(client: Client): void {
    const limit = this.limits[typeOf(client)] ?? NO_LIMIT
    const bytes = client.waitingLength
    const isOverSoft = limit.softBytes > 0 && bytes >= limit.softBytes
    if (!isOverSoft) client.overSoftSinceSeconds = undefined
    else if (client.overSoftSinceSeconds === undefined) this.beginSoft(client, limit)
    const isOverHard = limit.hardBytes > 0 && bytes >= limit.hardBytes
    const overSince = client.overSoftSinceSeconds ?? Infinity
    if (isOverHard || this.node.nowSeconds - overSince > limit.softSeconds) client.cutOff('output buffer limit')
  }

  /** Whoever stops reading altogether gets no more output either, so nothing else would look again. */
  private beginSoft(client: Client, { softSeconds }: Limit): void {
    const { node } = this
    client.overSoftSinceSeconds = node.nowSeconds
    node.clock.after((softSeconds + 1) * 1_000_000, () => {
      if (!client.isClosed && client.overSoftSinceSeconds !== undefined) node.turn(() => this.check(client))
    })
  }
}

const NO_LIMIT: Limit = { hardBytes: 0, softBytes: 0, softSeconds: 0 }

/** `normal 0 0 0 slave 268435456 67108864 60 pubsub ...`, by the client types of CLIENT LIST. */
function parseLimits(text: string): Record<string, Limit> {
  const words = text.split(' ')
  const limits: Record<string, Limit> = {}
  for (let at = 0; at < words.length; at += 4) {
    const [hardBytes = 0, softBytes = 0, softSeconds = 0] = words.slice(at + 1, at + 4).map(Number)
    limits[words[at] === 'slave' ? 'replica' : words[at]!] = { hardBytes, softBytes, softSeconds }
  }
  return limits
}
