import { Buffer } from 'node:buffer'
import {
  EXTENSION_HEADER_LENGTH,
  Field,
  GOSSIP_LENGTH,
  GossipField,
  HEADER_LENGTH,
  HOSTNAME_EXTENSION,
  IP_LENGTH,
  MessageFlag,
  NAME_LENGTH,
  SIGNATURE,
  VERSION,
  type MessageHeader,
} from './message-format'
import type { NodeAddress } from './node-address'
import { BITMAP_BYTES, type SlotBitmap } from './slot-bitmap'

/** Puts one message after the other together, in the same memory. */
export class MessageWriter {
  private buffer = Buffer.alloc(16 * 1024)
  private length = 0
  private count = 0

  begin(header: MessageHeader): void {
    const { buffer } = this
    buffer.fill(0, 0, Field.slots)
    buffer.fill(0, Field.primary, HEADER_LENGTH)
    buffer.write(SIGNATURE, 0, 'latin1')
    buffer.writeUInt16BE(VERSION, Field.version)
    buffer.writeUInt16BE(header.port, Field.port)
    buffer.writeUInt16BE(header.type, Field.type)
    writeUInt64(buffer, header.currentEpoch, Field.currentEpoch)
    writeUInt64(buffer, header.configEpoch, Field.configEpoch)
    writeUInt64(buffer, header.offset, Field.offset)
    buffer.write(header.sender, Field.sender, NAME_LENGTH, 'latin1')
    header.slots.copy(buffer, Field.slots)
    buffer.write(header.primary, Field.primary, NAME_LENGTH, 'latin1')
    buffer.write(header.ip, Field.ip, IP_LENGTH - 1, 'latin1')
    buffer.writeUInt16BE(header.plainPort, Field.plainPort)
    buffer.writeUInt16BE(header.busPort, Field.busPort)
    buffer.writeUInt16BE(header.flags, Field.flags)
    buffer[Field.state] = header.isOk ? 0 : 1
    buffer[Field.messageFlags] = header.messageFlags
    this.length = HEADER_LENGTH
    this.count = 0
  }

  addGossip(address: NodeAddress, pingSentMs: number, pongReceivedMs: number, flags: number): void {
    const at = this.extend(GOSSIP_LENGTH)
    const { buffer } = this
    buffer.set(address.bytes, at)
    if (pingSentMs > 0) buffer.writeUInt32BE(Math.floor(pingSentMs / 1000) >>> 0, at + GossipField.pingSent)
    buffer.writeUInt32BE(Math.floor(pongReceivedMs / 1000) >>> 0, at + GossipField.pongReceived)
    buffer.writeUInt16BE(flags, at + GossipField.flags)
    this.count++
  }

  /** The name under which clients may reach the sender; nothing is said of it where it has none. */
  addHostname(hostname: string): void {
    if (hostname === '') return
    const length = EXTENSION_HEADER_LENGTH + Math.ceil((hostname.length + 1) / 8) * 8
    const at = this.extendEmpty(length)
    this.buffer.writeUInt32BE(length, at)
    this.buffer.writeUInt16BE(HOSTNAME_EXTENSION, at + 4)
    this.buffer.write(hostname, at + EXTENSION_HEADER_LENGTH, 'latin1')
    this.buffer.writeUInt16BE(1, Field.extensions)
    this.buffer[Field.messageFlags]! |= MessageFlag.hasExtensions
  }

  /** FAIL: whom it is about. */
  addName(name: string): void {
    const at = this.extendEmpty(NAME_LENGTH)
    this.buffer.write(name, at, NAME_LENGTH, 'latin1')
  }

  /** UPDATE: the slots of a node, and since when. */
  addConfiguration(configEpoch: number, name: string, slots: SlotBitmap): void {
    const at = this.extendEmpty(8 + NAME_LENGTH + BITMAP_BYTES)
    writeUInt64(this.buffer, configEpoch, at)
    this.buffer.write(name, at + 8, NAME_LENGTH, 'latin1')
    slots.copy(this.buffer, at + 8 + NAME_LENGTH)
  }

  addPublication(channel: string, message: string): void {
    const at = this.extend(8 + channel.length + message.length)
    this.buffer.writeUInt32BE(channel.length, at)
    this.buffer.writeUInt32BE(message.length, at + 4)
    this.buffer.write(channel, at + 8, 'latin1')
    this.buffer.write(message, at + 8 + channel.length, 'latin1')
  }

  /** The whole message, a character a byte. */
  end(): string {
    this.buffer.writeUInt32BE(this.length, Field.length)
    this.buffer.writeUInt16BE(this.count, Field.count)
    const bytes = this.buffer.toString('latin1', 0, this.length)
    if (this.buffer.length > KEPT_BYTES) this.buffer = Buffer.alloc(KEPT_BYTES)
    return bytes
  }

  private extend(length: number): number {
    const at = this.length
    this.length += length
    if (this.length > this.buffer.length) {
      const larger = Buffer.alloc(Math.max(this.length, this.buffer.length * 2))
      this.buffer.copy(larger, 0, 0, at)
      this.buffer = larger
    }
    return at
  }

  /** The same, with nothing in it. */
  private extendEmpty(length: number): number {
    const at = this.extend(length)
    this.buffer.fill(0, at, this.length)
    return at
  }
}

/** A large publication's memory is given back. */
const KEPT_BYTES = 256 * 1024

function writeUInt64(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32BE(Math.floor(value / 2 ** 32) >>> 0, at)
  buffer.writeUInt32BE(value >>> 0, at + 4)
}
