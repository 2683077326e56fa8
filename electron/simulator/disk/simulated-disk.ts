import { DiskError, type Cancel, type Clock, type Disk, type Random } from '../ports'
import { SimulatedFile } from './simulated-file'

export interface SimulatedDiskOptions {
  readonly clock: Clock
  /** How much room it has; without bound unless given. */
  readonly capacityBytes?: number
  /** How long making a file durable takes. */
  readonly syncUs?: number
  /** How fast whole files are written in the background. */
  readonly bytesPerSecond?: number
}

type FolderChange =
  | { readonly kind: 'link'; readonly name: string; readonly file: SimulatedFile }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }

const BYTES_PER_SECOND = 200e6
const noSpace = 'No space left on device'
const broken = 'Input/output error'
const noFile = 'No such file or directory'

/**
 * A disk with a write-back cache. Appended bytes are durable once they were synced, and names once their folder was; a
 * crash of the machine cuts each file at any byte behind those that were synced, and undoes the latest changes of names,
 * as a file system with an ordered journal does. Cutting a file is taken as durable at once.
 */
export class SimulatedDisk implements Disk {
  capacityBytes: number
  syncUs: number
  bytesPerSecond: number
  private readonly clock: Clock
  private files = new Map<string, SimulatedFile>()
  private durableFiles = new Map<string, SimulatedFile>()
  private changes: FolderChange[] = []
  private readonly folders = new Set<string>()
  private readonly work = new Set<Cancel>()
  private isBroken = false

  constructor({ clock, capacityBytes, syncUs, bytesPerSecond }: SimulatedDiskOptions) {
    this.clock = clock
    this.capacityBytes = capacityBytes ?? Infinity
    this.syncUs = syncUs ?? 0
    this.bytesPerSecond = bytesPerSecond ?? BYTES_PER_SECOND
  }

  get usedBytes(): number {
    let used = 0
    for (const { length } of this.files.values()) used += length
    return used
  }

  get names(): readonly string[] {
    return [...this.files.keys()].sort()
  }

  /** From now on, or no more, the disk takes nothing and makes nothing durable. */
  breakDown(isBroken = true): void {
    this.isBroken = isBroken
  }

  /** The node's process is gone, and with it what it had the system do in the background. */
  abandon(): void {
    for (const cancel of this.work) cancel()
    this.work.clear()
  }

  /** The machine loses its power: of what was not synced, chance says how much is left. */
  crash(random: Random): void {
    this.abandon()
    const kept = this.changes.slice(0, random.integer(0, this.changes.length))
    for (const change of kept) apply(this.durableFiles, change)
    this.changes = []
    for (const file of this.durableFiles.values()) {
      file.truncate(random.integer(file.syncedLength, file.length))
      file.sync()
    }
    this.files = new Map(this.durableFiles)
  }

  pathOf(name: string): string {
    return name
  }

  size(name: string): number | undefined {
    return this.files.get(name)?.length
  }

  read(name: string, from: number, length: number): Uint8Array {
    return this.find(name).read(from, length)
  }

  append(name: string, bytes: Uint8Array): number {
    if (this.isBroken) throw new DiskError(broken)
    const file = this.files.get(name) ?? this.create(name)
    const room = Math.max(0, this.capacityBytes - (this.capacityBytes === Infinity ? 0 : this.usedBytes))
    if (room === 0 && bytes.length > 0) throw new DiskError(noSpace)
    const taken = Math.min(room, bytes.length)
    file.append(taken === bytes.length ? bytes : bytes.subarray(0, taken))
    return taken
  }

  truncate(name: string, length: number): void {
    this.find(name).truncate(length)
  }

  rename(from: string, to: string): void {
    this.find(from)
    this.change({ kind: 'rename', from, to })
  }

  delete(name: string): void {
    if (this.files.has(name)) this.change({ kind: 'unlink', name })
  }

  hasFolder(name: string): boolean {
    return this.folders.has(name)
  }

  makeFolder(name: string): void {
    this.folders.add(name)
  }

  sync(name: string): void {
    if (this.isBroken) throw new DiskError(broken)
    this.find(name).sync()
  }

  syncFirst(name: string, goOn: (error?: DiskError) => void): boolean {
    if (this.syncUs > 0) this.syncLater(name, goOn)
    else this.sync(name)
    return this.syncUs === 0
  }

  syncFolder(): void {
    for (const change of this.changes) apply(this.durableFiles, change)
    this.changes = []
  }

  syncLater(name: string, done: (error?: DiskError) => void): void {
    const file = this.find(name)
    const { length } = file
    this.after(this.syncUs, () => {
      if (this.isBroken) return done(new DiskError(broken))
      file.sync(length)
      done()
    })
  }

  writeLater(name: string, chunks: readonly Uint8Array[], done: (error?: DiskError) => void): Cancel {
    const size = chunks.reduce((sum, { length }) => sum + length, 0)
    const cancel = this.after((size / this.bytesPerSecond) * 1e6 + this.syncUs, () => {
      try {
        this.delete(name)
        for (const chunk of chunks) if (this.append(name, chunk) < chunk.length) throw new DiskError(noSpace)
        this.sync(name)
      } catch (error) {
        this.delete(name)
        done(error as DiskError)
        return
      }
      done()
    })
    return cancel
  }

  private after(delayUs: number, run: () => void): Cancel {
    const cancel = this.clock.after(delayUs, () => {
      this.work.delete(cancel)
      run()
    })
    this.work.add(cancel)
    return cancel
  }

  private find(name: string): SimulatedFile {
    const file = this.files.get(name)
    if (!file) throw new DiskError(noFile)
    return file
  }

  private create(name: string): SimulatedFile {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')))
    if (folder !== '' && !this.folders.has(folder)) throw new DiskError(noFile)
    const file = new SimulatedFile()
    this.change({ kind: 'link', name, file })
    return file
  }

  private change(change: FolderChange): void {
    apply(this.files, change)
    this.changes.push(change)
  }
}

function apply(files: Map<string, SimulatedFile>, change: FolderChange): void {
  switch (change.kind) {
    case 'link':
      files.set(change.name, change.file)
      return
    case 'unlink':
      files.delete(change.name)
      return
    case 'rename': {
      const file = files.get(change.from)
      files.delete(change.from)
      if (file) files.set(change.to, file)
    }
  }
}
