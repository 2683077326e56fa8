import type { Bytes } from '../../../shared/bytes'
import type { Consumer, ConsumerGroup, Pending } from '../keyspace/stream/stream-group'
import { compareIds, ID_MIN, nextId, wrappingSum, type Part, type StreamId } from '../keyspace/stream/stream-id'
import type { StreamEntry } from '../keyspace/stream/stream-node'
import { parseInteger } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, error, type Reply } from '../resp/reply'
import { isError, readAtLeast } from './arguments'
import { tellClaim, tellGroupId } from './stream-effects'
import { openConsumer } from './stream-groups'
import { entryReply, groupOf, idReply, readGroup, readId, readStart } from './stream-arguments'
import { readTyped, type ErrorReply } from './typed'

interface ClaimOptions {
  deliveredMs: number
  deliveries: Part
  isForced: boolean
  onlyIds: boolean
  lastId: StreamId
}

function invalid(option: string, command: string): ErrorReply {
  return error(`ERR Invalid ${option} argument for ${command}`) as ErrorReply
}

function readClaimOptions({ node, argv }: Call, start: number): ClaimOptions | ErrorReply {
  let deliveredMs: Part = -1
  const options: ClaimOptions = { deliveredMs: 0, deliveries: -1, isForced: false, onlyIds: false, lastId: ID_MIN }
  for (let at = start; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const hasMore = at + 1 < argv.length
    if (option === 'force') options.isForced = true
    else if (option === 'justid') options.onlyIds = true
    else if ((option === 'idle' || option === 'time' || option === 'retrycount') && hasMore) {
      const value = parseInteger(argv[++at]!)
      if (value === undefined) return invalid(`${option.toUpperCase()} option`, 'XCLAIM')
      if (option === 'retrycount') options.deliveries = value
      else deliveredMs = option === 'time' ? value : wrappingSum(node.nowMs, -value as Part)
    } else if (option === 'lastid' && hasMore) {
      const lastId = readId(argv[++at]!)
      if (isError(lastId)) return lastId
      options.lastId = lastId
    } else {
      return error(`ERR Unrecognized XCLAIM option '${cString(argv[at]!)}'`) as ErrorReply
    }
  }
  // A time that cannot be means now.
  options.deliveredMs = deliveredMs < 0 || deliveredMs > node.nowMs ? node.nowMs : Number(deliveredMs)
  return options
}

export const xclaim: Handler = (call) => {
  const { node, argv } = call
  const [, key, name, consumerName, idleText] = argv
  const found = readGroup(call, key!, name!)
  if ('kind' in found) return found
  const { stream, group } = found
  const idleMs = parseInteger(idleText!)
  if (idleMs === undefined) return invalid('min-idle-time', 'XCLAIM')
  const ids: StreamId[] = []
  let at = 5
  for (; at < argv.length; at++) {
    const id = readId(argv[at]!)
    if (isError(id)) break
    ids.push(id)
  }
  const options = readClaimOptions(call, at)
  if ('kind' in options) return options
  const { effects } = node
  // What was claimed tells of the last ID, too.
  let hasNewLastId = false
  if (compareIds(options.lastId, group.lastId) > 0) {
    group.lastId = options.lastId
    hasNewLastId = true
  }
  let consumer: Consumer | undefined
  const claimed: Reply[] = []
  for (const id of ids) {
    const entry = stream.get(id)
    let pending = group.pending.get(id)
    if (!entry) {
      if (pending) {
        if (effects.isOn) tellClaim(call, key!, group, pending)
        hasNewLastId = false
        group.removePending(id)
        node.changes++
      }
      continue
    }
    if (!pending && !options.isForced) continue
    if (pending && idleMs > 0 && node.nowMs - pending.deliveredMs < idleMs) continue
    consumer ??= openConsumer(call, key!, group, consumerName!)
    pending ??= group.addPending(id, consumer, node.nowMs)
    claim(group, pending, consumer, options)
    claimed.push(options.onlyIds ? idReply(id) : entryReply(entry))
    if (effects.isOn) tellClaim(call, key!, group, pending)
    hasNewLastId = false
    node.changes++
  }
  if (hasNewLastId) {
    if (effects.isOn) tellGroupId(call, key!, group)
    node.changes++
  }
  if (effects.isOn) effects.prevent()
  return array(claimed)
}

function claim(group: ConsumerGroup, pending: Pending, consumer: Consumer, options: ClaimOptions): void {
  group.give(pending, consumer)
  pending.deliveredMs = options.deliveredMs
  if (options.deliveries >= 0) pending.deliveries = options.deliveries
  else if (!options.onlyIds) pending.deliveries = wrappingSum(pending.deliveries, 1)
}

const COUNT_BY_DEFAULT = 100
/** Redis has to allocate room for so many IDs. */
const COUNT_MAX = (2n ** 63n - 1n) / 16n
const ATTEMPTS_PER_CLAIM = 10
const noCount = error('ERR COUNT must be > 0')

export const xautoclaim: Handler = (call) => {
  const { node, argv } = call
  const [, key, name, consumerName, idleText] = argv
  // Whoever listens to key misses hears of it even when the arguments are wrong.
  const entry = readTyped(call, key!, 'stream')
  const idleMs = parseInteger(idleText!)
  if (idleMs === undefined) return invalid('min-idle-time', 'XAUTOCLAIM')
  const start = readStart(argv[5]!)
  if (isError(start)) return start
  const options = readAutoclaimOptions(argv)
  if ('kind' in options) return options
  const found = groupOf(entry, key!, name!)
  if ('kind' in found) return found
  const { stream, group } = found
  const howToClaim: ClaimOptions = {
    deliveredMs: node.nowMs,
    deliveries: -1,
    isForced: false,
    onlyIds: options.onlyIds,
    lastId: ID_MIN,
  }
  let { count } = options
  let attempts = count * ATTEMPTS_PER_CLAIM
  let consumer: Consumer | undefined
  let pending = group.pending.atOrAfter(start)
  const claimed: Reply[] = []
  const deleted: Reply[] = []
  for (; pending && count > 0 && attempts > 0; attempts--) {
    const { id } = pending
    const entry: StreamEntry | undefined = stream.get(id)
    if (!entry) {
      if (node.effects.isOn) tellClaim(call, key!, group, pending)
      group.removePending(id)
      deleted.push(idReply(id))
      count--
      node.changes++
    } else if (idleMs <= 0 || node.nowMs - pending.deliveredMs >= idleMs) {
      consumer ??= openConsumer(call, key!, group, consumerName!)
      claim(group, pending, consumer, howToClaim)
      if (node.effects.isOn) tellClaim(call, key!, group, pending)
      claimed.push(options.onlyIds ? idReply(id) : entryReply(entry))
      count--
      node.changes++
    }
    const next = nextId(id)
    pending = next && group.pending.atOrAfter(next)
  }
  if (node.effects.isOn) node.effects.prevent()
  return array([idReply(pending?.id ?? ID_MIN), array(claimed), array(deleted)])
}

function readAutoclaimOptions(argv: readonly Bytes[]): { count: number; onlyIds: boolean } | ErrorReply {
  const options = { count: COUNT_BY_DEFAULT, onlyIds: false }
  for (let at = 6; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if (option === 'count' && at + 1 < argv.length) {
      const count = readAtLeast(argv[++at]!, 1, noCount)
      if (isError(count)) return count
      if (count > COUNT_MAX) return noCount as ErrorReply
      options.count = count
    } else if (option === 'justid') options.onlyIds = true
    else return errors.syntax as ErrorReply
  }
  return options
}
