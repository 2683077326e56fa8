import type { Bytes } from '../../../shared/bytes'
import { encode } from '../resp/encode'
import { array, bulk, integer, nothing, push, type Reply } from '../resp/reply'
import type { Client } from './client'
import type { Command } from './command'
import { keysOf } from './command-keys'
import type { KeySpec } from './command-spec'
import type { RedisNode } from './redis-node'

/** CLIENT TRACKING as one client turned it on. */
export interface Tracking {
  /** The client that is told of changes instead of this one, or 0. */
  readonly redirect: number
  readonly isBroadcast: boolean
  readonly prefixes: readonly Bytes[]
  readonly choice: 'all' | 'optin' | 'optout'
  readonly isDeafToItself: boolean
  isRedirectBroken: boolean
  /** CLIENT CACHING was called for the next command. */
  isChosen: boolean
}

/** Keys that begin alike. */
interface Prefix {
  readonly clients: Set<Client>
  /** Changed in this turn, each with who changed it last. */
  readonly changed: Map<Bytes, Client | undefined>
}

const CHANNEL = '__redis__:invalidate'

/**
 * Client-side caching: which clients may hold which keys, and who is to be told when one changes. A client that
 * changes a key itself hears of it behind its reply; broadcasts go out together at the end of a turn.
 */
export class TrackingTable {
  private readonly clients = new Set<Client>()
  private readonly readers = new Map<Bytes, Set<Client>>()
  /** For broadcasting clients. A prefix hears of what changes from when the first of them asked for it. */
  private readonly prefixes = new Map<Bytes, Prefix>()
  /** Told to the current client once its command is done; undefined stands for "everything". */
  private pending: (Bytes | undefined)[] = []

  constructor(private readonly node: RedisNode) {}

  get clientCount(): number {
    return this.clients.size
  }

  get keyCount(): number {
    return this.readers.size
  }

  get itemCount(): number {
    let count = 0
    for (const readers of this.readers.values()) count += readers.size
    return count
  }

  get prefixCount(): number {
    return this.prefixes.size
  }

  turnOn(client: Client, tracking: Tracking): void {
    client.tracking = tracking
    this.clients.add(client)
    for (const name of tracking.prefixes) {
      const prefix = this.prefixes.get(name)
      if (prefix) prefix.clients.add(client)
      else this.prefixes.set(name, { clients: new Set([client]), changed: new Map() })
    }
  }

  turnOff(client: Client): void {
    for (const name of client.tracking?.prefixes ?? []) {
      const prefix = this.prefixes.get(name)
      prefix?.clients.delete(client)
      if (prefix?.clients.size === 0) this.prefixes.delete(name)
    }
    client.tracking = undefined
    this.clients.delete(client)
  }

  /** A client has run a command, which may have been one that reads. */
  remember(client: Client, command: Command, argv: readonly Bytes[]): void {
    if (!command.isReadOnly) return
    const { keys } = command.spec
    if (keys.find === 'by' && keys.isCacheable?.(argv) === false) return
    this.rememberKeys(client, keys, argv)
  }

  /** Remembers keys that a client was told of, as far as it wants that. */
  rememberKeys(client: Client, keys: KeySpec, argv: readonly Bytes[]): void {
    const { tracking } = client
    if (!tracking || tracking.isBroadcast) return
    if (tracking.choice !== 'all' && tracking.isChosen !== (tracking.choice === 'optin')) return
    for (const at of keysOf(keys, argv)) {
      const key = argv[at]!
      const readers = this.readers.get(key)
      if (readers) readers.add(client)
      else this.readers.set(key, new Set([client]))
    }
  }

  keyModified(key: Bytes): void {
    if (this.clients.size === 0) {
      // Nobody is told, but whoever turns tracking on again is not told of this key either.
      if (this.readers.size > 0) this.readers.delete(key)
      return
    }
    // What a script changes nobody has changed itself.
    const changer = this.node.scripting.run ? undefined : this.node.current
    for (const [name, { changed }] of this.prefixes) if (key.startsWith(name)) changed.set(key, changer)
    const readers = this.readers.get(key)
    if (!readers) return
    this.readers.delete(key)
    for (const client of readers) {
      if (!client.tracking || client.tracking.isBroadcast || client.isClosed) continue
      if (client !== this.node.current) this.tell(client, array([bulk(key)]))
      else if (!client.tracking.isDeafToItself) this.pending.push(key)
    }
  }

  flushed(): void {
    for (const client of this.clients) {
      if (client === this.node.current) this.pending.push(undefined)
      else this.tell(client, nothing)
    }
    this.readers.clear()
  }

  /** The current client's command is done and answered. */
  tellPending(client: Client): void {
    if (this.pending.length === 0) return
    const keys = this.pending
    this.pending = []
    // Even when tracking was turned off meanwhile.
    for (const key of keys) this.tell(client, key === undefined ? nothing : array([bulk(key)]))
  }

  /** The turn is over: broadcasting clients hear of its changes. */
  broadcast(): void {
    if (this.prefixes.size === 0) return
    for (const [, { clients, changed }] of [...this.prefixes].sort(byName)) {
      if (changed.size === 0) continue
      const keys = [...changed].sort(byName)
      changed.clear()
      for (const client of clients) {
        const isDeaf = client.tracking?.isDeafToItself
        const told = keys.filter(([, changer]) => !(isDeaf && changer === client))
        if (told.length > 0) this.tell(client, array(told.map(([key]) => bulk(key))))
      }
    }
  }

  private tell(client: Client, keys: Reply): void {
    const { tracking } = client
    const target = tracking && tracking.redirect !== 0 ? this.node.clients.get(tracking.redirect) : client
    if (!target) {
      tracking!.isRedirectBroken = true
      if (client.resp === 3) {
        client.append(encode(push([bulk('tracking-redir-broken'), integer(tracking!.redirect)]), 3))
      }
    } else if (target.resp === 3) {
      target.append(encode(push([bulk('invalidate'), keys]), 3))
    } else if (target !== client && target.isSubscriber) {
      target.append(encode(array([bulk('message'), bulk(CHANNEL), keys]), 2))
    }
  }
}

function byName([a]: readonly [Bytes, unknown], [b]: readonly [Bytes, unknown]): number {
  return a < b ? -1 : 1
}
