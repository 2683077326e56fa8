/** The file in which a node keeps what it knows of its cluster: `cluster-config-file`. */
import { Buffer } from 'node:buffer'
import type { Disk } from '../ports'

export class ClusterConfigFile {
  private saved: string | undefined

  constructor(
    private readonly disk: Disk,
    private readonly name: string,
  ) {}

  /** Undefined where there is none, or nothing in it. */
  read(): string | undefined {
    const length = this.disk.size(this.name)
    if (!length) return undefined
    this.saved = Buffer.from(this.disk.read(this.name, 0, length)).toString('latin1')
    return this.saved
  }

  /**
   * Replaces the file at one stroke, so that whoever starts from it finds the old text or the new one. What it holds is
   * durable when this returns: a vote that is forgotten could be given twice. Throws DiskError.
   */
  write(text: string): void {
    if (text === this.saved) return
    const temporary = `${this.name}.tmp`
    const bytes = Buffer.from(text, 'latin1')
    this.disk.delete(temporary)
    if (this.disk.append(temporary, bytes) < bytes.length) throw new DiskFull()
    this.disk.sync(temporary)
    this.disk.rename(temporary, this.name)
    this.disk.syncFolder('')
    this.saved = text
  }
}

class DiskFull extends Error {
  constructor() {
    super('No space left on device')
  }
}
