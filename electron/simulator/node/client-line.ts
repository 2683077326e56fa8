import type { Client } from './client'
import type { RedisNode } from './redis-node'

export type ClientType = 'normal' | 'master' | 'replica' | 'pubsub'

/** The names that CLIENT LIST TYPE and CLIENT KILL TYPE take. */
export function clientTypeOf(name: string): ClientType | undefined {
  switch (name.toLowerCase()) {
    case 'normal':
    case 'master':
    case 'replica':
    case 'pubsub':
      return name.toLowerCase() as ClientType
    case 'slave':
      return 'replica'
    default:
      return undefined
  }
}

export function typeOf(client: Client): ClientType {
  if (client.isPrimary) return 'master'
  // MONITOR makes a replica of nobody, but is one to Redis's eyes.
  if (client.replica) return 'replica'
  return client.isSubscriber ? 'pubsub' : 'normal'
}

// Redis's figures for a client that waits: what its structs and its reply buffer take.
const CLIENT_BYTES = 904
const REPLY_BUFFER_BYTES = 1024
const REPLY_BLOCK_BYTES = 16 * 1024
const FIRST_DESCRIPTOR = 7

/** A client as CLIENT LIST and CLIENT INFO show it. */
export function clientLine(node: RedisNode, client: Client): string {
  const pending = client.decoder.pendingLength
  const unsent = client.transport.unsentLength
  const fields: readonly (readonly [string, string | number])[] = [
    ['id', client.id],
    ['addr', client.transport.remoteAddress],
    ['laddr', client.transport.localAddress],
    ['fd', client.id + FIRST_DESCRIPTOR],
    ['name', client.name],
    ['age', secondsSince(node, client.createdMs)],
    ['idle', secondsSince(node, client.lastActiveMs)],
    ['flags', flagsOf(client)],
    ['db', client.db.index],
    ['sub', client.channels.size],
    ['psub', client.patterns.size],
    ['ssub', client.shardChannels.size],
    ['multi', client.transaction?.queue.length ?? client.executingCount],
    ['qbuf', pending],
    ['qbuf-free', 0],
    ['argv-mem', 0],
    ['multi-mem', 0],
    ['rbs', REPLY_BUFFER_BYTES],
    ['rbp', 0],
    ['obl', client.outputLength],
    ['oll', Math.ceil(unsent / REPLY_BLOCK_BYTES)],
    ['omem', unsent],
    ['tot-mem', CLIENT_BYTES + REPLY_BUFFER_BYTES + pending + client.outputLength + unsent],
    ['events', 'r'],
    ['cmd', client.lastCommand?.fullName ?? 'NULL'],
    ['user', client.user.name],
    ['redir', client.tracking ? client.tracking.redirect : -1],
    ['resp', client.resp],
  ]
  return fields.map(([name, value]) => `${name}=${value}`).join(' ')
}

function secondsSince(node: RedisNode, ms: number): number {
  return Math.max(0, Math.floor(node.nowMs / 1000) - Math.floor(ms / 1000))
}

function flagsOf(client: Client): string {
  const flags = [
    client.isMonitor ? 'O' : client.replica ? 'S' : '',
    client.isPrimary ? 'M' : '',
    client.isSubscriber ? 'P' : '',
    client.transaction || client.isExecuting ? 'x' : '',
    client.block || client.postponed ? 'b' : '',
    client.tracking ? 't' : '',
    client.tracking?.isRedirectBroken ? 'R' : '',
    client.tracking?.isBroadcast ? 'B' : '',
    client.isDirty ? 'd' : '',
    client.isClosing ? 'c' : '',
    client.readsFromReplica ? 'r' : '',
    client.isExemptFromEviction ? 'e' : '',
  ].join('')
  return flags === '' ? 'N' : flags
}
