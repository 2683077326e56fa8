import { Buffer } from 'node:buffer'
import { EventyardError } from '../../../shared/errors'
import { DiskError, type Disk } from '../ports'

/** The file that effects are appended to at present. */
export class AofIncrement {
  size: number
  /** A sync is going on in the background. */
  isSyncing = false

  private constructor(
    private readonly disk: Disk,
    /** It changes when a temporary file comes to count. */
    public path: string,
  ) {
    this.size = disk.size(path)!
  }

  /** Makes the file when there is none. */
  static open(disk: Disk, path: string): AofIncrement {
    disk.append(path, Buffer.alloc(0))
    return new AofIncrement(disk, path)
  }

  /** Appends all of it, or tells why not and how many bytes of it stay all the same: none, where they can be cut off. */
  append(bytes: Uint8Array): { readonly taken: number; readonly error?: DiskError } {
    let taken = 0
    try {
      taken = this.disk.append(this.path, bytes)
      if (taken < bytes.length) throw new DiskError('No space left on device')
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      taken = this.withoutPart(taken)
      this.size += taken
      return { taken, error }
    }
    this.size += taken
    return { taken }
  }

  sync(): void {
    this.disk.sync(this.path)
  }

  syncFirst(goOn: (error?: DiskError) => void): boolean {
    try {
      return this.disk.syncFirst(this.path, goOn)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      goOn(error)
      return false
    }
  }

  syncLater(done: (error?: DiskError) => void): void {
    this.isSyncing = true
    this.disk.syncLater(this.path, (error) => {
      this.isSyncing = false
      done(error)
    })
  }

  /** What ends a node that must not go on without this file. */
  failure(error: DiskError): EventyardError {
    const file = this.disk.pathOf(this.path)
    return new EventyardError('aof.unwritable', { file, problem: error.message }, { cause: error })
  }

  private withoutPart(taken: number): number {
    if (taken === 0) return 0
    try {
      this.disk.truncate(this.path, this.size)
      return 0
    } catch {
      return taken
    }
  }
}
