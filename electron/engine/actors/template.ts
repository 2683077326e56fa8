import type { Bytes } from '../../../shared/bytes'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { splitCommand } from '../scenario/split-command'

/** What a template's words stand for. */
export interface TemplateValues {
  /** Counts from 1. */
  readonly n: number
  readonly actor: string
  /** In microseconds; shown as seconds. */
  readonly time: number
  /** The time of day in microseconds since 1970; shown as milliseconds. */
  readonly unix: number
}

/** `{{word}}`, `{{word with arguments}}`. */
const PLACE = /\{\{\s*(\w+)((?:\s+[^\s{}]+)*)\s*\}\}/g

/**
 * `order {{n}} of {{actor}}`, `{{random 1 6}}`, `{{pick red green}}`: what is no known word stays as it is, and so does one
 * whose arguments make no sense.
 */
export function fillTemplate<T extends string>(template: T, values: TemplateValues, chance: SeededRandom): T {
  return fillPlaces(template, (word, words) =>
    words.length === 0 ? plain(word, values) : drawn(word, words, chance),
  ) as T
}

/** Puts what `valueOf` gives for a word and its arguments in its place; undefined leaves the place as it stands. */
export function fillPlaces(
  template: string,
  valueOf: (word: string, words: readonly string[]) => string | undefined,
): string {
  return template.replace(PLACE, (whole, word: string, rest: string) => {
    const words = rest.split(/\s+/).filter((one) => one !== '')
    return valueOf(word, words) ?? whole
  })
}

/** Stands for a blank within a place, so that a place stays in one word. */
const INNER_BLANK = '\x1f'
const WHOLE_PLACE = /\{\{[^{}]*\}\}/g

/**
 * The words of a command with places in it. They are cut before they are filled, so that a value with blanks stays one
 * word. Throws as `splitCommand`.
 */
export function splitTemplate(command: string): Bytes[] {
  const words = splitCommand(command.replace(WHOLE_PLACE, (place) => place.replaceAll(/\s/g, INNER_BLANK)))
  return words.map((word) => word.replace(WHOLE_PLACE, (place) => place.replaceAll(INNER_BLANK, ' ')) as Bytes)
}

function plain(word: string, { n, actor, time, unix }: TemplateValues): string | undefined {
  switch (word) {
    case 'n':
      return String(n)
    case 'actor':
      return actor
    case 'time':
      return (time / 1_000_000).toFixed(3)
    case 'unix':
      return String(Math.floor(unix / 1000))
    default:
      return undefined
  }
}

function drawn(word: string, words: readonly string[], chance: SeededRandom): string | undefined {
  if (word === 'pick') return words[chance.integer(0, words.length - 1)]
  const [min, max] = words.map(Number)
  const isRange = words.length === 2 && Number.isSafeInteger(min) && Number.isSafeInteger(max) && min! <= max!
  return word === 'random' && isRange ? String(chance.integer(min!, max!)) : undefined
}
