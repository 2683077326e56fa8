/**
 * Memory of what is on its way. Flights are short-lived, and memory of its own for each would cost more than to copy it:
 * many share a block. Nodes are done with the bytes when they have heard them, so the blocks of what they tell each other
 * are used again. That matters: a thousand nodes that find each other exchange 25 GB, and memory that the collector has
 * to take back makes it walk through all the world's objects each time.
 */
import { Buffer } from 'node:buffer'

const BLOCK_BYTES = 64 * 1024
/** What is longer has memory of its own. */
const SHARED_BYTES_MAX = BLOCK_BYTES / 4
/** So many blocks are kept for later. */
const FREE_MAX = 4096

/** A block of memory that flights share. */
export class FlightBlock {
  readonly buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  used = 0
  /** Flights in it that have not arrived. One that never does keeps its block from being used again. */
  private flights = 0
  private isFull = false

  constructor(private readonly freed: ((block: FlightBlock) => void) | undefined) {}

  hasRoom(length: number): boolean {
    return this.used + length <= BLOCK_BYTES
  }

  put(text: string): Uint8Array {
    const from = this.used
    this.used += text.length
    this.flights++
    this.buffer.write(text, from, text.length, 'latin1')
    return this.buffer.subarray(from, this.used)
  }

  /** A flight has arrived, and nobody will look at its bytes any more. */
  release(): void {
    this.flights--
    this.freeIfDone()
  }

  /** Nothing more is put into it. */
  fill(): void {
    this.isFull = true
    this.freeIfDone()
  }

  private freeIfDone(): void {
    if (!this.isFull || this.flights > 0) return
    this.isFull = false
    this.used = 0
    this.freed?.(this)
  }
}

/** Bytes on their way, and the block that they lie in where it is to be released. */
export interface FlightBytes {
  readonly chunk: Uint8Array
  readonly block: FlightBlock | undefined
}

const free: FlightBlock[] = []
let kept = newBlock()
let shared = new FlightBlock(undefined)

/** The bytes of a text, for a reader that may keep them. The block is given back when the last of its readers forgets it. */
export function flightBytes(text: string): FlightBytes {
  const { length } = text
  if (length > SHARED_BYTES_MAX) return { chunk: Buffer.from(text, 'latin1'), block: undefined }
  if (!shared.hasRoom(length)) shared = new FlightBlock(undefined)
  return { chunk: shared.put(text), block: undefined }
}

/** The bytes of a text for a node, which is done with them at once: `block` is to be released when they have arrived. */
export function reusedBytes(text: string): FlightBytes {
  const { length } = text
  if (length > SHARED_BYTES_MAX) return { chunk: Buffer.from(text, 'latin1'), block: undefined }
  if (!kept.hasRoom(length)) {
    const full = kept
    kept = free.pop() ?? newBlock()
    full.fill()
  }
  return { chunk: kept.put(text), block: kept }
}

function newBlock(): FlightBlock {
  return new FlightBlock((block) => {
    if (free.length < FREE_MAX) free.push(block)
  })
}
