import type { Bytes } from '../../../shared/bytes'
import { parseLongDouble } from '../keyspace/long-double'
import { parseInteger } from '../keyspace/value'
import type { LexEnd, LexRange, ScoreRange } from '../keyspace/sorted-set-value'
import { cString, errors } from '../node/errors'
import { error, type Reply } from '../resp/reply'
import type { Parsed } from './arguments'
import type { ErrorReply } from './typed'

const notFloats = error('ERR min or max is not a float') as ErrorReply
const notStrings = error('ERR min or max not valid string range item') as ErrorReply

/** What strtod makes of a whole text; NaN where it is no number, or none that counts. */
function parseDouble(text: string): number {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text)
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity
  if (!/^[+-]?0x/i.test(text)) return NaN
  const hex = parseLongDouble(text)
  if (hex === undefined || hex === 'infinite') return NaN
  return Number(hex.mantissa) * 2 ** hex.exponent
}

/** A score or a weight. What is too great or too small for a double is none, but `inf` is one. */
export function readScore(text: Bytes, refusal: Reply = errors.notFloat): Parsed<number> {
  const integer = parseInteger(text)
  if (typeof integer === 'number') return integer
  const value = parseDouble(text)
  const isOverflow = !Number.isFinite(value) && /\d/.test(text)
  const isUnderflow = value === 0 && /^[^ep]*[1-9]/i.test(text.replace(/^[+-]?0x/i, ''))
  return Number.isNaN(value) || isOverflow || isUnderflow ? (refusal as ErrorReply) : value
}

/** As strtod reads it: blanks before it are no harm, and nothing at all is 0. */
function readScoreEnd(text: Bytes): { readonly score: number; readonly excludes: boolean } {
  const excludes = text.startsWith('(')
  const number = cString(excludes ? text.slice(1) : text)
  return { score: number === '' ? 0 : parseDouble(number.replace(/^[ \t-\r]+/, '')), excludes }
}

/** `(1` leaves the end out. */
export function readScoreRange(minText: Bytes, maxText: Bytes): Parsed<ScoreRange> {
  const min = readScoreEnd(minText)
  const max = readScoreEnd(maxText)
  if (Number.isNaN(min.score) || Number.isNaN(max.score)) return notFloats
  return { min: min.score, max: max.score, excludesMin: min.excludes, excludesMax: max.excludes }
}

function readLexEnd(text: Bytes): LexEnd | undefined {
  if (text === '-') return 'lowest'
  if (text === '+') return 'highest'
  if (text[0] !== '(' && text[0] !== '[') return undefined
  return { member: text.slice(1) as Bytes, excludes: text[0] === '(' }
}

/** `[a` takes the end in, `(a` leaves it out, `-` and `+` are the ends of everything. */
export function readLexRange(minText: Bytes, maxText: Bytes): Parsed<LexRange> {
  const min = readLexEnd(minText)
  const max = readLexEnd(maxText)
  return min === undefined || max === undefined ? notStrings : { min, max }
}
