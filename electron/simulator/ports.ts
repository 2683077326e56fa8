/**
 * What a simulated node needs from the world around it, and what it tells that world. A node never reads the machine's
 * clock, timers, random source or sockets: it gets these ports, so the same node runs in virtual time inside a world
 * and in real time behind a TCP listener.
 */
import type { Bytes } from '../../shared/bytes'
import type { ReplicationEvent } from './replication/replication-events'
import type { ClusterEvent } from './cluster/cluster-events'
import type { Reply } from './resp/reply'

export type Cancel = () => void

export interface Clock {
  /** Microseconds since the world began. Never goes back. */
  nowUs(): number
  /** Microseconds since 1970 as this node's system clock shows them; a fault may make it jump. */
  unixUs(): number
  /** Runs once, `delayUs` from now. Events due at one instant run in the order they were scheduled. */
  after(delayUs: number, run: () => void): Cancel
}

export interface Random {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
  /** From 0 up to, not including, 1. */
  float(): number
  /** As many lower-case hexadecimal digits as asked for. */
  hex(length: number): string
}

/** Why a disk refused. `message` is the system's own: `No space left on device`. */
export class DiskError extends Error {
  override readonly name = 'DiskError'
}

/**
 * The files of a node, by their names below the node's folder. What was written is in the cache of the system and
 * survives the node, but not the machine, until it was synced. All of it throws DiskError where the system refuses.
 */
export interface Disk {
  /** Where a person finds the file. */
  pathOf(name: string): string
  /** The length of a file, or undefined where there is none. */
  size(name: string): number | undefined
  read(name: string, from: number, length: number): Uint8Array
  /** Adds to the end of a file, which is made when there is none. Gives how many bytes it took: fewer when it is full. */
  append(name: string, bytes: Uint8Array): number
  truncate(name: string, length: number): void
  rename(from: string, to: string): void
  /** Deletes a file, if it is there. */
  delete(name: string): void
  hasFolder(name: string): boolean
  /** Makes a folder, unless it is there. */
  makeFolder(name: string): void
  /** Makes the contents of a file durable. */
  sync(name: string): void
  /** The same while the node stands still. True when it is done; else `goOn` is called when it is. */
  syncFirst(name: string, goOn: (error?: DiskError) => void): boolean
  /** Makes the names in a folder durable. */
  syncFolder(name: string): void
  /** As `sync`, while the node goes on. `done` is called in a moment of its own, never at once. */
  syncLater(name: string, done: (error?: DiskError) => void): void
  /** Writes a whole file and makes it durable while the node goes on. Calling it off leaves no file behind. */
  writeLater(name: string, chunks: readonly Uint8Array[], done: (error?: DiskError) => void): Cancel
}

/**
 * Rides along with the bytes of an output chunk, in their order, so that whoever carries the bytes can say what they
 * were once they arrive. `tag` is what the observer gave for the command, `message` what it gave for the message.
 */
export type Mark =
  | { readonly kind: 'reply'; readonly tag: number; readonly reply: Reply }
  | { readonly kind: 'message'; readonly message: number }

/** The way back to a client: a link of the simulated network, or a TCP socket. */
export interface ClientTransport {
  /** `ip:port` of the client, as CLIENT LIST shows it. */
  readonly remoteAddress: string
  /** `ip:port` of the node's own end. */
  readonly localAddress: string
  /** Called once for each turn of the node in which this client got output, with all of it: a character a byte. */
  write(bytes: string, marks: readonly Mark[]): void
  /** Bytes that were written and that the other side has not taken yet, as far as this side can know. */
  readonly unsentLength: number
  /** Closes after what was written has gone out. */
  end(): void
  /** Closes at once: what the other side has not taken is lost. */
  destroy(): void
}

/** The end of a connection that opened it, as the network calls it. */
export interface SocketEnd {
  /** The connection is there. */
  opened(): void
  /** It will never be: the error code that a socket would give. */
  refused(code: ConnectError): void
  /** False when it takes no more until it calls the connection's `ready`. The chunk may be used for something else afterwards. */
  data(chunk: Uint8Array): boolean
  /** The other side has closed it; with a reason where it ended by an error. */
  ended(code?: 'ECONNRESET' | 'ETIMEDOUT'): void
}

export type ConnectError = 'ECONNREFUSED' | 'ENOTFOUND' | 'ETIMEDOUT'

/** A connection that a node has opened. */
export interface NodeConnection {
  /** `ip:port` of the node's own end. */
  readonly localAddress: string
  /** Bytes, a character each. Nothing may be written before `opened`. */
  write(bytes: string): void
  /** Closes it. Its end hears of nothing any more. */
  close(): void
}

/** A node's own ways to other nodes: of the simulated network, or of TCP. */
export interface NodeNetwork {
  connect(host: string, port: number, end: SocketEnd): NodeConnection
  /** Listens at one more port of the node, the cluster bus. Gives what ends that. */
  listen(port: number, accept: (transport: ClientTransport) => ClientHandle): Cancel
}

/** A socket as the node sees it. */
export interface ClientHandle {
  readonly id: number
  /**
   * Bytes from the client. `tags` has one number for each command that ends in this chunk, in order: the trace event
   * of its sending. A guest on TCP has none, and the observer makes one when the command is executed. The chunk may
   * be used for something else afterwards.
   */
  receive(chunk: Uint8Array, tags?: readonly number[]): void
  /** The other side is gone. */
  closed(): void
}

/** Hears what happens inside a node, as it happens. Every `cause` is the tag of the command being executed, or 0. */
export interface NodeObserver {
  clientConnected(client: number, remoteAddress: string): void
  clientClosed(client: number, why: string): void
  /** A command is about to be executed. Gives its tag: the one it came with, or a new one. */
  command(client: number, argv: readonly Bytes[], tag: number): number
  /** Gives the message's number, which its deliveries carry in their marks. `receivers` holds client ids. */
  messagePublished(publication: Publication): number
  keyChanged(change: KeyChange): void
  replicationEvent(event: ReplicationEvent): void
  /** What the node does and finds out as a member of a cluster. */
  clusterEvent(event: ClusterEvent): void
  /** What a node in Sentinel mode finds out and does, as it publishes it: the channel's name, and the message. */
  sentinelEvent(event: { readonly name: string; readonly text: string }): void
}

export interface Publication {
  readonly cause: number
  readonly client: number
  readonly channel: Bytes
  readonly message: Bytes
  readonly sharded: boolean
  /** Another node was told it first and passes it on: over the cluster's bus, or to its replicas. */
  readonly isRelayed: boolean
  /** One for each delivery: a client whose channel and pattern both match is there twice. */
  readonly receivers: readonly { readonly client: number; readonly pattern?: Bytes }[]
}

export interface KeyChange {
  readonly cause: number
  readonly db: number
  readonly key: Bytes
  /** The keyspace event's name: `set`, `del`, `expire`, `expired`, `evicted`, ... */
  readonly event: string
  /** How long after its time to live had passed an expired key was deleted; else 0. */
  readonly lateMs: number
}
