import { Buffer } from 'node:buffer'
import { EventyardError } from '../../../shared/errors'
import type { Config } from '../config/config'
import type { Disk } from '../ports'
import { AofManifest } from './aof-manifest'

/** The folder of an AOF: its manifest, and the files that the manifest names. */
export class AofFiles {
  readonly appendFileName: string
  readonly folder: string
  manifest = new AofManifest()
  private persisted = ''

  constructor(
    readonly disk: Disk,
    config: Config,
  ) {
    this.appendFileName = config.get('appendfilename')
    this.folder = config.get('appenddirname')
  }

  path(name: string): string {
    return `${this.folder}/${name}`
  }

  get manifestPath(): string {
    return this.path(`${this.appendFileName}.manifest`)
  }

  /** Reads the manifest, if there is one. Throws `aof.manifest`. */
  read(): void {
    const size = this.disk.size(this.manifestPath)
    if (size !== undefined) {
      const text = Buffer.from(this.disk.read(this.manifestPath, 0, size)).toString('latin1')
      this.manifest = AofManifest.parse(text, this.disk.pathOf(this.manifestPath))
      this.persisted = text
    }
  }

  /** The manifest now counts: written beside the old one and renamed, so that a crash leaves the one or the other. */
  persist(manifest: AofManifest): void {
    const text = manifest.toString()
    if (text !== this.persisted) this.replace(this.manifestPath, Buffer.from(text, 'latin1'))
    this.persisted = text
    this.manifest = manifest
  }

  /** Deletes what a rewrite has made superfluous. */
  dropHistory(): void {
    if (this.manifest.history.length === 0) return
    for (const { name } of this.manifest.history) this.disk.delete(this.path(name))
    const manifest = this.manifest.copy()
    manifest.history = []
    this.persist(manifest)
  }

  /** Writes a whole file durably. */
  replace(path: string, bytes: Uint8Array): void {
    const at = path.lastIndexOf('/') + 1
    const temp = `${path.slice(0, at)}temp-${path.slice(at)}`
    this.disk.delete(temp)
    if (this.disk.append(temp, bytes) < bytes.length) {
      throw new EventyardError('aof.full', { file: this.disk.pathOf(path) })
    }
    this.disk.sync(temp)
    this.disk.rename(temp, path)
    this.disk.syncFolder(this.folder)
  }

  /** Before Redis 7 the AOF was a single file, which becomes the base of this one. */
  adoptOldFile(): void {
    const { disk, appendFileName: name, manifest } = this
    if (disk.size(name) === undefined) return
    const isHalfDone = manifest.base?.name === name && manifest.increments.length === 0
    if (!manifest.isEmpty && !(isHalfDone && disk.size(this.path(name)) === undefined)) return
    disk.makeFolder(this.folder)
    const adopted = manifest.copy()
    adopted.adopt(name)
    this.persist(adopted)
    disk.rename(name, this.path(name))
    disk.syncFolder(this.folder)
  }
}
