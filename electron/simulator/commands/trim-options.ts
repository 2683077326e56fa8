import type { Bytes } from '../../../shared/bytes'
import { parseInteger } from '../keyspace/value'
import { idText } from '../keyspace/stream/stream-id'
import type { StreamValue, TrimTarget } from '../keyspace/stream/stream-value'
import type { Call } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { error } from '../resp/reply'
import { isError, type Parsed } from './arguments'
import { readId, readWantedId, type WantedId } from './stream-arguments'
import type { ErrorReply } from './typed'

export interface AddOptions {
  /** Where the ID stands, or the number of arguments when there is none. */
  readonly idAt: number
  /** No ID means a new one. */
  readonly wanted: WantedId | undefined
  readonly onlyToExisting: boolean
  readonly trim: TrimTarget | undefined
  /** Where the bound of the trim stands. */
  readonly boundAt: number
}

const notBoth = error('ERR syntax error, MAXLEN and MINID options at the same time are not compatible') as ErrorReply
const lengthNegative = error('ERR The MAXLEN argument must be >= 0.') as ErrorReply
const limitNegative = error('ERR The LIMIT argument must be >= 0.') as ErrorReply
const limitAlone = error('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy') as ErrorReply
const limitOfExact = error('ERR syntax error, LIMIT cannot be used without the special ~ option') as ErrorReply
const noTarget = error('ERR syntax error, XTRIM must be called with a trimming strategy') as ErrorReply
const LIMIT_MAX = 1_000_000
const LIMIT_WITHOUT_NODES = 10_000

type Target = Pick<TrimTarget, 'length' | 'minId' | 'isApproximate'>

/** Reads the options of XADD, which end at the ID, and of XTRIM. */
export function readAddOptions({ node, argv }: Call, isAdd: boolean): Parsed<AddOptions> {
  let target: Target | undefined
  let limit: number | undefined
  let wanted: WantedId | undefined
  let onlyToExisting = false
  let boundAt = -1
  let at = 2
  for (; at < argv.length; at++) {
    const text = argv[at]!
    if (isAdd && text === '*') break
    const option = lower(cString(text))
    const hasMore = at + 1 < argv.length
    if ((option === 'maxlen' || option === 'minid') && hasMore) {
      if (target) return notBoth
      const isMarked = at + 2 < argv.length && (argv[at + 1] === '~' || argv[at + 1] === '=')
      const isApproximate = isMarked && argv[at + 1] === '~'
      at += isMarked ? 2 : 1
      boundAt = at
      const bound = option === 'maxlen' ? readLength(argv[at]!) : readMinId(argv[at]!)
      if (isError(bound)) return bound
      target = { ...bound, isApproximate }
    } else if (option === 'limit' && hasMore) {
      const count = parseInteger(argv[++at]!)
      if (count === undefined) return errors.notInteger as ErrorReply
      if (count < 0) return limitNegative
      limit = Number(count)
    } else if (isAdd && option === 'nomkstream') {
      onlyToExisting = true
    } else if (isAdd) {
      const id = readWantedId(text)
      if (isError(id)) return id
      wanted = id
      break
    } else {
      return errors.syntax as ErrorReply
    }
  }
  if (limit && !target) return limitAlone
  if (!isAdd && !target) return noTarget
  // An effect has kept its LIMIT, and needs none.
  if (node.isLoading) limit = 0
  else if (limit !== undefined && !target?.isApproximate) return limitOfExact
  const trim = target && { ...target, limit: limit ?? (target.isApproximate ? limitOfNodes(node.limits) : 0) }
  return { idAt: at, wanted, onlyToExisting, trim, boundAt }
}

/** The arguments with a bound that cuts off what an approximate one did: that hangs on the nodes of a stream. */
export function withExactTrim(argv: readonly Bytes[], stream: StreamValue, { trim, boundAt }: AddOptions): Bytes[] {
  const exact = [...argv]
  if (!trim?.isApproximate) return exact
  exact[boundAt - 1] = '=' as Bytes
  exact[boundAt] = (trim.length === undefined ? idText(stream.firstKeptId) : String(stream.length)) as Bytes
  return exact
}

function readLength(text: Bytes): Parsed<{ readonly length: number }> {
  const length = parseInteger(text)
  if (length === undefined) return errors.notInteger as ErrorReply
  return length < 0 ? lengthNegative : { length: Number(length) }
}

function readMinId(text: Bytes): Parsed<{ readonly minId: Exclude<TrimTarget['minId'], undefined> }> {
  const minId = readId(text)
  return isError(minId) ? minId : { minId }
}

/** Without a LIMIT an approximate trim stops after a hundred nodes. */
function limitOfNodes({ streamNodeEntriesMax }: { readonly streamNodeEntriesMax: number }): number {
  return streamNodeEntriesMax === 0 ? LIMIT_WITHOUT_NODES : Math.min(100 * streamNodeEntriesMax, LIMIT_MAX)
}
