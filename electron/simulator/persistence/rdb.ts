import { EventyardError } from '../../../shared/errors'
import type { RedisNode } from '../node/redis-node'
import { DiskError, type Cancel } from '../ports'
import { RdbError } from '../rdb/rdb-error'
import { readRdb, type RdbContents, type RdbReadOptions } from '../rdb/read-rdb'
import { writeRdb } from '../rdb/write-rdb'

/** So long after a snapshot that failed the next one begins, unless somebody asks. */
const RETRY_SECONDS = 5

/** A snapshot is due when so many keys were changed and the last one is so long ago. */
interface SavePoint {
  readonly seconds: number
  readonly changes: number
}

/**
 * The snapshots of a node: SAVE, BGSAVE, and those that `save` asks for. A snapshot in the background has its picture
 * at once, as the child of a fork has, and is written while the node goes on.
 *
 * `save` has points by default, and CONFIG GET shows them, but only points that somebody has set count: a world would
 * otherwise write snapshots that nobody looks at.
 */
export class Rdb {
  lastSaveSeconds: number
  /** Whether the last snapshot in the background could be written. */
  isLastOk = true
  /** One is to begin as soon as an AOF rewrite or a transaction is over. */
  isScheduled = false
  startedSeconds: number | undefined
  lastSeconds = -1
  started = 0
  keysLoaded = 0
  keysExpired = 0
  /** Somebody has set `save`. */
  isConfigured: boolean
  private points: readonly SavePoint[] = []
  /** The node's changes that the last snapshot has, those that one being written has, and those that were looked at. */
  private savedChanges = 0
  private pictureChanges = 0
  private seenChanges = 0
  private lastTrySeconds = 0
  private cancelWrite: Cancel | undefined
  private cancelTick: Cancel | undefined

  constructor(
    private readonly node: RedisNode,
    arePointsSet: boolean,
  ) {
    this.lastSaveSeconds = node.nowSeconds
    this.isConfigured = arePointsSet
    let isFirst = true
    node.config.follow('save', (text) => {
      if (!isFirst) this.isConfigured = true
      isFirst = false
      this.points = this.isConfigured ? pointsOf(text) : []
      this.plan()
    })
  }

  /** How many keys were changed since the last snapshot. */
  get changes(): number {
    return this.node.changes - this.savedChanges
  }

  get isRunning(): boolean {
    return this.cancelWrite !== undefined
  }

  get hasPoints(): boolean {
    return this.points.length > 0
  }

  /** Nothing may be written, since snapshots are wanted and the last one failed. */
  get deniesWrites(): boolean {
    return !this.isLastOk && this.hasPoints && this.node.config.isOn('stop-writes-on-bgsave-error')
  }

  /** Loads the file if there is one, and gives what was in it. Throws EventyardError where Redis would not start. */
  load(options: RdbReadOptions = {}): RdbContents | undefined {
    const { node, file } = this
    const path = node.disk.pathOf(file)
    node.isLoading = true
    try {
      const size = node.disk.size(file)
      if (size === undefined) return undefined
      const contents = readRdb(node.disk.read(file, 0, size), node, options)
      this.noteLoaded(contents)
      return contents
    } catch (error) {
      if (error instanceof RdbError) {
        const { offset, problem } = error
        throw new EventyardError('rdb.format', { file: path, offset, problem }, { cause: error })
      }
      if (!(error instanceof DiskError)) throw error
      throw new EventyardError('rdb.unreadable', { file: path, problem: error.message }, { cause: error })
    } finally {
      node.isLoading = false
    }
  }

  /** INFO tells of the last load. */
  noteLoaded({ keysLoaded, keysExpired }: RdbContents): void {
    this.keysLoaded = keysLoaded
    this.keysExpired = keysExpired
  }

  /** SAVE. Says whether it could be done; the old file stays where not. */
  save(): boolean {
    const { node, file, temp } = this
    const { disk } = node
    try {
      disk.delete(temp)
      for (const chunk of this.picture()) {
        if (disk.append(temp, chunk) < chunk.length) throw new DiskError('No space left on device')
      }
      disk.sync(temp)
      disk.rename(temp, file)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.drop(temp)
      return false
    }
    this.saved(node.changes)
    return true
  }

  /** BGSAVE. */
  start(): void {
    const { node } = this
    const temp = this.temporary(++this.started)
    this.isScheduled = false
    this.pictureChanges = node.changes
    this.lastTrySeconds = node.nowSeconds
    this.startedSeconds = node.nowSeconds
    this.cancelWrite = node.disk.writeLater(temp, this.picture(), (error) => node.turn(() => this.finish(temp, error)))
  }

  schedule(): void {
    this.isScheduled = true
    this.plan()
  }

  /** All keys went at once: what is being written is of no use, and the file is to be empty too. */
  flushed(): void {
    this.stop()
    if (this.hasPoints) this.save()
  }

  /** Calls off what is being written. */
  stop(): void {
    this.cancelWrite?.()
    this.cancelWrite = undefined
    this.startedSeconds = undefined
  }

  /** Lets go of everything that is still to happen: the node is gone. */
  abandon(): void {
    this.stop()
    this.cancelTick?.()
    this.cancelTick = undefined
  }

  /** A turn of the node is over, which may have changed something. */
  look(): void {
    if (this.seenChanges === this.node.changes) return
    this.seenChanges = this.node.changes
    this.plan()
  }

  /** Finds out anew when the next snapshot is due. */
  plan(): void {
    const { clock, config, startedUs } = this.node
    this.cancelTick?.()
    this.cancelTick = undefined
    const dueSeconds = this.dueSeconds()
    if (dueSeconds === Infinity) return
    const waitUs = Math.max(0, dueSeconds * 1e6 - clock.unixUs())
    // As with everything that is done in Redis's cron, at its next tick.
    const periodUs = Math.floor(1e6 / config.number('hz'))
    const sinceStartUs = clock.nowUs() - startedUs
    const tick = Math.max(Math.ceil((sinceStartUs + waitUs) / periodUs), Math.floor(sinceStartUs / periodUs) + 1)
    this.cancelTick = clock.after(tick * periodUs - sinceStartUs, () => this.node.turn(() => this.tick()))
  }

  private tick(): void {
    this.cancelTick = undefined
    if (this.dueSeconds() <= this.node.nowSeconds) this.start()
    else this.plan()
  }

  /** The second of Unix time from which on a snapshot is due: Infinity while there is nothing to wait for. */
  private dueSeconds(): number {
    const { node, points, changes, isScheduled } = this
    if (this.isRunning || node.aof.rewriter.isRunning || node.isShutDown) return Infinity
    let due = isScheduled ? 0 : Infinity
    for (const point of points) {
      if (changes >= point.changes) due = Math.min(due, this.lastSaveSeconds + point.seconds + 1)
    }
    return this.isLastOk ? due : Math.max(due, this.lastTrySeconds + RETRY_SECONDS + 1)
  }

  private get file(): string {
    return this.node.config.get('dbfilename')
  }

  private get temp(): string {
    return this.temporary(0)
  }

  private temporary(number: number): string {
    return `temp-${this.node.port + number}.rdb`
  }

  private picture(): Uint8Array[] {
    return writeRdb(this.node, this.node.replication.saveFields)
  }

  private finish(temp: string, error: DiskError | undefined): void {
    const { node } = this
    this.cancelWrite = undefined
    this.lastSeconds = node.nowSeconds - this.startedSeconds!
    this.startedSeconds = undefined
    try {
      if (error) throw error
      node.disk.rename(temp, this.file)
      this.saved(this.pictureChanges)
    } catch (problem) {
      if (!(problem instanceof DiskError)) throw problem
      this.drop(temp)
      this.isLastOk = false
    }
    this.plan()
    node.aof.wakeIfDue()
  }

  private saved(changes: number): void {
    this.savedChanges = changes
    this.lastSaveSeconds = this.node.nowSeconds
    this.isLastOk = true
  }

  /** A disk that did not take a file may not even delete what it took of it. */
  private drop(temp: string): void {
    try {
      this.node.disk.delete(temp)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
    }
  }
}

/** `seconds changes seconds changes ...` */
function pointsOf(text: string): SavePoint[] {
  const numbers = text === '' ? [] : text.split(' ').map(Number)
  const points: SavePoint[] = []
  for (let at = 0; at < numbers.length; at += 2) points.push({ seconds: numbers[at]!, changes: numbers[at + 1]! })
  return points
}
