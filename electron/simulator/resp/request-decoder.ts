import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import { interned, INTERNED_LENGTH_MAX, type Cutter } from './interned'
import { splitArguments } from '../../../shared/split-arguments'

/**
 * A string is one of JavaScript's, which end a little below Redis's 512 MiB; some room is left for what comes with it
 * in a chunk or a reply.
 */
export const STRING_LENGTH_MAX = 511 * 1024 * 1024

/**
 * Cuts a client's bytes into commands, as they come: arrays of bulk strings, and the lines of a person on telnet.
 *
 * It follows Redis's own parser to the letter, oddities included: a length line ends at the first CR and a NUL hides
 * the rest of it (Redis looks for the end with strchr), the two bytes after an argument are skipped unseen, and an
 * empty array or a blank line is no command at all. Once `error` is set, nothing more is read.
 */
export class RequestDecoder implements Cutter {
  /** The text of the protocol error after which Redis hangs up (`Protocol error: invalid bulk length`). */
  error: string | undefined
  /** Until a client has logged in, Redis takes ten arguments of 16 KiB at most from it. */
  isAuthenticated = true
  /** The longest argument: `proto-max-bulk-len`. */
  bulkLengthMax = STRING_LENGTH_MAX

  private buffer: Buffer = EMPTY
  /** The same bytes, once somebody has asked for them. */
  private text: string | undefined
  private position = 0
  private gathered: Buffer[] = []
  private gatheredLength = 0
  private wantedLength = 0
  private argumentsLeft = 0
  private bulkLength = NO_LENGTH
  private argv: Bytes[] = []
  private argumentCount = 0

  /**
   * Takes bytes in; `next` gives the commands they complete. Until `keep` is called the chunk must not be changed.
   */
  push(chunk: Uint8Array): void {
    if (this.error !== undefined) return
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.position >= this.buffer.length && this.gatheredLength === 0) {
      this.start(bytes)
      return
    }
    if (this.gatheredLength === 0) this.gather(Buffer.from(this.buffer.subarray(this.position)))
    this.gather(Buffer.from(bytes))
    // A long argument arrives in many chunks: joining them once keeps the work proportional to its length.
    if (this.gatheredLength < this.wantedLength) return
    const joined = Buffer.concat(this.gathered, this.gatheredLength)
    this.gathered = []
    this.gatheredLength = 0
    this.start(joined)
  }

  /** Copies what is still to be read, so that the chunk can be used for something else. */
  keep(): void {
    const isRead = this.position >= this.buffer.length || this.gatheredLength > 0
    this.buffer = isRead ? EMPTY : Buffer.from(this.buffer.subarray(this.position))
    this.text = undefined
    this.position = 0
  }

  /** The next whole command, or undefined when more bytes are needed or `error` is set. */
  next(): Bytes[] | undefined {
    while (this.error === undefined && this.gatheredLength === 0 && this.position < this.buffer.length) {
      const isArray = this.argumentsLeft > 0 || this.buffer[this.position] === ASTERISK
      const argv = isArray ? this.nextArray() : this.nextLine()
      if (argv === undefined) return undefined
      if (argv.length > 0) return argv
    }
    return undefined
  }

  /** All commands that end in this chunk. */
  decode(chunk: Uint8Array): Bytes[][] {
    this.push(chunk)
    const commands: Bytes[][] = []
    for (let argv = this.next(); argv !== undefined; argv = this.next()) commands.push(argv)
    return commands
  }

  /** How many bytes wait for the rest of their command: `qbuf` of CLIENT LIST. */
  get pendingLength(): number {
    return this.gatheredLength > 0 ? this.gatheredLength : this.buffer.length - this.position
  }

  private start(bytes: Buffer): void {
    this.buffer = bytes
    this.text = undefined
    this.position = 0
    this.wantedLength = 0
  }

  private gather(bytes: Buffer): void {
    this.gathered.push(bytes)
    this.gatheredLength += bytes.length
  }

  private nextArray(): Bytes[] | undefined {
    if (this.argumentsLeft === 0) {
      const count = this.readLength('too big mbulk count string', 'invalid multibulk length', COUNT_MAX)
      if (count === NO_LENGTH) return undefined
      if (count > UNAUTHENTICATED_ARGUMENTS_MAX && !this.isAuthenticated) {
        return this.fail('unauthenticated multibulk length')
      }
      if (count <= 0) return NO_COMMAND
      this.argumentsLeft = count
      // An array that grows takes room for many more at once; one that a client could make huge must grow.
      this.argv = count <= PLAIN_COUNT_MAX ? new Array<Bytes>(count) : []
      this.argumentCount = 0
    }
    while (this.argumentsLeft > 0) {
      const argument = this.nextArgument()
      if (argument === undefined) return undefined
      this.argv[this.argumentCount++] = argument
      this.argumentsLeft--
    }
    return this.argv
  }

  private nextArgument(): Bytes | undefined {
    if (this.bulkLength === NO_LENGTH) {
      const length = this.readLength('too big bulk count string', 'invalid bulk length', this.bulkLengthMax, DOLLAR)
      if (length === NO_LENGTH) return undefined
      if (length > UNAUTHENTICATED_LENGTH_MAX && !this.isAuthenticated) return this.fail('unauthenticated bulk length')
      this.bulkLength = length
    }
    const start = this.position
    const end = start + this.bulkLength
    const { length } = this.buffer
    if (end + 2 > length) {
      this.wantedLength = this.bulkLength + 2
      return undefined
    }
    this.position = end + 2
    this.bulkLength = NO_LENGTH
    return end - start <= INTERNED_LENGTH_MAX ? interned(this.buffer, start, end, this) : this.cut(start, end)
  }

  /**
   * The argument at a place, of the text where V8 copies it or the text is short. Others are cut from the buffer: a
   * slice would keep the whole text alive for as long as the argument is stored.
   */
  cut(start: number, end: number): Bytes {
    const isShort = end - start <= COPIED_LENGTH_MAX || this.buffer.length <= KEPT_LENGTH_MAX
    return (isShort ? this.wholeText().substring(start, end) : this.buffer.toString('latin1', start, end)) as Bytes
  }

  private wholeText(): string {
    return (this.text ??= this.buffer.toString('latin1'))
  }

  /**
   * The number on a `*3` or `$5` line. NO_LENGTH when the line is not complete, or wrong (then `error` is set).
   * `prefix` is the character that the line must begin with; an array's was seen already.
   */
  private readLength(tooBig: string, invalid: string, max: number, prefix?: number): number {
    const { buffer, position } = this
    let end = position + 1
    let value = 0
    let digit = digitAt(buffer, end)
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digit = digitAt(buffer, ++end)
    }
    const isPlain =
      (prefix === undefined || buffer[position] === prefix) &&
      end + 2 <= buffer.length &&
      buffer[end] === CARRIAGE_RETURN &&
      end > position + 1 &&
      (buffer[position + 1] !== ZERO || end === position + 2) &&
      value <= max
    if (!isPlain) return this.readOddLength(tooBig, invalid, max, prefix)
    this.position = end + 2
    return value
  }

  /** As `readLength`, for a line that is cut off, wrong or negative. */
  private readOddLength(tooBig: string, invalid: string, max: number, prefix?: number): number {
    const { position } = this
    const text = this.wholeText()
    // The line's end is looked for from its first character on, which may be a NUL or a CR itself.
    let end = position
    while (end < text.length && text.charCodeAt(end) !== CARRIAGE_RETURN && text.charCodeAt(end) !== 0) end++
    if (text.charCodeAt(end) !== CARRIAGE_RETURN) {
      if (text.length - position > LINE_LENGTH_MAX) this.fail(tooBig)
      return NO_LENGTH
    }
    if (end + 2 > text.length) return NO_LENGTH
    if (prefix !== undefined && text.charCodeAt(position) !== prefix) {
      this.fail(`expected '$', got '${text[position]!}'`)
      return NO_LENGTH
    }
    const value = lengthOf(text.substring(position + 1, end))
    // Only an array's count may be negative (`*-1` is no command); for an argument that is wrong.
    if (Number.isNaN(value) || value > max || (value < 0 && prefix !== undefined)) {
      this.fail(invalid)
      return NO_LENGTH
    }
    // Plain counts can be "0" or "-1" alike: neither makes a command.
    this.position = end + 2
    return Math.max(value, 0)
  }

  private nextLine(): Bytes[] | undefined {
    const { position } = this
    const text = this.wholeText()
    const newline = text.indexOf('\n', position)
    const nul = text.indexOf('\0', position)
    const isWhole = newline !== -1 && (nul === -1 || nul > newline)
    const length = (isWhole ? newline : text.length) - position
    if (length > LINE_LENGTH_MAX) return this.fail('too big inline request')
    if (!isWhole) return undefined
    const end = newline > position && text.charCodeAt(newline - 1) === CARRIAGE_RETURN ? newline - 1 : newline
    const words = splitArguments(text.substring(position, end))
    if (words === undefined) return this.fail('unbalanced quotes in request')
    this.position = newline + 1
    return words as Bytes[]
  }

  private fail(what: string): undefined {
    this.error = `Protocol error: ${what}`
  }
}

const EMPTY = Buffer.alloc(0)
const NO_COMMAND: Bytes[] = []
const NO_LENGTH = -1
const ASTERISK = 0x2a
const DOLLAR = 0x24
const ZERO = 0x30
const CARRIAGE_RETURN = 0x0d
const COUNT_MAX = 2 ** 31 - 1
const PLAIN_COUNT_MAX = 32
const LINE_LENGTH_MAX = 64 * 1024
const UNAUTHENTICATED_ARGUMENTS_MAX = 10
const UNAUTHENTICATED_LENGTH_MAX = 16 * 1024
// V8 copies substrings up to this length; a longer one refers to the text that it was cut from.
const COPIED_LENGTH_MAX = 12
// A text this short may as well be kept: cutting from it costs a quarter of cutting from the buffer.
const KEPT_LENGTH_MAX = 160

/** NaN behind the end, as with a text's characters. */
function digitAt(buffer: Buffer, at: number): number {
  return at < buffer.length ? buffer[at]! - ZERO : NaN
}

/** A whole number as Redis's string2ll reads it, or NaN. */
function lengthOf(text: string): number {
  return /^(?:0|-?[1-9]\d{0,18})$/.test(text) ? Number(text) : NaN
}
