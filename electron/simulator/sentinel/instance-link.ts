/**
 * The two connections to one server, for commands and for pub/sub, and when it was heard. Several primaries that are
 * watched by the same other Sentinel share the link to it.
 */
import type { RedisConnection } from './redis-connection'

export class InstanceLink {
  sharers = 1
  /** One of the connections that there should be is missing. */
  isDisconnected = true
  pendingCommands = 0
  commands: RedisConnection | undefined
  messages: RedisConnection | undefined
  commandsSinceMs = 0
  messagesSinceMs = 0
  lastMessageMs = 0
  /** When it answered a PING as a server does that works. */
  availableMs: number
  /** When the PING was sent that has no answer yet, or 0. It begins as if one had been: a server may never be reached. */
  openPingMs: number
  lastPingMs = 0
  /** When it answered a PING at all. */
  lastPongMs: number
  lastReconnectMs = 0

  constructor(nowMs: number) {
    this.openPingMs = nowMs
    this.availableMs = nowMs
    this.lastPongMs = nowMs
  }

  closeCommands(): void {
    if (!this.commands) return
    this.commands.close()
    this.commands = undefined
    this.pendingCommands = 0
    this.isDisconnected = true
  }

  closeMessages(): void {
    if (!this.messages) return
    this.messages.close()
    this.messages = undefined
    this.isDisconnected = true
  }

  close(): void {
    this.closeCommands()
    this.closeMessages()
  }

  /** As it was when it was new, but for the connections. */
  resetTimes(nowMs: number): void {
    this.openPingMs = nowMs
    this.lastPingMs = 0
    this.availableMs = nowMs
    this.lastPongMs = nowMs
  }

  /** One of those who share it goes. */
  release(): void {
    if (--this.sharers === 0) this.close()
  }
}
