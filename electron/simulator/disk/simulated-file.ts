import { Buffer } from 'node:buffer'

const CAPACITY_MIN = 256

/** The bytes of a simulated file, and how many of them would survive a crash of the machine. */
export class SimulatedFile {
  length = 0
  /** A crash keeps these bytes at least. */
  syncedLength = 0
  private buffer = Buffer.alloc(0)

  append(bytes: Uint8Array): void {
    const end = this.length + bytes.length
    if (end > this.buffer.length) {
      const larger = Buffer.alloc(Math.max(CAPACITY_MIN, 2 * end))
      this.buffer.copy(larger, 0, 0, this.length)
      this.buffer = larger
    }
    this.buffer.set(bytes, this.length)
    this.length = end
  }

  read(from: number, length: number): Uint8Array {
    return Buffer.from(this.buffer.subarray(from, Math.min(this.length, from + length)))
  }

  truncate(length: number): void {
    if (length > this.length) this.append(Buffer.alloc(length - this.length))
    this.length = length
    this.syncedLength = Math.min(this.syncedLength, length)
  }

  sync(length = this.length): void {
    this.syncedLength = Math.max(this.syncedLength, Math.min(length, this.length))
  }
}
