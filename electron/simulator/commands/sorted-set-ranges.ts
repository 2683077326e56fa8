import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import type { SkipNode } from '../keyspace/skip-list'
import { SortedSetValue, type Ranks } from '../keyspace/sorted-set-value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { bulk, bulks, double, emptyArray, error, integer, pairs, type Reply } from '../resp/reply'
import { isError, readInteger, readRange, type Parsed } from './arguments'
import { readLexRange, readScoreRange } from './score'
import { storeResult } from './sorted-set-handlers'
import { findTyped, readTyped, type ErrorReply } from './typed'

type By = 'rank' | 'score' | 'lex'

/** Which ranks of a sorted set a command means. */
type FindRanks = (value: SortedSetValue, isReversed: boolean) => Ranks

/** Reads the two ends of a range; of ranks only where they are counted from depends on the direction. */
function readRanks(by: By, min: Bytes, max: Bytes): Parsed<FindRanks> {
  switch (by) {
    case 'rank': {
      const range = readRange(min, max)
      if (isError(range)) return range
      return ({ size }, isReversed) => {
        const [from, to] = range(size)
        return isReversed ? [size - to, size - from] : [from, to]
      }
    }
    case 'score': {
      const range = readScoreRange(min, max)
      return isError(range) ? range : (value) => value.ranksByScore(range)
    }
    case 'lex': {
      const range = readLexRange(min, max)
      return isError(range) ? range : (value) => value.ranksByMember(range)
    }
  }
}

interface RangeOptions {
  by: By | undefined
  isReversed: boolean | undefined
  hasScores: boolean
  offset: number
  /** -1 without a limit. */
  limit: number
}

const limitByRank = error(
  'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
) as ErrorReply
const scoresByLex = error('ERR syntax error, WITHSCORES not supported in combination with BYLEX') as ErrorReply
const syntax = errors.syntax as ErrorReply

/** Reads what stands behind the two ends, as far as the command's name does not say it already. */
function readOptions(
  argv: readonly Bytes[],
  start: number,
  options: RangeOptions,
  stores: boolean,
): ErrorReply | undefined {
  const asksBy = options.by === undefined
  const asksDirection = options.isReversed === undefined
  for (let at = start; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if (!stores && option === 'withscores') {
      options.hasScores = true
    } else if (option === 'limit' && at + 2 < argv.length) {
      const offset = readInteger(argv[++at]!)
      if (isError(offset)) return offset
      const limit = readInteger(argv[++at]!)
      if (isError(limit)) return limit
      options.offset = Number(offset)
      options.limit = Number(limit)
    } else if (asksDirection && options.isReversed === undefined && option === 'rev') {
      options.isReversed = true
    } else if (asksBy && options.by === undefined && (option === 'bylex' || option === 'byscore')) {
      options.by = option === 'bylex' ? 'lex' : 'score'
    } else {
      return syntax
    }
  }
  options.by ??= 'rank'
  if (options.limit !== -1 && options.by === 'rank') return limitByRank
  return options.hasScores && options.by === 'lex' ? scoresByLex : undefined
}

type Found = (call: Call, nodes: readonly SkipNode[], options: RangeOptions) => Reply

/** A command that looks at a range: `start` is where its source key stands. */
function rangeGeneric(by: By | undefined, isReversed: boolean | undefined, start: number, found: Found): Handler {
  const stores = start === 2
  return (call) => {
    const { argv } = call
    const options: RangeOptions = { by, isReversed, hasScores: false, offset: 0, limit: -1 }
    const refusal = readOptions(argv, start + 3, options, stores)
    if (refusal) return refusal
    // Backwards, ranges of scores and members are given from the highest on.
    const isSwapped = options.isReversed === true && options.by !== 'rank'
    const [first, second] = [argv[start + 1]!, argv[start + 2]!]
    const ranks = isSwapped ? readRanks(options.by!, second, first) : readRanks(options.by!, first, second)
    if (isError(ranks)) return ranks
    const entry = readTyped(call, argv[start]!, 'zset')
    if (isError(entry)) return entry
    if (!entry) return stores ? found(call, [], options) : emptyArray
    const isBackwards = options.isReversed === true
    const all = (ranks as FindRanks)(entry.value, isBackwards)
    // By rank a limit of -1 passes for none, and its offset then means nothing.
    const within = options.by === 'rank' ? all : limited(all, options, isBackwards)
    return found(call, entry.value.slice(within, isBackwards), options)
  }
}

/** A negative offset skips everything, a negative limit is none. */
function limited([from, to]: Ranks, { offset, limit }: RangeOptions, isReversed: boolean): Ranks {
  if (offset === 0 && limit < 0) return [from, to]
  const skipped = offset < 0 ? to - from : Math.min(offset, to - from)
  const count = limit < 0 ? to - from - skipped : Math.min(limit, to - from - skipped)
  return isReversed ? [to - skipped - count, to - skipped] : [from + skipped, from + skipped + count]
}

const show: Found = (_call, nodes, { hasScores }) => nodesReply(nodes, hasScores)

export function nodesReply(nodes: readonly SkipNode[], hasScores: boolean): Reply {
  if (!hasScores) return bulks(nodes.map(({ member }) => member))
  return pairs(nodes.flatMap(({ member, score }) => [bulk(member), double(score)]))
}

const store: Found = (call, nodes) => {
  const result = new SortedSetValue()
  for (const { member, score } of nodes) result.add(member, score, call.node.limits)
  return storeResult(call, call.argv[1]!, result, 'zrangestore')
}

export const zrange = rangeGeneric(undefined, undefined, 1, show)
export const zrevrange = rangeGeneric('rank', true, 1, show)
export const zrangebyscore = rangeGeneric('score', false, 1, show)
export const zrevrangebyscore = rangeGeneric('score', true, 1, show)
export const zrangebylex = rangeGeneric('lex', false, 1, show)
export const zrevrangebylex = rangeGeneric('lex', true, 1, show)
export const zrangestore = rangeGeneric(undefined, undefined, 2, store)

function count(by: By): Handler {
  return (call) => {
    const ranks = readRanks(by, call.argv[2]!, call.argv[3]!)
    if (isError(ranks)) return ranks
    const entry = readTyped(call, call.argv[1]!, 'zset')
    if (isError(entry)) return entry
    if (!entry) return integer(0)
    const [from, to] = (ranks as FindRanks)(entry.value, false)
    return integer(to - from)
  }
}

export const zcount = count('score')
export const zlexcount = count('lex')

function removeRange(by: By): Handler {
  return (call) => {
    const { node, db, argv } = call
    const ranks = readRanks(by, argv[2]!, argv[3]!)
    if (isError(ranks)) return ranks
    const entry = findTyped(call, argv[1]!, 'zset')
    if (isError(entry)) return entry
    if (!entry) return integer(0)
    const removed = entry.value.slice((ranks as FindRanks)(entry.value, false))
    if (removed.length === 0) return integer(0)
    for (const member of removed) entry.value.delete(member)
    const isEmpty = entry.value.size === 0
    if (isEmpty) db.remove(entry)
    node.keyModified(db, entry.key)
    node.changes += removed.length - 1
    node.keyspace.notify(EventClass.zset, `zremrangeby${by}`, db, entry.key)
    if (isEmpty) node.keyspace.notify(EventClass.generic, 'del', db, entry.key)
    return integer(removed.length)
  }
}

export const zremrangebyrank = removeRange('rank')
export const zremrangebyscore = removeRange('score')
export const zremrangebylex = removeRange('lex')
