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

const LENGTH_MAX = 64 * 1024
/** All together become one string of JavaScript, which has half a billion characters at most. */
const TOGETHER_MAX = 2 ** 28

/** Gathers texts until they are taken. */
export class TextWriter implements Texts {
  private texts: string[] = []
  private long = new Map<number, string>()
  private ends = new Uint32Array(256)
  private used = 0
  private readonly names = new Map<string, number>()

  at(index: number): string {
    return this.long.get(index) ?? this.texts[index]!
  }

  /** Adds a text, though it may be there already, and gives its index. */
  add(text: string): number {
    const index = this.texts.length
    if (index === this.ends.length) this.ends = grown(this.ends, new Uint32Array(index * 2))
    if (text.length <= LENGTH_MAX && this.used + text.length <= TOGETHER_MAX) {
      this.texts.push(text)
      this.used += text.length
    } else {
      this.texts.push('')
      this.long.set(index, text)
    }
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
    const { texts, long, ends } = this
    this.texts = []
    this.long = new Map()
    this.used = 0
    this.names.clear()
    return { characters: charactersOf(texts.join('')), ends: ends.slice(0, texts.length), long }
  }
}

/** Gives the texts of a batch, each made once, and none as a part of another that it would keep alive. */
export class TextReader implements Texts {
  private readonly texts: string[] = []

  constructor(private readonly packed: PackedTexts) {}

  at(index: number): string {
    return (this.texts[index] ??= this.read(index))
  }

  private read(index: number): string {
    const { characters, ends, long } = this.packed
    const start = index === 0 ? 0 : ends[index - 1]!
    const end = ends[index]!
    if (start === end) return long.get(index) ?? ''
    let text = ''
    // A function cannot be given as many arguments as one likes.
    for (let at = start; at < end; at += ARGUMENTS_MAX) {
      const part = characters.subarray(at, Math.min(at + ARGUMENTS_MAX, end))
      text += String.fromCharCode.apply(null, part as unknown as number[])
    }
    return text
  }
}

const ARGUMENTS_MAX = 4096
const encoder = new TextEncoder()

function charactersOf(text: string): Uint8Array | Uint16Array {
  const bytes = new Uint8Array(text.length)
  const { read, written } = encoder.encodeInto(text, bytes)
  // Where every character is one byte of UTF-8, which is nearly always, this took no loop of ours.
  if (read === text.length && written === text.length) return bytes
  const wide = new Uint16Array(text.length)
  let union = 0
  for (let at = 0; at < text.length; at++) union |= wide[at] = codeAt(text, at)
  return union > 0xff ? wide : Uint8Array.from(wide)
}

export function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}
