import { codeAt, type Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import type { SkipNode } from '../keyspace/skip-list'
import { SortedSetValue } from '../keyspace/sorted-set-value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, double, error, integer, nothing, type Reply } from '../resp/reply'
import { isError, type Parsed } from './arguments'
import { readScore } from './score'
import { findTyped, readTyped, type EntryOf } from './typed'

export type SortedSetEntry = EntryOf<'zset'>

interface AddOptions {
  nx?: true
  xx?: true
  gt?: true
  lt?: true
  ch?: true
  incr?: true
}

const isNoNumber = error('ERR resulting score is not a number (NaN)')
const nxAndXx = error('ERR XX and NX options at the same time are not compatible')
const gtLtNx = error('ERR GT, LT, and/or NX options at the same time are not compatible')
const oneIncrement = error('ERR INCR option supports a single increment-element pair')

const FIRST_LETTER = 0x41

function isOption(text: string): text is keyof AddOptions {
  return text === 'nx' || text === 'xx' || text === 'gt' || text === 'lt' || text === 'ch' || text === 'incr'
}

/** Reads options up to the first score, and gives its place. */
function readOptions(argv: readonly Bytes[], options: AddOptions): number {
  let at = 2
  for (; at < argv.length; at++) {
    // Most scores show with their first character that they are no option.
    if (codeAt(argv[at]!, 0) < FIRST_LETTER) break
    const option = lower(cString(argv[at]!))
    if (!isOption(option)) break
    options[option] = true
  }
  return at
}

function findClash({ nx, xx, gt, lt, incr }: AddOptions, pairs: number): Reply | undefined {
  if (nx && xx) return nxAndXx
  if ((gt && nx) || (lt && nx) || (gt && lt)) return gtLtNx
  return incr && pairs > 1 ? oneIncrement : undefined
}

function readScores(argv: readonly Bytes[], start: number): Parsed<readonly number[]> {
  const scores: number[] = []
  for (let at = start; at < argv.length; at += 2) {
    const score = readScore(argv[at]!)
    if (isError(score)) return score
    scores.push(score)
  }
  return scores
}

function addGeneric(isIncrement: boolean): Handler {
  return (call) => {
    const { argv } = call
    const options: AddOptions = isIncrement ? { incr: true } : {}
    const start = readOptions(argv, options)
    const pairs = (argv.length - start) / 2
    if (pairs === 0 || !Number.isInteger(pairs)) return errors.syntax
    const clash = findClash(options, pairs)
    if (clash) return clash
    const scores = readScores(argv, start)
    if (isError(scores)) return scores
    const found = findTyped(call, argv[1]!, 'zset')
    if (isError(found)) return found
    if (!found && options.xx) return options.incr ? nothing : integer(0)
    return addAll(call, found, options, start, scores as readonly number[])
  }
}

interface Outcome {
  added: number
  updated: number
  /** The last member's score, unless a condition kept it as it was. */
  score: number | undefined
}

function addAll(
  call: Call,
  found: SortedSetEntry | undefined,
  options: AddOptions,
  start: number,
  scores: readonly number[],
): Reply {
  const { node, client, db, argv } = call
  const key = argv[1]!
  const { value } = found ?? (node.keyspace.create(db, key, new SortedSetValue()) as SortedSetEntry)
  const outcome: Outcome = { added: 0, updated: 0, score: undefined }
  for (let index = 0; index < scores.length; index++) {
    const isFine = addOne(call, value, argv[start + 1 + 2 * index]!, scores[index]!, options, outcome)
    if (!isFine) return isNoNumber
  }
  const { added, updated } = outcome
  const count = integer(options.ch ? added + updated : added)
  const newScore = outcome.score === undefined ? nothing : double(outcome.score)
  const answer = client.answerNow(options.incr ? newScore : count)
  if (added + updated === 0) return answer
  // A new key was told of when it was made.
  if (found) node.keyModified(db, key)
  node.changes += added + updated - 1
  node.keyspace.notify(EventClass.zset, options.incr ? 'zincr' : 'zadd', db, key)
  return answer
}

/** Says no when infinities would cancel out, which only a single increment can do. */
function addOne(
  { node }: Call,
  value: SortedSetValue,
  member: Bytes,
  amount: number,
  { nx, xx, gt, lt, incr }: AddOptions,
  outcome: Outcome,
): boolean {
  const found = value.get(member)
  if (!found) {
    if (xx) return true
    value.add(member, amount, node.limits)
    outcome.added++
    outcome.score = amount
    return true
  }
  if (nx) return true
  const score = incr ? found.score + amount : amount
  if (Number.isNaN(score)) return false
  if ((lt && score >= found.score) || (gt && score <= found.score)) return true
  outcome.score = score
  if (score === found.score) return true
  value.setScore(found, score)
  outcome.updated++
  return true
}

export const zadd = addGeneric(false)
export const zincrby = addGeneric(true)

export const zcard: Handler = (call) => {
  const entry = readTyped(call, call.argv[1]!, 'zset')
  if (isError(entry)) return entry
  return integer(entry?.value.size ?? 0)
}

export const zscore: Handler = (call) => {
  const entry = readTyped(call, call.argv[1]!, 'zset')
  if (isError(entry)) return entry
  return scoreOf(entry?.value.get(call.argv[2]!))
}

export const zmscore: Handler = (call) => {
  const entry = readTyped(call, call.argv[1]!, 'zset')
  if (isError(entry)) return entry
  return array(call.argv.slice(2).map((member) => scoreOf(entry?.value.get(member))))
}

function scoreOf(node: SkipNode | undefined): Reply {
  return node ? double(node.score) : nothing
}

function rank(isReversed: boolean): Handler {
  return (call) => {
    const entry = readTyped(call, call.argv[1]!, 'zset')
    if (isError(entry)) return entry
    const node = entry?.value.get(call.argv[2]!)
    if (!node) return nothing
    const { list } = entry!.value
    return integer(isReversed ? list.length - 1 - list.rankOf(node) : list.rankOf(node))
  }
}

export const zrank = rank(false)
export const zrevrank = rank(true)

export const zrem: Handler = (call) => {
  const { node, db, argv } = call
  const entry = findTyped(call, argv[1]!, 'zset')
  if (isError(entry)) return entry
  if (!entry) return integer(0)
  const { value } = entry
  let removed = 0
  for (let at = 2; at < argv.length && value.size > 0; at++) {
    const member = value.get(argv[at]!)
    if (!member) continue
    value.delete(member)
    removed++
  }
  if (removed === 0) return integer(0)
  node.keyspace.notify(EventClass.zset, 'zrem', db, entry.key)
  dropIfEmpty(call, entry)
  node.keyModified(db, entry.key)
  node.changes += removed - 1
  return integer(removed)
}

/** Lets go of a key that lost its last member. */
export function dropIfEmpty({ node, db }: Call, entry: SortedSetEntry): void {
  if (entry.value.size > 0) return
  db.remove(entry)
  node.keyspace.notify(EventClass.generic, 'del', db, entry.key)
}

/** What a command that stores its result does with it: an empty one deletes the key. */
export function storeResult(call: Call, key: Bytes, result: SortedSetValue, event: string): Reply {
  const { node, client, db } = call
  const { size } = result
  if (size > 0) {
    node.keyspace.store(db, key, result)
    const answer = client.answerNow(integer(size))
    node.keyspace.notify(EventClass.zset, event, db, key)
    return answer
  }
  const answer = client.answerNow(integer(0))
  const entry = node.keyspace.glance(db, key)
  if (!entry) return answer
  node.keyspace.remove(db, entry)
  node.keyspace.notify(EventClass.generic, 'del', db, key)
  return answer
}
