import type { Bytes } from '../../../shared/bytes'
import type { SkipNode } from '../keyspace/skip-list'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { formatDouble } from '../resp/format-double'
import { bulk, double, emptyArray, nothing, type Reply } from '../resp/reply'
import { isError, readNegatable } from './arguments'
import { scanElements } from './collection-scan'
import { isTooManyPairs, randomReply } from './random-elements'
import { readTyped } from './typed'

export const zrandmember: Handler = (call) => {
  const { node, argv } = call
  const count = argv.length > 2 ? readNegatable(argv[2]!) : undefined
  if (isError(count)) return count
  const hasScores = argv.length === 4 && lower(cString(argv[3]!)) === 'withscores'
  if (argv.length > 4 || (argv.length === 4 && !hasScores)) return errors.syntax
  if (hasScores && isTooManyPairs(count!)) return errors.outOfRange
  const entry = readTyped(call, argv[1]!, 'zset')
  if (isError(entry)) return entry
  if (!entry) return count === undefined ? nothing : emptyArray
  const { value } = entry
  if (count === undefined) return bulk(value.at(node.random.integer(0, value.size - 1)).member)
  const itemsAt = (index: number): Reply[] => {
    const { member, score } = value.at(index)
    return hasScores ? [bulk(member), double(score)] : [bulk(member)]
  }
  return randomReply(call, value.size, count, itemsAt, hasScores)
}

/** A listpack keeps whole numbers of 64 bits as integers, and ZSCAN shows what it keeps. */
function formatCompact(score: number): string {
  return Number.isInteger(score) && Math.abs(score) < 2 ** 63 ? String(BigInt(score)) : formatDouble(score)
}

export const zscan = scanElements('zset', (value) => {
  const isCompact = value.encoding === 'listpack'
  const ordered = isCompact ? value.slice([0, value.size]) : undefined
  const write = isCompact ? formatCompact : formatDouble
  const element = ({ member, score }: SkipNode) => [member, write(score) as Bytes] as const
  return { isCompact, size: value.size, at: (index) => element(ordered ? ordered[index]! : value.at(index)) }
})
