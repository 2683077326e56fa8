/** A small text file of a node that is replaced whole: `nodes.conf`, redis.conf, sentinel.conf. */
import { Buffer } from 'node:buffer'
import { DiskError, type Disk } from '../ports'

export class TextFile {
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
    if (this.disk.append(temporary, bytes) < bytes.length) throw new DiskError('No space left on device')
    this.disk.sync(temporary)
    this.disk.rename(temporary, this.name)
    this.disk.syncFolder('')
    this.saved = text
  }
}
