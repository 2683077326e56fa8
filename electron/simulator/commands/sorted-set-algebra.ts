import type { Bytes } from '../../../shared/bytes'
import type { Entry } from '../keyspace/database'
import { SortedSetValue, type SortedSetLimits } from '../keyspace/sorted-set-value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { error, integer } from '../resp/reply'
import { isError, readAtLeast, readInteger, type Parsed } from './arguments'
import { readScore } from './score'
import { storeResult } from './sorted-set-handlers'
import { nodesReply } from './sorted-set-ranges'
import { wrongType, type ErrorReply } from './typed'

type Operation = 'union' | 'inter' | 'diff'
type Aggregate = (a: number, b: number) => number

/** One of the sets that a command reads: a sorted set, or a set whose members all have the score 1. */
interface Source {
  readonly value: object | undefined
  readonly size: number
  readonly members: () => Iterable<readonly [Bytes, number]>
  readonly scoreOf: (member: Bytes) => number | undefined
  weight: number
}

interface Options {
  hasScores: boolean
  limit: number
  aggregate: Aggregate
}

const aggregates: Readonly<Record<string, Aggregate>> = {
  // Infinities that cancel out make 0.
  sum: (a, b) => (Number.isNaN(a + b) ? 0 : a + b),
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (b > a ? b : a),
}

const notWeight = error('ERR weight value is not a float')
const negativeLimit = error("ERR LIMIT can't be negative")
const syntax = errors.syntax as ErrorReply

function sourceOf(entry: Entry | undefined): Source | undefined {
  const value = entry?.value
  if (value === undefined) return { value, size: 0, members: () => [], scoreOf: () => undefined, weight: 1 }
  if (value.type === 'zset') {
    return {
      value,
      size: value.size,
      members: () => value.slice([0, value.size]).map(({ member, score }) => [member, score] as const),
      scoreOf: (member) => value.get(member)?.score,
      weight: 1,
    }
  }
  if (value.type !== 'set') return undefined
  return {
    value,
    size: value.size,
    members: () => value.members().map((member) => [member, 1] as const),
    scoreOf: (member) => (value.has(member) ? 1 : undefined),
    weight: 1,
  }
}

/** Reads `numkeys key [key ...]` from `start` on. */
function readSources(call: Call, start: number, name: string): Parsed<Source[]> {
  const { node, db, argv } = call
  const count = readInteger(argv[start]!)
  if (isError(count)) return count
  if (count < 1) return error(`ERR at least 1 input key is needed for '${name}' command`) as ErrorReply
  if (count > argv.length - start - 1) return syntax
  const sources: Source[] = []
  for (const key of argv.slice(start + 1, start + 1 + Number(count))) {
    const source = sourceOf(node.keyspace.read(db, key))
    if (!source) return wrongType
    sources.push(source)
  }
  return sources
}

type Kind = 'shows' | 'stores' | 'counts'

function readOptions(
  argv: readonly Bytes[],
  start: number,
  sources: readonly Source[],
  operation: Operation,
  kind: Kind,
): Parsed<Options> {
  const options: Options = { hasScores: false, limit: 0, aggregate: aggregates['sum']! }
  const combines = operation !== 'diff' && kind !== 'counts'
  for (let at = start; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const left = argv.length - at
    if (combines && option === 'weights' && left >= sources.length + 1) {
      for (const source of sources) {
        const weight = readScore(argv[++at]!, notWeight)
        if (isError(weight)) return weight
        source.weight = weight
      }
    } else if (combines && option === 'aggregate' && left >= 2) {
      const aggregate = aggregates[lower(cString(argv[++at]!))]
      if (!aggregate) return syntax
      options.aggregate = aggregate
    } else if (kind === 'shows' && option === 'withscores') {
      options.hasScores = true
    } else if (kind === 'counts' && option === 'limit' && left >= 2) {
      const limit = readAtLeast(argv[++at]!, 0, negativeLimit)
      if (isError(limit)) return limit
      options.limit = limit
    } else {
      return syntax
    }
  }
  return options
}

function weighed(score: number, weight: number): number {
  const product = score * weight
  return Number.isNaN(product) ? 0 : product
}

function unite(sources: readonly Source[], { aggregate }: Options): Map<Bytes, number> {
  const result = new Map<Bytes, number>()
  for (const { members, weight } of sources) {
    for (const [member, own] of members()) {
      const score = weighed(own, weight)
      const old = result.get(member)
      result.set(member, old === undefined ? score : aggregate(old, score))
    }
  }
  return result
}

/** The members that all sources have; at most `limit` of them, unless that is 0. */
function intersect(sources: readonly Source[], { aggregate, limit }: Options): Map<Bytes, number> {
  const result = new Map<Bytes, number>()
  const [smallest, ...others] = sources as [Source, ...Source[]]
  for (const [member, own] of smallest.members()) {
    let score: number | undefined = weighed(own, smallest.weight)
    for (const other of others) {
      const theirs = other.scoreOf(member)
      score = theirs === undefined ? undefined : aggregate(score, theirs * other.weight)
      if (score === undefined) break
    }
    if (score === undefined) continue
    result.set(member, score)
    if (result.size === limit) break
  }
  return result
}

function subtract([first, ...others]: readonly Source[]): Map<Bytes, number> {
  const left = [...first!.members()].filter(([member]) => others.every(({ scoreOf }) => scoreOf(member) === undefined))
  return new Map(left)
}

function combine(operation: Operation, sources: readonly Source[], options: Options): Map<Bytes, number> {
  if (operation === 'diff') return subtract(sources)
  const ordered = [...sources].sort((a, b) => a.size - b.size)
  return operation === 'union' ? unite(ordered, options) : intersect(ordered, options)
}

// Redis combines in a skiplist, and makes a listpack of the result only when it is stored and as a whole fits.
const noListpack: SortedSetLimits = { zsetEntriesMax: 0, zsetBytesMax: 0 }

function fitsListpack(scores: ReadonlyMap<Bytes, number>, limits: SortedSetLimits): boolean {
  if (scores.size > limits.zsetEntriesMax) return false
  for (const member of scores.keys()) if (member.length > limits.zsetBytesMax) return false
  return true
}

function combineGeneric(operation: Operation, kind: Kind, name: string): Handler {
  const start = kind === 'stores' ? 2 : 1
  return (call) => {
    const { node, argv } = call
    const sources = readSources(call, start, name)
    if (isError(sources)) return sources
    const read = sources as Source[]
    const options = readOptions(argv, start + 1 + read.length, read, operation, kind)
    if (isError(options)) return options
    const scores = combine(operation, read, options as Options)
    if (kind === 'counts') return integer(scores.size)
    const fits = kind === 'stores' && fitsListpack(scores, node.limits)
    const result = new SortedSetValue()
    for (const [member, score] of scores) result.add(member, score, fits ? node.limits : noListpack)
    return kind === 'stores'
      ? storeResult(call, argv[1]!, result, name)
      : nodesReply(result.slice([0, result.size]), (options as Options).hasScores)
  }
}

export const zunion = combineGeneric('union', 'shows', 'zunion')
export const zinter = combineGeneric('inter', 'shows', 'zinter')
export const zdiff = combineGeneric('diff', 'shows', 'zdiff')
export const zunionstore = combineGeneric('union', 'stores', 'zunionstore')
export const zinterstore = combineGeneric('inter', 'stores', 'zinterstore')
export const zdiffstore = combineGeneric('diff', 'stores', 'zdiffstore')
export const zintercard = combineGeneric('inter', 'counts', 'zintercard')
