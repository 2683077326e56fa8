import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, bulk, error, integer, map, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'

interface Options {
  readonly wantsRanges: boolean
  readonly wantsLength: boolean
  readonly withMatchLength: boolean
  readonly matchLengthMin: number
}

/** LCS: the longest common subsequence of two strings, by the table of all prefixes. */
export const lcs: Handler = ({ node, db, argv }) => {
  const [a, b] = [node.keyspace.read(db, argv[1]!)?.value, node.keyspace.read(db, argv[2]!)?.value]
  if ((a && a.type !== 'string') || (b && b.type !== 'string')) {
    return error('ERR The specified keys must contain string values')
  }
  const options = readOptions(argv)
  if (isError(options)) return options
  if (options.wantsRanges && options.wantsLength) {
    return error('ERR If you want both the length and indexes, please just use IDX.')
  }
  const [textA, textB] = [a?.bytes ?? '', b?.bytes ?? '']
  if ((textA.length + 1) * (textB.length + 1) * Uint32Array.BYTES_PER_ELEMENT > node.bulkLengthMax) {
    return error('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')
  }
  return compare(textA, textB, options)
}

function readOptions(argv: Parameters<Handler>[0]['argv']): Options | Extract<Reply, { kind: 'error' }> {
  const options = { wantsRanges: false, wantsLength: false, withMatchLength: false, matchLengthMin: 0 }
  for (let at = 3; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if (option === 'idx') options.wantsRanges = true
    else if (option === 'len') options.wantsLength = true
    else if (option === 'withmatchlen') options.withMatchLength = true
    else if (option === 'minmatchlen' && at + 1 < argv.length) {
      const value = readInteger(argv[++at]!)
      if (isError(value)) return value
      options.matchLengthMin = Math.max(0, Number(value))
    } else {
      return errors.syntax as Extract<Reply, { kind: 'error' }>
    }
  }
  return options
}

function compare(a: string, b: string, options: Options): Reply {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      lengths[i * width + j] =
        a.charCodeAt(i - 1) === b.charCodeAt(j - 1)
          ? lengths[(i - 1) * width + j - 1]! + 1
          : Math.max(lengths[(i - 1) * width + j]!, lengths[i * width + j - 1]!)
    }
  }
  const length = lengths[lengths.length - 1]!
  if (options.wantsLength) return integer(length)
  const { text, matches } = walkBack(a, b, lengths, options)
  return options.wantsRanges ? map([bulk('matches'), array(matches), bulk('len'), integer(length)]) : bulk(text)
}

/** Walks the table from its end, so that the last match comes first. On a tie Redis gives up a byte of `b`. */
function walkBack(a: string, b: string, lengths: Uint32Array, options: Options): { text: string; matches: Reply[] } {
  const width = b.length + 1
  const matches: Reply[] = []
  let text = ''
  let range: { aStart: number; bStart: number; length: number } | undefined
  const emit = () => {
    if (range && range.length >= options.matchLengthMin) {
      const { aStart, bStart, length } = range
      const spans = [spanOf(aStart, length), spanOf(bStart, length)]
      matches.push(array(options.withMatchLength ? [...spans, integer(length)] : spans))
    }
    range = undefined
  }
  let i = a.length
  let j = b.length
  while (i > 0 && j > 0) {
    if (a.charCodeAt(i - 1) === b.charCodeAt(j - 1)) {
      i--
      j--
      text = a[i]! + text
      range = { aStart: i, bStart: j, length: (range?.length ?? 0) + 1 }
      if (i === 0 || j === 0) emit()
    } else {
      if (lengths[(i - 1) * width + j]! > lengths[i * width + j - 1]!) i--
      else j--
      emit()
    }
  }
  return { text, matches }
}

function spanOf(start: number, length: number): Reply {
  return array([integer(start), integer(start + length - 1)])
}
