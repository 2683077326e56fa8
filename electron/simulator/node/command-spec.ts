import type { Bytes } from '../../../shared/bytes'
import type { Database } from '../keyspace/database'
import type { Reply } from '../resp/reply'
import type { Client } from './client'
import type { RedisNode } from './redis-node'

export type CommandFlag =
  | 'write'
  | 'readonly'
  | 'denyoom'
  | 'module'
  | 'admin'
  | 'pubsub'
  | 'noscript'
  | 'blocking'
  | 'loading'
  | 'stale'
  | 'skip_monitor'
  | 'skip_slowlog'
  | 'asking'
  | 'fast'
  | 'no_auth'
  | 'may_replicate'
  | 'no_mandatory_keys'
  | 'no_async_loading'
  | 'no_multi'
  | 'allow_busy'
  | 'protected'
  | 'sentinel'
  | 'only_sentinel'
  | 'movablekeys'

export type AclCategory =
  | 'keyspace'
  | 'read'
  | 'write'
  | 'set'
  | 'sortedset'
  | 'list'
  | 'hash'
  | 'string'
  | 'bitmap'
  | 'hyperloglog'
  | 'geo'
  | 'stream'
  | 'pubsub'
  | 'admin'
  | 'fast'
  | 'slow'
  | 'blocking'
  | 'dangerous'
  | 'connection'
  | 'transaction'
  | 'scripting'

/** Where a command's keys are, for cluster routing and ACL. `last` counts from the end when negative. */
export type KeySpec =
  | { readonly find: 'none' }
  | {
      readonly find: 'range'
      readonly at: number
      readonly last: number
      readonly step: number
      readonly notKey?: true
    }
  | {
      readonly find: 'by'
      readonly keys: (argv: readonly Bytes[]) => readonly number[]
      /** False where client-side caching, which looks more closely than COMMAND GETKEYS, sees no keys at all. */
      readonly isCacheable?: (argv: readonly Bytes[]) => boolean
    }

/** What a handler sees: a command whose generic checks have passed. */
export interface Call {
  readonly node: RedisNode
  readonly client: Client
  readonly db: Database
  readonly argv: readonly Bytes[]
}

export type Handler = (call: Call) => Reply

/** A command as its family's table declares it. One with `subcommands` and no `run` is a container (CLIENT, CONFIG). */
export interface CommandSpec {
  readonly name: string
  readonly summary: string
  readonly arity: number
  readonly flags: readonly CommandFlag[]
  readonly acl: readonly AclCategory[]
  readonly keys: KeySpec
  readonly run?: Handler
  readonly subcommands?: readonly CommandSpec[]
}

export const noKeys = { find: 'none' } as const
export const firstKey = { find: 'range', at: 1, last: 1, step: 1 } as const
export const firstTwoKeys = { find: 'range', at: 1, last: 2, step: 1 } as const
export const allKeys = { find: 'range', at: 1, last: -1, step: 1 } as const
/** BLPOP and its like: all but the timeout at the end. */
export const allKeysButLast = { find: 'range', at: 1, last: -2, step: 1 } as const

/**
 * Keys behind their count, which stands at `at`, and before it perhaps one more key. None where the count is no
 * number of keys that are there.
 */
export function countedKeys(at: number, before?: number): KeySpec {
  return {
    find: 'by',
    keys: (argv) => {
      const count = Number(argv[at])
      if (!Number.isInteger(count) || count < 1 || at + count >= argv.length) return []
      const keys = Array.from({ length: count }, (_, index) => at + 1 + index)
      return before === undefined ? keys : [before, ...keys]
    },
  }
}
