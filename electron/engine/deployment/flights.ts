/**
 * Keeps what leaves on the network while somebody asks for it, a sample of each kind. It reads what the network tells and
 * changes nothing, so a run that is looked at is the same run.
 */
import { flightKinds, type Flight, type FlightKind, type Flights } from '../../../shared/flights'
import type { World } from '../world/world'

/** Of each kind between two askings; beyond that every second one is kept, then every fourth. */
const KIND_MAX = 96
/** So many have gone by and nobody has asked: nobody looks any more. */
const UNASKED_MAX = 20_000

interface Sample {
  seen: number
  every: number
  flights: Flight[]
}

export class FlightSampler {
  private samples = newSamples()
  private unasked = 0

  constructor(private readonly world: World) {}

  /** What left since the last time; the first time begins to look. */
  take(): Flights {
    const { links, clock } = this.world
    const { samples } = this
    this.samples = newSamples()
    this.unasked = 0
    links.watcher ??= (...flight) => this.see(...flight)
    const flights = [...samples.values()].flatMap((sample) => sample.flights)
    return { nowUs: clock.nowUs(), flights: flights.sort((a, b) => a.sentUs - b.sentUs) }
  }

  private see(from: string, to: string, part: unknown, sentUs: number, arrivesUs: number): void {
    if (++this.unasked > UNASKED_MAX) {
      this.world.links.watcher = undefined
      this.samples = newSamples()
      return
    }
    const kind = this.kindOf(from, to, chunkOf(part))
    if (!kind) return
    const sample = this.samples.get(kind)!
    if (sample.seen++ % sample.every !== 0) return
    sample.flights.push({ kind, from, to, sentUs, arrivesUs: arrivesUs === Infinity ? null : arrivesUs })
    if (sample.flights.length < KIND_MAX) return
    sample.every *= 2
    sample.flights = sample.flights.filter((_, index) => index % 2 === 0)
  }

  /** Undefined for what carries nothing: a handshake, an end. */
  private kindOf(from: string, to: string, chunk: Uint8Array): FlightKind | undefined {
    if (chunk.length === 0) return undefined
    const [isFromNode, isToNode] = [this.world.hasProcess(from), this.world.hasProcess(to)]
    if (!isFromNode) return 'command'
    if (!isToNode) return startsWith(chunk, '-MOVED ') || startsWith(chunk, '-ASK ') ? 'redirect' : 'reply'
    if (startsWith(chunk, 'RCmb')) return busKind((chunk[12]! << 8) | chunk[13]!)
    if (from.startsWith('sentinel-') || to.startsWith('sentinel-')) return 'gossip'
    return this.world.process(from).node.replication.role === 'replica' ? 'acknowledgement' : 'replication'
  }
}

function newSamples(): Map<FlightKind, Sample> {
  return new Map(flightKinds.map((kind) => [kind, { seen: 0, every: 1, flights: [] }]))
}

/** A client's requests and a node's replies both have their bytes in `chunk`. */
function chunkOf(part: unknown): Uint8Array {
  const { chunk } = (part ?? {}) as { chunk?: Uint8Array }
  return chunk ?? new Uint8Array(0)
}

function startsWith(chunk: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (chunk[index] !== text.charCodeAt(index)) return false
  return true
}

/** By the type in the header of a message of the bus: PING, PONG and MEET come first, requests of votes and votes are 5 and 6. */
function busKind(type: number): FlightKind {
  if (type <= 2) return 'gossip'
  return type === 5 || type === 6 ? 'vote' : 'bus'
}
