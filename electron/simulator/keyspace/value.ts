import { codeAt, type Bytes } from '../../../shared/bytes'
import type { Deque } from './deque'
import type { HashValue } from './hash-value'
import type { SetValue } from './set-value'
import type { SortedSetValue } from './sorted-set-value'
import type { StreamValue } from './stream/stream-value'

/** What a key holds. Families of further types add theirs here. */
export type Value = StringValue | ListValue | HashValue | SetValue | SortedSetValue | StreamValue

export type ValueType = Value['type']

export type ValueOf<Type extends ValueType> = Extract<Value, { type: Type }>

/** Never changed in place: a command that changes a string stores a new one. */
export interface StringValue {
  readonly type: 'string'
  readonly bytes: Bytes
  readonly encoding: 'int' | 'embstr' | 'raw'
  /** COPY makes a number of the key's own, where others share theirs; OBJECT REFCOUNT tells. */
  readonly isOwn?: true
}

/** Changed in place, and never empty: a list that loses its last element goes with its key. */
export interface ListValue {
  readonly type: 'list'
  readonly items: Deque
  /** Before 7.2 Redis keeps short lists in a quicklist, too. */
  readonly encoding: 'quicklist'
}

export function listValue(items: Deque): ListValue {
  return { type: 'list', items, encoding: 'quicklist' }
}

/** What COPY puts under the new key. */
export function copyOf(value: Value): Value {
  switch (value.type) {
    case 'string':
      return value.encoding === 'int' ? { ...value, isOwn: true } : value
    case 'list':
      return listValue(value.items.copy())
    case 'hash':
    case 'set':
    case 'zset':
    case 'stream':
      return value.copy()
  }
}

/** About how many bytes the value itself has. */
export function sizeOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return value.bytes.length
    case 'list':
      return value.items.byteLength
    case 'hash':
    case 'set':
    case 'zset':
    case 'stream':
      return value.byteLength
  }
}

/** The longest string that Redis keeps in one allocation with its header. */
const EMBEDDED_LENGTH_MAX = 44

/** A string as SET stores it: a number where it reads as one. */
export function stringValue(bytes: Bytes): StringValue {
  const { length } = bytes
  if (length <= 20 && isInteger(bytes)) return { type: 'string', bytes, encoding: 'int' }
  return { type: 'string', bytes, encoding: length <= EMBEDDED_LENGTH_MAX ? 'embstr' : 'raw' }
}

/** A string that is stored as it is, even when it reads as a number: INCRBYFLOAT's result. */
export function plainString(bytes: Bytes): StringValue {
  return { type: 'string', bytes, encoding: bytes.length <= EMBEDDED_LENGTH_MAX ? 'embstr' : 'raw' }
}

/** A string that was changed in place, as APPEND and SETRANGE do. */
export function rawString(bytes: Bytes): StringValue {
  return { type: 'string', bytes, encoding: 'raw' }
}

/** Does Redis's string2ll take it? No blanks, no plus, no leading zeros, and 64 bits at most. */
export function isInteger(text: string): boolean {
  return parseInteger(text) !== undefined
}

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** A signed 64-bit integer as Redis reads one: a number where that is exact, else a bigint. */
export function parseInteger(text: string): number | bigint | undefined {
  // Most are short, and most of what is not a number shows it with its first character.
  if (text.length < EXACT_LENGTH) return parseShortInteger(text)
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  const exact = BigInt(text)
  return exact > INT64_MAX || exact < INT64_MIN ? undefined : exact
}

/** So many characters, less one, are exact as a number whatever their digits are. */
const EXACT_LENGTH = 16

function parseShortInteger(text: string): number | undefined {
  const { length } = text
  const isNegative = codeAt(text, 0) === MINUS
  const start = isNegative ? 1 : 0
  const first = codeAt(text, start)
  if (first === ZERO) return length === 1 ? 0 : undefined
  let value = 0
  for (let at = start; at < length; at++) {
    const digit = codeAt(text, at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  if (length === start) return undefined
  return isNegative ? -value : value
}

const MINUS = 0x2d
const ZERO = 0x30
