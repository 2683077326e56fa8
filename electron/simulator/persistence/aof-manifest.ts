import { EventyardError } from '../../../shared/errors'
import { splitArguments } from '../../../shared/split-arguments'

/** A file of the AOF: the base, what was appended since, or what a rewrite has made superfluous. */
export interface AofFile {
  readonly name: string
  readonly seq: number
  readonly type: 'b' | 'i' | 'h'
}

const LINE_MAX = 1024

/** Which files make up the AOF, in the order in which they are loaded. Never changed once it counts: changes make a copy. */
export class AofManifest {
  base: AofFile | undefined
  increments: AofFile[] = []
  history: AofFile[] = []
  private baseSeq = 0
  private incrementSeq = 0

  /** Reads a manifest as Redis does. Throws `aof.manifest`. */
  static parse(text: string, file: string): AofManifest {
    const manifest = new AofManifest()
    const lines = text.split('\n')
    const rest = lines.pop()!
    const refuse = (line: number, problem: string) => new EventyardError('aof.manifest', { file, line, problem })
    if (text === '') throw refuse(1, 'Found an empty AOF manifest')
    for (const [index, line] of lines.entries()) {
      if (line.startsWith('#')) continue
      const problem = line.length >= LINE_MAX ? tooLong : manifest.addLine(line)
      if (problem) throw refuse(index + 1, problem)
    }
    if (rest !== '' && !rest.startsWith('#')) throw refuse(lines.length + 1, tooLong)
    return manifest
  }

  copy(): AofManifest {
    const copy = new AofManifest()
    copy.base = this.base
    copy.increments = [...this.increments]
    copy.history = [...this.history]
    copy.baseSeq = this.baseSeq
    copy.incrementSeq = this.incrementSeq
    return copy
  }

  get isEmpty(): boolean {
    return this.base === undefined && this.increments.length === 0
  }

  /** What is loaded, in order. */
  get files(): readonly AofFile[] {
    return this.base ? [this.base, ...this.increments] : this.increments
  }

  /** Names a new base by its format; the old one becomes history. */
  addBase(appendFileName: string, format: 'rdb' | 'aof'): AofFile {
    if (this.base) this.history.unshift({ ...this.base, type: 'h' })
    const seq = ++this.baseSeq
    this.base = { name: `${appendFileName}.${seq}.base.${format}`, seq, type: 'b' }
    return this.base
  }

  /** The file of an AOF from before Redis 7 becomes the base. */
  adopt(name: string): void {
    this.baseSeq = 1
    this.base = { name, seq: 1, type: 'b' }
  }

  addIncrement(appendFileName: string): AofFile {
    const seq = ++this.incrementSeq
    const file: AofFile = { name: `${appendFileName}.${seq}.incr.aof`, seq, type: 'i' }
    this.increments.push(file)
    return file
  }

  /** A rewrite has taken up what stands in the increments, but for the last one where that is still being written. */
  retireIncrements(keepsLast: boolean): void {
    const kept = keepsLast ? this.increments.splice(-1) : []
    for (const file of this.increments.reverse()) this.history.unshift({ ...file, type: 'h' })
    this.increments = kept
  }

  toString(): string {
    const files = [...(this.base ? [this.base] : []), ...this.history, ...this.increments]
    return files.map(({ name, seq, type }) => `file ${quoted(name)} seq ${seq} type ${type}\n`).join('')
  }

  /** Gives what is wrong with the line, in Redis's words. */
  private addLine(line: string): string | undefined {
    const words = splitArguments(line.trim())
    if (!words || words.length < 6 || words.length % 2 === 1) return wrongFormat
    const values = new Map<string, string>()
    for (let at = 0; at < words.length; at += 2) values.set(words[at]!.toLowerCase(), words[at + 1]!)
    const name = values.get('file')
    const seq = Number.parseInt(values.get('seq') ?? '0', 10) || 0
    const type = values.get('type')?.[0]
    if (name && /[/\\]/.test(name)) return "File can't be a path, just a filename"
    if (!name || seq === 0 || !type) return wrongFormat
    if (type === 'b') {
      if (this.base) return 'Found duplicate base file information'
      this.base = { name, seq, type }
      this.baseSeq = seq
    } else if (type === 'h') {
      this.history.push({ name, seq, type })
    } else if (type === 'i') {
      if (seq <= (this.increments.at(-1)?.seq ?? 0)) return 'Found a non-monotonic sequence number'
      this.increments.push({ name, seq, type })
      this.incrementSeq = seq
    } else return 'Unknown AOF file type'
    return undefined
  }
}

const wrongFormat = 'Invalid AOF manifest file format'
const tooLong = 'The AOF manifest file contains too long line'

function quoted(name: string): string {
  return /[\s"'\\]/.test(name) ? JSON.stringify(name) : name
}
