/**
 * The cluster bus's binary messages, as Redis 7.0 lays them out: a header of 2256 bytes that tells of the sender, and
 * data that depend on the type. All numbers have their highest byte first.
 */
import type { SlotBitmap } from './slot-bitmap'

export const MessageType = {
  ping: 0,
  pong: 1,
  meet: 2,
  fail: 3,
  publish: 4,
  authRequest: 5,
  authAck: 6,
  update: 7,
  mfStart: 8,
  module: 9,
  publishShard: 10,
} as const

/** By number, as CLUSTER INFO calls them. */
export const messageNames = [
  'ping',
  'pong',
  'meet',
  'fail',
  'publish',
  'auth-req',
  'auth-ack',
  'update',
  'mfstart',
  'module',
  'publishshard',
] as const

/** Bits of the first byte of message flags. */
export const MessageFlag = {
  /** A primary says that it has paused its clients for a manual failover. */
  paused: 1,
  /** Vote even though the primary is up: a manual failover. */
  forceAck: 2,
  hasExtensions: 4,
} as const

export const SIGNATURE = 'RCmb'
export const VERSION = 1
export const NAME_LENGTH = 40
export const IP_LENGTH = 46
export const HEADER_LENGTH = 2256
export const GOSSIP_LENGTH = 104

/** Where the fields of the header are. */
export const Field = {
  length: 4,
  version: 8,
  port: 10,
  type: 12,
  count: 14,
  currentEpoch: 16,
  configEpoch: 24,
  offset: 32,
  sender: 40,
  slots: 80,
  primary: 2128,
  ip: 2168,
  extensions: 2214,
  plainPort: 2246,
  busPort: 2248,
  flags: 2250,
  state: 2252,
  messageFlags: 2253,
} as const

/** Where the fields of one node are in the gossip section. */
export const GossipField = {
  name: 0,
  pingSent: 40,
  pongReceived: 44,
  ip: 48,
  port: 94,
  busPort: 96,
  flags: 98,
  plainPort: 100,
} as const

export const HOSTNAME_EXTENSION = 0
export const EXTENSION_HEADER_LENGTH = 8

/** What every message tells of its sender. */
export interface MessageHeader {
  readonly type: number
  readonly sender: string
  readonly currentEpoch: number
  readonly configEpoch: number
  readonly offset: number
  readonly slots: SlotBitmap
  /** The name of its primary; empty when it is one itself. */
  readonly primary: string
  /** The address to use for it, where it is not the one that it is seen at. */
  readonly ip: string
  readonly port: number
  readonly plainPort: number
  readonly busPort: number
  readonly flags: number
  readonly isOk: boolean
  readonly messageFlags: number
}

export function isNodeId(name: string): boolean {
  return /^[a-z0-9]{40}$/.test(name)
}
