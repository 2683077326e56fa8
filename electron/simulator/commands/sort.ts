import type { Bytes } from '../../../shared/bytes'
import { Deque } from '../keyspace/deque'
import { EventClass } from '../keyspace/notify'
import { listValue, type Value } from '../keyspace/value'
import { firstKey, type Call, type CommandSpec, type Handler, type KeySpec } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { bulk, error, integer, nothing } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { readScore } from './score'
import type { ErrorReply } from './typed'

interface SortOptions {
  isDescending: boolean
  isAlphabetic: boolean
  offset: number
  /** Negative means all. */
  count: number
  by?: Bytes
  readonly get: Bytes[]
  store?: Bytes
}

const notDoubles = error("ERR One or more scores can't be converted into double")

function readOptions({ argv }: Call, canStore: boolean): SortOptions | ErrorReply {
  const options: SortOptions = { isDescending: false, isAlphabetic: false, offset: 0, count: -1, get: [] }
  for (let at = 2; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const more = argv.length - at - 1
    if (option === 'asc' || option === 'desc') options.isDescending = option === 'desc'
    else if (option === 'alpha') options.isAlphabetic = true
    else if (option === 'limit' && more >= 2) {
      const offset = readInteger(argv[++at]!)
      if (isError(offset)) return offset
      const count = readInteger(argv[++at]!)
      if (isError(count)) return count
      options.offset = Number(offset)
      options.count = Number(count)
    } else if (option === 'store' && canStore && more >= 1) options.store = argv[++at]!
    else if (option === 'by' && more >= 1) options.by = argv[++at]!
    else if (option === 'get' && more >= 1) options.get.push(argv[++at]!)
    else return errors.syntax as ErrorReply
  }
  return options
}

/** The elements in the order in which they lie, which for a sorted set is that of its scores. */
function elementsOf(value: Value | undefined): Bytes[] | undefined {
  if (value === undefined) return []
  if (value.type === 'list') return value.items.slice(0, value.items.length)
  if (value.type === 'set') return value.members()
  return value.type === 'zset' ? value.slice([0, value.size]).map(({ member }) => member) : undefined
}

/**
 * What a pattern of BY or GET means for an element: `#` the element itself, else the string, or the field of a hash
 * behind `->`, whose key has the element in place of the asterisk.
 */
function lookUp({ node, db }: Call, pattern: Bytes, element: Bytes): Bytes | undefined {
  if (pattern === '#') return element
  const star = cString(pattern).indexOf('*')
  if (star === -1) return undefined
  const arrow = cString(pattern).indexOf('->', star + 1)
  const hasField = arrow !== -1 && arrow + 2 < pattern.length && pattern[arrow + 2] !== '\0'
  const end = hasField ? arrow : pattern.length
  const key = (pattern.slice(0, star) + element + pattern.slice(star + 1, end)) as Bytes
  const value = node.keyspace.read(db, key)?.value
  if (hasField) return value?.type === 'hash' ? value.get(pattern.slice(arrow + 2) as Bytes) : undefined
  return value?.type === 'string' ? value.bytes : undefined
}

interface Weighed {
  readonly element: Bytes
  readonly score: number
  readonly weight: Bytes | undefined
}

/** Puts the elements in order, or gives the error when one of them has no number to be sorted by. */
function sorted(call: Call, elements: readonly Bytes[], options: SortOptions, by: Bytes | undefined) {
  const { isAlphabetic, isDescending, store } = options
  let areNumbers = true
  const weighed = elements.map((element): Weighed => {
    const weight = by === undefined ? element : lookUp(call, by, element)
    const score = isAlphabetic || weight === undefined ? 0 : readNumber(weight)
    if (score === undefined) areNumbers = false
    return { element, score: score ?? 0, weight }
  })
  if (!areNumbers) return undefined
  // In a reply Redis compares as C does, which ends a string at its first NUL.
  const text = (bytes: Bytes) => (store === undefined ? cString(bytes) : bytes)
  const compare = (a: Weighed, b: Weighed) => {
    if (!isAlphabetic) return a.score === b.score ? order(a.element, b.element) : a.score - b.score
    if (a.weight === undefined || b.weight === undefined) {
      return Number(a.weight !== undefined) - Number(b.weight !== undefined)
    }
    return order(text(a.weight), text(b.weight))
  }
  return weighed.sort(isDescending ? (a, b) => -compare(a, b) : compare).map(({ element }) => element)
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** As strtod reads it: blanks before it are no harm, and nothing at all is 0. */
function readNumber(bytes: Bytes): number | undefined {
  const text = cString(bytes).replace(/^[ \t-\r]+/, '')
  if (text === '' && bytes.length > 0 && cString(bytes) !== '') return undefined
  const score = text === '' ? 0 : readScore(text as Bytes)
  return isError(score) ? undefined : score
}

/** An element, or what a pattern of GET makes of it. */
interface Wanted {
  readonly element: Bytes
  readonly pattern?: Bytes
}

function sortGeneric(canStore: boolean): Handler {
  return (call) => {
    const { node, db, argv } = call
    const options = readOptions(call, canStore)
    if ('kind' in options) return options
    const value = node.keyspace.read(db, argv[1]!)?.value
    let elements = elementsOf(value)
    if (!elements) return errors.wrongType
    // Redis converts the sorted set itself.
    if (value?.type === 'zset') value.encoding = 'skiplist'
    const { by, store } = options
    const isConstant = by !== undefined && !cString(by).includes('*')
    if (isConstant && value?.type === 'set' && store !== undefined) {
      // What is stored must not depend on the order of a hash table.
      elements = sorted(call, elements, { ...options, isAlphabetic: true }, undefined)!
    } else if (!isConstant) {
      const inOrder = sorted(call, elements, options, by)
      if (!inOrder) return notDoubles
      elements = inOrder
    } else if (value?.type !== 'set' && options.isDescending) {
      elements.reverse()
    }
    const from = Math.max(0, options.offset)
    const chosen = elements.slice(from, options.count < 0 ? undefined : from + options.count)
    const { get } = options
    const wanted: Wanted[] =
      get.length === 0
        ? chosen.map((element) => ({ element }))
        : chosen.flatMap((element) => get.map((pattern) => ({ element, pattern })))
    const find = ({ element, pattern }: Wanted) => (pattern === undefined ? element : lookUp(call, pattern, element))
    if (store !== undefined) return storeList(call, store, wanted.map(find))
    return call.client.answerEach(wanted, (one) => {
      const bytes = find(one)
      return bytes === undefined ? nothing : bulk(bytes)
    })
  }
}

function storeList({ node, client, db }: Call, target: Bytes, found: readonly (Bytes | undefined)[]) {
  const { keyspace } = node
  if (found.length > 0) {
    keyspace.store(db, target, listValue(Deque.from(found.map((bytes) => bytes ?? ('' as Bytes)))))
    keyspace.notify(EventClass.list, 'sortstore', db, target)
    node.changes += found.length - 1
    return client.answerNow(integer(found.length))
  }
  const old = keyspace.glance(db, target)
  if (old) {
    keyspace.remove(db, old)
    keyspace.notify(EventClass.generic, 'del', db, target)
  }
  return integer(0)
}

/** The key, and the last one that STORE names. */
const sortKeys: KeySpec = {
  find: 'by',
  keys: (argv) => {
    let store = 0
    for (let at = 2; at < argv.length; at++) {
      const option = lower(cString(argv[at]!))
      if (option === 'limit') at += 2
      else if (option === 'get' || option === 'by') at++
      else if (option === 'store' && at + 1 < argv.length) store = ++at
    }
    return store === 0 ? [1] : [1, store]
  },
}

export const sortCommands = [
  {
    name: 'sort',
    summary: 'Sort the elements in a list, set or sorted set',
    arity: -2,
    flags: ['write', 'denyoom', 'movablekeys'],
    acl: ['write', 'set', 'sortedset', 'list', 'slow', 'dangerous'],
    keys: sortKeys,
    run: sortGeneric(true),
  },
  {
    name: 'sort_ro',
    summary: 'Sort the elements in a list, set or sorted set. Read-only variant of SORT.',
    arity: -2,
    flags: ['readonly', 'movablekeys'],
    acl: ['read', 'set', 'sortedset', 'list', 'slow', 'dangerous'],
    keys: firstKey,
    run: sortGeneric(false),
  },
] as const satisfies readonly CommandSpec[]
