import { Buffer } from 'node:buffer'
import { EventyardError } from '../../../shared/errors'
import type { Bytes } from '../../../shared/bytes'
import { Target, type EffectSink } from '../node/effects'
import type { RedisNode } from '../node/redis-node'
import { DiskError, type Cancel } from '../ports'
import { wholeBase } from './aof-base'
import { AofFiles } from './aof-files'
import { AofIncrement } from './aof-increment'
import { EffectWriter } from './aof-format'
import { loadAof, type AofCut } from './aof-load'
import { AofRewriter } from './aof-rewriter'

/** How long Redis waits with a write for a sync that is going on. */
const POSTPONED_SECONDS_MAX = 2

/**
 * The append only file of a node: every effect is appended before the reply to its command goes out, and made durable
 * as `appendfsync` says. `waiting` is the time between CONFIG SET appendonly yes and the end of the rewrite that makes
 * the first base; what happens in it goes to an increment that counts from then on.
 */
export class Aof implements EffectSink {
  readonly target = Target.aof
  readonly files: AofFiles
  readonly rewriter: AofRewriter
  state: 'off' | 'on' | 'waiting' = 'off'
  /** What the files that would be loaded have together, and what they had after the last rewrite. */
  currentSize = 0
  baseSize = 0
  delayedSyncs = 0
  /** What loading it has cut off. */
  cut: AofCut | undefined
  private readonly writer = new EffectWriter()
  private buffer = ''
  private increment: AofIncrement | undefined
  private syncedSize = 0
  private lastSyncSeconds = 0
  private postponedSeconds = 0
  private writeError: DiskError | undefined
  private syncError: DiskError | undefined
  private cancelTick: Cancel | undefined

  constructor(private readonly node: RedisNode) {
    this.files = new AofFiles(node.disk, node.config)
    this.rewriter = new AofRewriter(node, this)
    this.files.read()
  }

  get isOn(): boolean {
    return this.state !== 'off'
  }

  /** Why nothing may be written at present. */
  get error(): DiskError | undefined {
    return this.isOn ? (this.writeError ?? this.syncError) : undefined
  }

  get bufferLength(): number {
    return this.buffer.length
  }

  get isSyncing(): boolean {
    return this.increment?.isSyncing ?? false
  }

  /** Loads what is there and goes on with it. Throws EventyardError where Redis would not start. */
  open(): void {
    const { files, node } = this
    const { disk } = files
    try {
      files.adoptOldFile()
      this.cut = loadAof(node, files)
      disk.makeFolder(files.folder)
      const manifest = files.manifest.copy()
      if (manifest.isEmpty) {
        const { format, chunks } = wholeBase(node)
        files.replace(files.path(manifest.addBase(files.appendFileName, format).name), Buffer.concat(chunks))
      }
      const increment = manifest.increments.at(-1) ?? manifest.addIncrement(files.appendFileName)
      this.increment = AofIncrement.open(disk, files.path(increment.name))
      files.persist(manifest)
      this.currentSize = manifest.files.reduce((sum, { name }) => sum + (disk.size(files.path(name)) ?? 0), 0)
      this.baseSize = manifest.base ? disk.size(files.path(manifest.base.name))! : 0
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      throw new EventyardError(
        'aof.folder',
        { folder: disk.pathOf(files.folder), problem: error.message },
        { cause: error },
      )
    }
    this.syncedSize = this.currentSize
    this.lastSyncSeconds = node.nowSeconds
    this.state = 'on'
    node.effects.attach(this)
  }

  /** CONFIG SET appendonly yes. Says whether it could be done. */
  turnOn(): boolean {
    const { node, rewriter } = this
    if (this.isOn) return true
    this.state = 'waiting'
    node.effects.attach(this)
    if (node.current?.isExecuting || node.rdb.isRunning) {
      rewriter.isScheduled = true
      this.wake()
    } else {
      rewriter.stop()
      if (!rewriter.start()) {
        this.turnOff()
        return false
      }
    }
    this.lastSyncSeconds = node.nowSeconds
    this.writeError = undefined
    this.syncError = undefined
    return true
  }

  /** CONFIG SET appendonly no. */
  turnOff(): void {
    if (!this.isOn) return
    this.close()
    this.node.effects.detach(this)
    this.rewriter.stop()
    this.state = 'off'
    this.beginStream()
    this.buffer = ''
    this.increment = undefined
  }

  /** Makes all of it durable: the node ends in good order. */
  close(): void {
    if (!this.isOn) return
    this.flush(true)
    try {
      this.increment?.sync()
      this.syncedSize = this.currentSize
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.syncError = error
    }
    this.abandon()
  }

  /** Lets go of everything that is still to happen: the node is gone. */
  abandon(): void {
    this.cancelTick?.()
    this.cancelTick = undefined
    this.rewriter.stop()
  }

  feed(db: number, argv: readonly Bytes[]): void {
    // Without a rewrite nobody would ever read what comes before it.
    if (this.state === 'waiting' && !this.rewriter.isRunning) return
    const { config, nowSeconds } = this.node
    this.buffer += this.writer.format(db, argv, config.isOn('aof-timestamp-enabled') ? nowSeconds : 0)
  }

  /** The next effect begins with a SELECT: what is before it may be in another file. */
  beginStream(): void {
    this.writer.restart()
  }

  /**
   * Appends what has gathered. Called at the end of each turn, before replies go out; says whether they may: with
   * `appendfsync always` they wait until the disk has it, and the node with them, which then resumes.
   */
  flush(isForced = false): boolean {
    const { increment } = this
    if (this.buffer === '' || !increment) return true
    const policy = this.node.config.get('appendfsync')
    if (policy === 'everysec' && !isForced && this.isSyncing && this.postpones()) return true
    this.postponedSeconds = 0
    if (!this.write(increment, policy)) return !this.node.isShutDown
    if (this.isLeftToTheSystem) return true
    if (policy === 'always') return this.syncNow(increment)
    if (policy === 'everysec') this.syncInTime(increment)
    if (this.needsTick) this.wake()
    return true
  }

  /** Opens the increment that takes what happens during a rewrite. */
  openNext(): void {
    const { files, node } = this
    if (!this.isOn) return
    const manifest = files.manifest.copy()
    const isTemporary = this.state === 'waiting'
    const path = isTemporary ? this.temporaryPath : files.path(manifest.addIncrement(files.appendFileName).name)
    files.disk.delete(path)
    const next = AofIncrement.open(files.disk, path)
    if (!isTemporary) files.persist(manifest)
    this.increment?.syncLater(() => undefined)
    this.syncedSize = this.currentSize
    this.lastSyncSeconds = node.nowSeconds
    this.increment = next
  }

  /** A rewrite is done: its file becomes the base, and all before the present increment is history. */
  takeBase(temp: string, format: 'rdb' | 'aof'): void {
    const { files } = this
    const { disk } = files
    const manifest = files.manifest.copy()
    const base = files.path(manifest.addBase(files.appendFileName, format).name)
    disk.rename(temp, base)
    if (this.state === 'waiting') {
      const path = files.path(manifest.addIncrement(files.appendFileName).name)
      disk.rename(this.temporaryPath, path)
      if (this.increment) this.increment.path = path
    }
    manifest.retireIncrements(this.isOn)
    files.persist(manifest)
    if (this.isOn) {
      const isSynced = this.syncedSize === this.currentSize
      this.currentSize = disk.size(base)! + (this.increment?.size ?? 0)
      this.baseSize = this.currentSize
      this.syncedSize = isSynced ? this.currentSize : 0
    }
    files.dropHistory()
    if (this.state === 'waiting') this.state = 'on'
  }

  /** A rewrite that was to make the first base has failed: what was noted meanwhile is of no use. */
  dropIncrement(): void {
    this.buffer = ''
    if (this.increment) this.files.disk.delete(this.increment.path)
    this.increment = undefined
  }

  /** Looks at the next tick what is to be done. */
  wake(): void {
    const { clock, config } = this.node
    this.cancelTick ??= clock.after(Math.floor(1e6 / config.number('hz')), () => this.node.turn(() => this.tick()))
  }

  /** A snapshot is over, for which a rewrite may have waited. */
  wakeIfDue(): void {
    if (this.isOn && this.needsTick) this.wake()
  }

  private tick(): void {
    this.cancelTick = undefined
    if (!this.isOn && !this.rewriter.isScheduled) return
    this.rewriter.startIfDue()
    this.flush()
    if (this.increment && this.isSyncDue) this.syncInTime(this.increment)
    if (this.needsTick) this.wake()
  }

  private get needsTick(): boolean {
    const { rewriter } = this
    return this.buffer !== '' || this.isSyncDue || rewriter.isScheduled || rewriter.hasGrown
  }

  private get isSyncDue(): boolean {
    return this.syncedSize !== this.currentSize && this.node.config.get('appendfsync') === 'everysec'
  }

  private get isLeftToTheSystem(): boolean {
    return this.rewriter.isRunning && this.node.config.isOn('no-appendfsync-on-rewrite')
  }

  private get temporaryPath(): string {
    return this.files.path(`temp-${this.files.appendFileName}.incr`)
  }

  /** While a sync is going on a write might wait for it, so Redis holds it back for up to two seconds. */
  private postpones(): boolean {
    const { nowSeconds } = this.node
    if (this.postponedSeconds === 0) this.postponedSeconds = nowSeconds
    if (nowSeconds - this.postponedSeconds < POSTPONED_SECONDS_MAX) {
      this.wake()
      return true
    }
    this.delayedSyncs++
    return false
  }

  /** Says whether the disk took all of it. What it did not take stays in the buffer. */
  private write(increment: AofIncrement, policy: string): boolean {
    const { taken, error } = increment.append(Buffer.from(this.buffer, 'latin1'))
    this.writeError = error
    this.buffer = this.buffer.slice(taken)
    this.currentSize += taken
    if (!error) return true
    if (policy === 'always') this.node.die(increment.failure(error))
    else this.wake()
    return false
  }

  private syncNow(increment: AofIncrement): boolean {
    const { node } = this
    this.syncedSize = this.currentSize
    this.lastSyncSeconds = node.nowSeconds
    return increment.syncFirst((error) => (error ? node.die(increment.failure(error)) : node.resume()))
  }

  /** Once a second, and one at a time. */
  private syncInTime(increment: AofIncrement): void {
    const { node } = this
    if (node.nowSeconds <= this.lastSyncSeconds || this.isLeftToTheSystem) return
    this.lastSyncSeconds = node.nowSeconds
    if (increment.isSyncing) return
    this.syncedSize = this.currentSize
    increment.syncLater((error) => {
      if (this.increment !== increment) return
      this.syncError = error
      if (this.buffer !== '') node.turn(() => undefined)
    })
  }
}
