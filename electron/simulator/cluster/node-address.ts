/**
 * Who a node is and where, as gossip tells it. Every node of a cluster tells every other one of all the rest, so the
 * bytes are put together once, and shared by all that tell the same.
 */
import { Buffer } from 'node:buffer'
import { GOSSIP_LENGTH, GossipField, IP_LENGTH, NAME_LENGTH } from './message-format'
import { hashOfName } from './name-index'

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
  private made: Buffer | undefined
  private seen: DataView | undefined
  private knownHash: number | undefined

  private constructor({ name, ip, port, busPort, plainPort }: Addressed) {
    // Cut from a file or a message, the name would keep all of it in memory.
    this.name = Buffer.from(name, 'latin1').toString('latin1')
    this.ip = ip
    this.port = port
    this.busPort = busPort
    this.plainPort = plainPort
  }

  /** An entry of the gossip section, in which flags and times are yet to be set. */
  get bytes(): Buffer {
    return (this.made ??= this.make())
  }

  /** What its name is found by in an index of names. */
  get hash(): number {
    return (this.knownHash ??= hashOfName(this.view))
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

  with({ name, ip, port, busPort, plainPort }: Partial<Addressed>): NodeAddress {
    return NodeAddress.of({
      name: name ?? this.name,
      ip: ip ?? this.ip,
      port: port ?? this.port,
      busPort: busPort ?? this.busPort,
      plainPort: plainPort ?? this.plainPort,
    })
  }

  /** Whether its name lies somewhere in a message. */
  isNamedIn(message: DataView, at: number): boolean {
    const view = this.seen ?? this.view
    for (let place = 0; place < NAME_LENGTH; place += 4) {
      if (view.getInt32(place) !== message.getInt32(at + place)) return false
    }
    return true
  }

  private get view(): DataView {
    const { bytes } = this
    return (this.seen ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
  }

  private make(): Buffer {
    const bytes = Buffer.alloc(GOSSIP_LENGTH)
    bytes.write(this.name, GossipField.name, NAME_LENGTH, 'latin1')
    bytes.write(this.ip, GossipField.ip, IP_LENGTH - 1, 'latin1')
    bytes.writeUInt16BE(this.port, GossipField.port)
    bytes.writeUInt16BE(this.busPort, GossipField.busPort)
    bytes.writeUInt16BE(this.plainPort, GossipField.plainPort)
    return bytes
  }
}

/** Bounded: what is forgotten is merely not shared with those who come later. */
const SHARED_MAX = 8192
const shared = new Map<string, NodeAddress>()
