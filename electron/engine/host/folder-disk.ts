/**
 * A folder of the machine as the disk of a node. Writes go to the system's cache at once; what is made durable in the
 * background is so in Node's own threads, as Redis has its own for it.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EventyardError } from '../../../shared/errors'
import { DiskError, type Cancel, type Disk } from '../../simulator/ports'

/** Lets what comes back from the machine into the world, between two of its events. */
type Enter = (run: () => void) => void

export class FolderDisk implements Disk {
  /** Files that are appended to stay open. */
  private readonly open = new Map<string, number>()
  private readonly busy = new Map<number, number>()
  private readonly closing = new Set<number>()

  private constructor(
    private readonly folder: string,
    private readonly enter: Enter,
  ) {}

  /** Makes the folder when it is missing. Throws `aof.folder`. */
  static open(folder: string, enter: Enter): FolderDisk {
    try {
      makeFolders(folder)
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new EventyardError('aof.folder', { folder, problem: reasonOf(error) }, { cause: error })
    }
    return new FolderDisk(folder, enter)
  }

  pathOf(name: string): string {
    return join(this.folder, name)
  }

  size(name: string): number | undefined {
    return attempt(() => {
      const path = join(this.folder, name)
      return existsSync(path) ? statSync(path).size : undefined
    })
  }

  read(name: string, from: number, length: number): Uint8Array {
    return attempt(() => {
      const file = openSync(join(this.folder, name), 'r')
      try {
        const bytes = Buffer.allocUnsafe(length)
        let count = 0
        while (count < length) {
          const more = readSync(file, bytes, count, length - count, from + count)
          if (more === 0) break
          count += more
        }
        return bytes.subarray(0, count)
      } finally {
        closeSync(file)
      }
    })
  }

  append(name: string, bytes: Uint8Array): number {
    const file = this.fileOf(name)
    let taken = 0
    try {
      while (taken < bytes.length) taken += writeSync(file, bytes, taken)
    } catch (error) {
      if (taken === 0) throw diskError(error)
    }
    return taken
  }

  truncate(name: string, length: number): void {
    attempt(() => {
      const file = openSync(join(this.folder, name), 'r+')
      try {
        ftruncateSync(file, length)
      } finally {
        closeSync(file)
      }
    })
  }

  rename(from: string, to: string): void {
    attempt(() => renameSync(join(this.folder, from), join(this.folder, to)))
    this.release(to)
    const file = this.open.get(from)
    if (file === undefined) return
    this.open.delete(from)
    this.open.set(to, file)
  }

  delete(name: string): void {
    this.release(name)
    attempt(() => rmSync(join(this.folder, name), { force: true }))
  }

  hasFolder(name: string): boolean {
    return attempt(() => statSync(join(this.folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false)
  }

  makeFolder(name: string): void {
    attempt(() => makeFolders(join(this.folder, name)))
  }

  sync(name: string): void {
    const file = this.fileOf(name)
    attempt(() => fdatasyncSync(file))
  }

  syncFirst(name: string): boolean {
    this.sync(name)
    return true
  }

  syncFolder(name: string): void {
    attempt(() => {
      const folder = openSync(join(this.folder, name), 'r')
      try {
        fsyncSync(folder)
      } finally {
        closeSync(folder)
      }
    })
  }

  syncLater(name: string, done: (error?: DiskError) => void): void {
    const file = this.fileOf(name)
    this.busy.set(file, (this.busy.get(file) ?? 0) + 1)
    fdatasync(file, (error) => {
      const left = this.busy.get(file)! - 1
      if (left > 0) this.busy.set(file, left)
      else this.busy.delete(file)
      if (left === 0 && this.closing.delete(file)) closeSync(file)
      this.enter(() => done(error ? diskError(error) : undefined))
    })
  }

  writeLater(name: string, chunks: readonly Uint8Array[], done: (error?: DiskError) => void): Cancel {
    const path = join(this.folder, name)
    let isCalledOff = false
    const write = async () => {
      const file = await open(path, 'w')
      try {
        for (const chunk of chunks) {
          if (isCalledOff) return
          await file.writeFile(chunk)
        }
        await file.datasync()
      } finally {
        await file.close()
      }
    }
    write().then(
      () => (isCalledOff ? void rm(path, { force: true }).catch(() => undefined) : this.enter(() => done())),
      (error: unknown) => {
        if (!isCalledOff) this.enter(() => done(diskError(error)))
      },
    )
    return () => {
      isCalledOff = true
    }
  }

  private fileOf(name: string): number {
    let file = this.open.get(name)
    if (file === undefined) {
      file = attempt(() => openSync(join(this.folder, name), 'a'))
      this.open.set(name, file)
    }
    return file
  }

  private release(name: string): void {
    const file = this.open.get(name)
    if (file === undefined) return
    this.open.delete(name)
    if (this.busy.has(file)) this.closing.add(file)
    else closeSync(file)
  }
}

/** Node's own way of making parents too goes round for ever where the system has no such place, as below /proc. */
function makeFolders(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there?.isDirectory()) return
  if (there) throw new DiskError('Not a directory')
  const parent = dirname(path)
  if (parent !== path) makeFolders(parent)
  mkdirSync(path)
}

function attempt<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw diskError(error)
  }
}

function diskError(error: unknown): DiskError {
  return new DiskError(reasonOf(error), { cause: error })
}

/** Node writes `ENOSPC: no space left on device, write`, the system `No space left on device`. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const reason = /^[A-Z]\w+: ([^,]+)/.exec(text)?.[1] ?? text
  return reason[0]!.toUpperCase() + reason.slice(1)
}
