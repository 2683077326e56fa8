import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import type { Disk } from '../ports'

const CHUNK = 1 << 20
const LINE_MAX = 1023
const LF = 0x0a

/** What stands next in a file of the AOF. */
export type AofItem =
  | { readonly kind: 'command'; readonly argv: readonly Bytes[] }
  | { readonly kind: 'end' }
  /** The file ends before the command does. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'wrong'; readonly problem: string }

/** Reads a file of the AOF command by command, as strictly as Redis: no inline commands, and annotations are skipped. */
export class AofReader {
  /** Where the next item begins. */
  offset = 0
  private window = Buffer.alloc(0)
  private at = 0
  private fetched = 0

  constructor(
    private readonly disk: Disk,
    private readonly name: string,
    private readonly size: number,
    /** Where the first command begins: behind the RDB that an AOF may begin with. */
    start = 0,
  ) {
    this.offset = start
    this.fetched = start
  }

  next(): AofItem {
    for (;;) {
      const head = this.line()
      if (head === undefined) return { kind: 'end' }
      if (!head.startsWith('#')) return this.command(head)
      this.offset = this.position
    }
  }

  private command(head: string): AofItem {
    if (!head.startsWith('*')) {
      return { kind: 'wrong', problem: 'a command begins with "*" and its number of arguments' }
    }
    if (head === '*') return { kind: 'cut' }
    const count = Number.parseInt(head.slice(1), 10)
    if (!(count >= 1)) return { kind: 'wrong', problem: 'a command has one argument at least' }
    const argv: Bytes[] = []
    for (let index = 0; index < count; index++) {
      const line = this.line()
      if (line === undefined) return { kind: 'cut' }
      if (!line.startsWith('$')) return { kind: 'wrong', problem: 'an argument begins with "$" and its length' }
      const length = Number.parseInt(line.slice(1), 10)
      if (!(length >= 0)) return this.isAtEnd ? { kind: 'cut' } : { kind: 'wrong', problem: 'an argument has a length' }
      const argument = this.take(length + 2)
      if (argument === undefined) return { kind: 'cut' }
      argv.push(argument.toString('latin1', 0, length) as Bytes)
    }
    this.offset = this.position
    return { kind: 'command', argv }
  }

  private get position(): number {
    return this.fetched - this.window.length + this.at
  }

  private get isAtEnd(): boolean {
    return this.position >= this.size
  }

  /** The next line with its end, what is left of one at the end of the file, or undefined there. */
  private line(): string | undefined {
    let end = this.window.indexOf(LF, this.at)
    if (end === -1) {
      this.fill(LINE_MAX)
      end = this.window.indexOf(LF, this.at)
    }
    const stop = Math.min(end === -1 ? this.window.length : end + 1, this.at + LINE_MAX)
    if (stop === this.at) return undefined
    const line = this.window.toString('latin1', this.at, stop)
    this.at = stop
    return line
  }

  private take(length: number): Buffer | undefined {
    if (this.window.length - this.at < length) this.fill(length)
    if (this.window.length - this.at < length) return undefined
    this.at += length
    return this.window.subarray(this.at - length, this.at)
  }

  /** Sees to it that so many bytes are in the window, if the file has them. */
  private fill(length: number): void {
    const rest = this.window.subarray(this.at)
    const missing = Math.min(this.size - this.fetched, Math.max(CHUNK, length - rest.length))
    if (missing <= 0) return
    const more = this.disk.read(this.name, this.fetched, missing)
    this.fetched += more.length
    this.window = Buffer.concat([rest, more])
    this.at = 0
  }
}
