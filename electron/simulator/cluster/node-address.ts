/**
 * Who a node is and where, as gossip tells it. Every node of a cluster tells every other one of all the rest, so the
 * bytes are put together once, and shared by all that tell the same.
 */
import { Buffer } from 'node:buffer'
import { GOSSIP_LENGTH, GossipField, IP_LENGTH, NAME_LENGTH } from './message-format'

export interface Addressed {
  readonly name: string
  readonly ip: string
  readonly port: number
  readonly busPort: number
  readonly plainPort: number
}

export class NodeAddress implements Addressed {
  readonly name: string
  readonly ip: string
  readonly port: number
  readonly busPort: number
  readonly plainPort: number
  /** An entry of the gossip section, in which flags and times are yet to be set. */
  readonly bytes: Buffer

  private constructor({ name, ip, port, busPort, plainPort }: Addressed) {
    this.name = name
    this.ip = ip
    this.port = port
    this.busPort = busPort
    this.plainPort = plainPort
    const bytes = Buffer.alloc(GOSSIP_LENGTH)
    bytes.write(name, GossipField.name, NAME_LENGTH, 'latin1')
    bytes.write(ip, GossipField.ip, IP_LENGTH - 1, 'latin1')
    bytes.writeUInt16BE(port, GossipField.port)
    bytes.writeUInt16BE(busPort, GossipField.busPort)
    bytes.writeUInt16BE(plainPort, GossipField.plainPort)
    this.bytes = bytes
  }

  static of(node: Addressed): NodeAddress {
    const key = `${node.name} ${node.ip} ${node.port} ${node.busPort} ${node.plainPort}`
    let address = shared.get(key)
    if (!address) {
      if (shared.size >= SHARED_MAX) shared.clear()
      shared.set(key, (address = new NodeAddress(node)))
    }
    return address
  }

  isOf(node: Addressed): boolean {
    return (
      this.name === node.name &&
      this.ip === node.ip &&
      this.port === node.port &&
      this.busPort === node.busPort &&
      this.plainPort === node.plainPort
    )
  }

  /** Whether a name lies somewhere in a message. */
  isNamedIn(message: Buffer, at: number): boolean {
    const { bytes } = this
    for (let place = 0; place < NAME_LENGTH; place++) if (bytes[place] !== message[at + place]) return false
    return true
  }
}

/** Bounded: what is forgotten is merely not shared with those who come later. */
const SHARED_MAX = 4096
const shared = new Map<string, NodeAddress>()

/** A small integer of a name's first eight characters, which are drawn at random. */
export function nameHash(name: string): number {
  let hash = 0
  for (let place = 0; place < 8; place++) hash = (Math.imul(hash, 31) + name.charCodeAt(place)) | 0
  return hash & 0x3fffffff
}

/** The same of a name in a message. */
export function nameHashIn(message: Buffer, at: number): number {
  let hash = 0
  for (let place = at; place < at + 8; place++) hash = (Math.imul(hash, 31) + message[place]!) | 0
  return hash & 0x3fffffff
}
