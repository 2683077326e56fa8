/**
 * The texts of a batch in one piece: thousands of strings would each have to be copied and made anew in every thread
 * and process that they are handed to, and be looked at by each garbage collection for as long as the batch is kept.
 */
import { codeAt } from '../bytes'

export interface PackedTexts {
  /** The characters of all texts, one behind the other, in bytes unless one of them needs more. */
  readonly characters: Uint8Array | Uint16Array
  /** Where each text ends; it begins where the one before it ends. */
  readonly ends: Uint32Array
  /** Texts that are too long to be put together with others, by their indexes; they have no `characters`. */
  readonly long: ReadonlyMap<number, string>
}

/** Gives texts by their indexes. */
export interface Texts {
  at(index: number): string
}

/** Longer ones are not put together with others, so that these do not become too long a string. */
const LENGTH_MAX = 16 * 1024
const TOGETHER_MAX = 512
/** The texts of a thousand events, which are hashed at a time, are mostly still there. */
const PENDING_MAX = 8 * TOGETHER_MAX

/**
 * Gathers texts until they are taken.
 *
 * While they are asked for, for the lines that are hashed, the latest are kept as they are. Later each is written at once
 * and forgotten: strings that outlive the command that they are of cost more than their characters.
 */
export class TextWriter implements Texts {
  private isForgetful = false
  private count = 0
  private ends = new Uint32Array(256)
  private used = 0
  private readonly characters = new CharacterWriter()
  /** The latest texts, which are not among the characters yet. */
  private pending: string[] = []
  private long = new Map<number, string>()
  private readonly names = new Map<string, number>()

  at(index: number): string {
    const place = index - (this.count - this.pending.length)
    if (place < 0) return textAt({ characters: this.characters.soFar, ends: this.ends, long: this.long }, index)
    return this.long.get(index) ?? this.pending[place]!
  }

  /** From now on texts are not asked for until they are taken. */
  forget(): void {
    this.writePending()
    this.isForgetful = true
  }

  /** Adds a text, though it may be there already, and gives its index. */
  add(text: string): number {
    if (this.isForgetful && text.length <= LENGTH_MAX) {
      this.put(text)
      return this.end()
    }
    if (this.pending.length === PENDING_MAX) this.writePending()
    if (text.length <= LENGTH_MAX) {
      this.pending.push(text)
      this.used += text.length
    } else {
      this.pending.push('')
      this.long.set(this.count, text)
    }
    return this.end()
  }

  /**
   * Writes a part of a text, which `end` completes. Only after `forget`. Parts that are in one piece are written as they
   * are; put together they would be looked at once more for that.
   */
  put(part: string): void {
    this.characters.write(part)
    this.used += part.length
  }

  /**
   * As `put`, where each character is one of a kind: `kind` has a 1 for its code. Gives false, and writes nothing, when
   * one is not.
   */
  putOnly(kind: Uint8Array, part: string): boolean {
    const isOfKind = this.characters.writeOnly(kind, part)
    if (isOfKind) this.used += part.length
    return isOfKind
  }

  /** Takes the parts since the last text back. */
  undo(): void {
    this.used = this.count === 0 ? 0 : this.ends[this.count - 1]!
    this.characters.cut(this.used)
  }

  /** Gives the index of the text whose parts were written. */
  end(): number {
    const index = this.count++
    if (index === this.ends.length) this.ends = grown(this.ends, new Uint32Array(index * 2))
    this.ends[index] = this.used
    return index
  }

  /** As `add`, once for each name. */
  addName(name: string): number {
    let index = this.names.get(name)
    if (index === undefined) {
      index = this.add(name)
      this.names.set(name, index)
    }
    return index
  }

  take(): PackedTexts {
    this.writePending()
    const { ends, long, count } = this
    this.count = 0
    this.used = 0
    this.long = new Map()
    this.names.clear()
    return { characters: this.characters.take(), ends: ends.slice(0, count), long }
  }

  /** A few hundred at a time: their strings are no longer needed, and what they make together is soon done with. */
  private writePending(): void {
    const { pending } = this
    if (pending.length === 0) return
    for (let at = 0; at < pending.length; at += TOGETHER_MAX) {
      this.characters.write(pending.slice(at, at + TOGETHER_MAX).join(''))
    }
    this.pending = []
  }
}

const encoder = new TextEncoder()
/** To hand a longer text to the encoder costs less than a loop. */
const SHORT_MAX = 48

/** Characters in a row: bytes, until one comes that needs more. */
class CharacterWriter {
  private characters: Uint8Array | Uint16Array = new Uint8Array(4096)
  private used = 0

  get soFar(): Uint8Array | Uint16Array {
    return this.characters
  }

  write(text: string): void {
    const { length } = text
    this.reserve(this.used + length)
    if (length <= SHORT_MAX || !this.writeAscii(text)) this.writeAny(text)
    this.used += length
  }

  writeOnly(kind: Uint8Array, text: string): boolean {
    const { length } = text
    this.reserve(this.used + length)
    const { characters, used } = this
    for (let at = 0; at < length; at++) {
      const code = codeAt(text, at)
      if (kind[code] !== 1) return false
      characters[used + at] = code
    }
    this.used = used + length
    return true
  }

  cut(length: number): void {
    this.used = length
  }

  take(): Uint8Array | Uint16Array {
    const taken = this.characters.slice(0, this.used)
    if (this.characters instanceof Uint16Array) this.characters = new Uint8Array(4096)
    this.used = 0
    return taken
  }

  /** Texts are nearly always those whose UTF-8 is their own characters, and this takes no loop of ours. */
  private writeAscii(text: string): boolean {
    const { characters, used } = this
    if (characters instanceof Uint16Array) return false
    const { read, written } = encoder.encodeInto(text, characters.subarray(used, used + text.length))
    return read === text.length && written === text.length
  }

  private writeAny(text: string): void {
    const { used } = this
    let { characters } = this
    for (let at = 0; at < text.length; at++) {
      const code = codeAt(text, at)
      if (code > 0xff && characters instanceof Uint8Array) {
        characters = Uint16Array.from(characters)
        this.characters = characters
      }
      characters[used + at] = code
    }
  }

  private reserve(length: number): void {
    const { characters } = this
    if (length <= characters.length) return
    const size = Math.max(length, characters.length * 2)
    this.characters = grown(characters, characters instanceof Uint8Array ? new Uint8Array(size) : new Uint16Array(size))
  }
}

/** Gives the texts of a batch, each made once, and none as a part of another that it would keep alive. */
export class TextReader implements Texts {
  private readonly texts: string[] = []

  constructor(private readonly packed: PackedTexts) {}

  at(index: number): string {
    return (this.texts[index] ??= textAt(this.packed, index))
  }
}

// A function cannot be given as many arguments as one likes.
const ARGUMENTS_MAX = 4096

function textAt({ characters, ends, long }: PackedTexts, index: number): string {
  const start = index === 0 ? 0 : ends[index - 1]!
  const end = ends[index]!
  if (start === end) return long.get(index) ?? ''
  let text = ''
  for (let at = start; at < end; at += ARGUMENTS_MAX) {
    const part = characters.subarray(at, Math.min(at + ARGUMENTS_MAX, end))
    text += String.fromCharCode.apply(null, part as unknown as number[])
  }
  return text
}

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

export function grown<T extends Column>(from: T, into: T): T {
  into.set(from)
  return into
}
