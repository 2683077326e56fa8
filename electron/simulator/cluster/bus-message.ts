import type { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import {
  EXTENSION_HEADER_LENGTH,
  Field,
  GOSSIP_LENGTH,
  GossipField,
  HEADER_LENGTH,
  HOSTNAME_EXTENSION,
  IP_LENGTH,
  MessageFlag,
  messageNames,
  MessageType,
  NAME_LENGTH,
  VERSION,
} from './message-format'
import { BITMAP_BYTES, type SlotBitmap } from './slot-bitmap'

/**
 * One message as it came. Its fields are read when they are asked for, from memory that is used for something else once
 * the message is dealt with: most of the thousands of messages a second tell nothing new, and should cost nothing.
 */
export class BusMessage {
  private readonly view: DataView

  constructor(private readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Of a version that is understood, and as long as its content says. Nothing else may be asked before. */
  get isSound(): boolean {
    const { bytes } = this
    if (bytes.length < HEADER_LENGTH || bytes.readUInt16BE(Field.version) !== VERSION) return false
    const expected = this.expectedLength()
    return expected === undefined || expected === bytes.length
  }

  get type(): number {
    return this.bytes.readUInt16BE(Field.type)
  }

  get isOfPingKind(): boolean {
    return this.type <= MessageType.meet
  }

  get sender(): string {
    return this.bytes.toString('latin1', Field.sender, Field.sender + NAME_LENGTH)
  }

  get currentEpoch(): number {
    return readUInt64(this.bytes, Field.currentEpoch)
  }

  get configEpoch(): number {
    return readUInt64(this.bytes, Field.configEpoch)
  }

  get offset(): number {
    return readUInt64(this.bytes, Field.offset)
  }

  get slots(): SlotBitmap {
    return this.bytes.subarray(Field.slots, Field.slots + BITMAP_BYTES)
  }

  hasSlotsOf(bitmap: SlotBitmap): boolean {
    return bitmap.compare(this.bytes, Field.slots, Field.slots + BITMAP_BYTES) === 0
  }

  /** The name of the sender's primary, or undefined when it is one. */
  get primary(): string | undefined {
    if (this.bytes[Field.primary] === 0) return undefined
    return this.bytes.toString('latin1', Field.primary, Field.primary + NAME_LENGTH)
  }

  get ip(): string {
    return readAddress(this.bytes, Field.ip)
  }

  get port(): number {
    return this.bytes.readUInt16BE(Field.port)
  }

  get plainPort(): number {
    return this.bytes.readUInt16BE(Field.plainPort)
  }

  get busPort(): number {
    return this.bytes.readUInt16BE(Field.busPort)
  }

  get flags(): number {
    return this.bytes.readUInt16BE(Field.flags)
  }

  get isOk(): boolean {
    return this.bytes[Field.state] === 0
  }

  get isPaused(): boolean {
    return (this.bytes[Field.messageFlags]! & MessageFlag.paused) !== 0
  }

  get isForced(): boolean {
    return (this.bytes[Field.messageFlags]! & MessageFlag.forceAck) !== 0
  }

  /** How many nodes the gossip section of a PING, PONG or MEET tells of. */
  get gossipCount(): number {
    return this.bytes.readUInt16BE(Field.count)
  }

  gossipName(index: number): string {
    const at = HEADER_LENGTH + index * GOSSIP_LENGTH
    return this.bytes.toString('latin1', at, at + NAME_LENGTH)
  }

  /** Whom an entry tells of, among those that are known. */
  gossipId(index: number, known: { idIn(message: DataView, at: number): number }): number {
    return known.idIn(this.view, HEADER_LENGTH + index * GOSSIP_LENGTH)
  }

  gossipFlags(index: number): number {
    return this.gossipNumber(index, GossipField.flags)
  }

  gossipPingSeconds(index: number): number {
    return this.view.getUint32(HEADER_LENGTH + index * GOSSIP_LENGTH + GossipField.pingSent)
  }

  gossipPongSeconds(index: number): number {
    return this.view.getUint32(HEADER_LENGTH + index * GOSSIP_LENGTH + GossipField.pongReceived)
  }

  gossipIp(index: number): string {
    return readAddress(this.bytes, HEADER_LENGTH + index * GOSSIP_LENGTH + GossipField.ip)
  }

  gossipPort(index: number): number {
    return this.gossipNumber(index, GossipField.port)
  }

  gossipBusPort(index: number): number {
    return this.gossipNumber(index, GossipField.busPort)
  }

  gossipPlainPort(index: number): number {
    return this.gossipNumber(index, GossipField.plainPort)
  }

  /** The name under which clients may reach the sender; empty where it has none. */
  get hostname(): string {
    let hostname = ''
    this.eachExtension((type, from, to) => {
      if (type === HOSTNAME_EXTENSION) hostname = readCString(this.bytes, from, to)
    })
    return /^[A-Za-z0-9.-]*$/.test(hostname) ? hostname : ''
  }

  /** FAIL: whom it is about. */
  get subject(): string {
    return this.bytes.toString('latin1', HEADER_LENGTH, HEADER_LENGTH + NAME_LENGTH)
  }

  /** UPDATE: a node, its slots and since when it has them. */
  get update(): { readonly configEpoch: number; readonly name: string; readonly slots: SlotBitmap } {
    const at = HEADER_LENGTH + 8
    return {
      configEpoch: readUInt64(this.bytes, HEADER_LENGTH),
      name: this.bytes.toString('latin1', at, at + NAME_LENGTH),
      slots: this.bytes.subarray(at + NAME_LENGTH, at + NAME_LENGTH + BITMAP_BYTES),
    }
  }

  get publication(): { readonly channel: Bytes; readonly message: Bytes } {
    const { bytes } = this
    const at = HEADER_LENGTH + 8
    const end = at + bytes.readUInt32BE(HEADER_LENGTH)
    return { channel: bytes.toString('latin1', at, end) as Bytes, message: bytes.toString('latin1', end) as Bytes }
  }

  private gossipNumber(index: number, field: number): number {
    return this.view.getUint16(HEADER_LENGTH + index * GOSSIP_LENGTH + field)
  }

  /** Undefined for a type that is not known, whose content may be anything. */
  private expectedLength(): number | undefined {
    const { bytes, type } = this
    if (this.isOfPingKind) {
      const end = HEADER_LENGTH + this.gossipCount * GOSSIP_LENGTH
      return end > bytes.length ? end : this.eachExtension(() => undefined)
    }
    switch (type) {
      case MessageType.fail:
        return HEADER_LENGTH + NAME_LENGTH
      case MessageType.update:
        return HEADER_LENGTH + 8 + NAME_LENGTH + BITMAP_BYTES
      case MessageType.publish:
      case MessageType.publishShard:
        if (bytes.length < HEADER_LENGTH + 8) return NaN
        return HEADER_LENGTH + 8 + bytes.readUInt32BE(HEADER_LENGTH) + bytes.readUInt32BE(HEADER_LENGTH + 4)
      case MessageType.module:
        return bytes.length < HEADER_LENGTH + 13 ? NaN : HEADER_LENGTH + 13 + bytes.readUInt32BE(HEADER_LENGTH + 8)
      default:
        return type < messageNames.length ? HEADER_LENGTH : undefined
    }
  }

  /** Gives where the last extension ends; NaN when they go beyond the message. */
  private eachExtension(see: (type: number, from: number, to: number) => void): number {
    const { bytes } = this
    let at = HEADER_LENGTH + this.gossipCount * GOSSIP_LENGTH
    if (!(bytes[Field.messageFlags]! & MessageFlag.hasExtensions)) return at
    for (let left = bytes.readUInt16BE(Field.extensions); left > 0; left--) {
      if (at + EXTENSION_HEADER_LENGTH > bytes.length) return NaN
      const length = bytes.readUInt32BE(at)
      if (length < EXTENSION_HEADER_LENGTH || length % 8 !== 0 || at + length > bytes.length) return NaN
      see(bytes.readUInt16BE(at + 4), at + EXTENSION_HEADER_LENGTH, at + length)
      at += length
    }
    return at
  }
}

/** What cannot be an address counts as none: it goes into texts, where blanks and line ends mean something. */
function readAddress(bytes: Buffer, at: number): string {
  const address = readCString(bytes, at, at + IP_LENGTH)
  return /^[0-9a-zA-Z.:_-]*$/.test(address) ? address : ''
}

function readCString(bytes: Buffer, from: number, to: number): string {
  const end = bytes.indexOf(0, from)
  return bytes.toString('latin1', from, end === -1 || end > to ? to : end)
}

/** Exact up to 2^53, which no epoch and no offset of an honest node gets to. */
function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}
