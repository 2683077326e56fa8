import type { Bytes } from '../../../shared/bytes'
import type { ConsumerGroup } from '../keyspace/stream/stream-group'
import { compareIds, ID_MAX, ID_MIN, nextId, type StreamId } from '../keyspace/stream/stream-id'
import { UNKNOWN, type Consumer } from '../keyspace/stream/stream-group'
import { wrappingSum } from '../keyspace/stream/stream-id'
import type { StreamValue } from '../keyspace/stream/stream-value'
import { block } from '../node/blocking'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, bulk, error, nullArray, pairedMap, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { tellClaim, tellConsumer, tellGroupId } from './stream-effects'
import { openConsumer } from './stream-groups'
import { entryReply, idReply, noGroup, readId } from './stream-arguments'
import { readTimeout } from './timeout'
import { readTyped, type ErrorReply } from './typed'

interface ReadOptions {
  /** Unix ms until which to wait, 0 for ever; undefined means not to wait. */
  timeoutMs?: number
  /** 0 means all. */
  count: number
  group?: Bytes
  consumer?: Bytes
  isUnacknowledged: boolean
  keys: readonly Bytes[]
  ids: readonly Bytes[]
}

const onlyGroup = error('ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.') as ErrorReply
const onlyNoack = error('ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.') as ErrorReply
const missingGroup = error('ERR Missing GROUP option for XREADGROUP') as ErrorReply
const noDollar = error(
  'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
) as ErrorReply
const unbalanced = error(
  "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
) as ErrorReply
const noGreater = error(
  'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
) as ErrorReply
const groupGone = error('NOGROUP the consumer group this client was blocked on no longer exists')
const keyGone = error('UNBLOCKED the stream key no longer exists')
const notFromScripts = (name: Bytes): ErrorReply =>
  error(`ERR ${cString(name)} command is not allowed with BLOCK option from scripts`) as ErrorReply
/** A blocked client that named no count gets no more than this at once. */
const COUNT_WHEN_BLOCKED = 1000

function readOptions(call: Call, isGroup: boolean): ReadOptions | ErrorReply {
  const { argv } = call
  const options: ReadOptions = { count: 0, isUnacknowledged: false, keys: [], ids: [] }
  for (let at = 1; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const more = argv.length - at - 1
    if (option === 'block' && more > 0) {
      if (call.client.isScript) return notFromScripts(argv[0]!)
      const timeoutMs = readTimeout(call, argv[++at]!, 'ms')
      if (isError(timeoutMs)) return timeoutMs
      options.timeoutMs = timeoutMs
    } else if (option === 'count' && more > 0) {
      const count = readInteger(argv[++at]!)
      if (isError(count)) return count
      options.count = Math.max(0, Number(count))
    } else if (option === 'streams' && more > 0) {
      if (more % 2 === 1) return unbalanced
      options.keys = argv.slice(at + 1, at + 1 + more / 2)
      options.ids = argv.slice(at + 1 + more / 2)
      break
    } else if (option === 'group' && more >= 2) {
      if (!isGroup) return onlyGroup
      options.group = argv[++at]!
      options.consumer = argv[++at]!
    } else if (option === 'noack') {
      if (!isGroup) return onlyNoack
      options.isUnacknowledged = true
    } else {
      return errors.syntax as ErrorReply
    }
  }
  if (options.keys.length === 0) return errors.syntax as ErrorReply
  return isGroup && options.group === undefined ? missingGroup : options
}

/** From where to read a stream: `>` is new for the group, and anything else for XREADGROUP is its consumer's history. */
type From = StreamId | 'new'

function readFrom(call: Call, options: ReadOptions, at: number): From | ErrorReply {
  const { keys, ids, group } = options
  const entry = readTyped(call, keys[at]!, 'stream')
  if (isError(entry)) return entry
  if (group !== undefined && !entry?.value.groups.has(group)) {
    return noGroup(keys[at]!, group, ' in XREADGROUP with GROUP option')
  }
  const text = cString(ids[at]!)
  if (text === '$') return group === undefined ? (entry?.value.lastId ?? ID_MIN) : noDollar
  if (text === '>') return group === undefined ? noGreater : 'new'
  const id = readId(ids[at]!)
  // The greatest ID of all is how Redis notes `>`.
  return !isError(id) && group !== undefined && compareIds(id, ID_MAX) === 0 ? 'new' : id
}

/** Reads what is new for a group, and notes it as delivered. */
function deliver(
  call: Call,
  key: Bytes,
  stream: StreamValue,
  group: ConsumerGroup,
  consumer: Consumer,
  start: StreamId,
  { count, isUnacknowledged }: ReadOptions,
): Reply {
  const { node } = call
  const entries = stream.range(start, ID_MAX, count)
  for (const { id } of entries) {
    if (compareIds(id, group.lastId) > 0) {
      if (group.entriesRead !== UNKNOWN && !stream.hasTombstonesFrom(id)) {
        group.entriesRead = wrappingSum(group.entriesRead, 1)
      } else if (stream.entriesAdded !== 0) {
        group.entriesRead = stream.countTo(id)
      }
      group.lastId = id
    }
    if (isUnacknowledged) continue
    let pending = group.pending.get(id)
    if (pending) {
      group.give(pending, consumer)
      pending.deliveredMs = node.nowMs
      pending.deliveries = 1
    } else {
      pending = group.addPending(id, consumer, node.nowMs)
    }
    if (node.effects.isOn) tellClaim(call, key, group, pending)
  }
  if (node.effects.isOn) {
    if (isUnacknowledged && entries.length > 0) tellGroupId(call, key, group)
    node.effects.prevent()
  }
  return array(entries.map(entryReply))
}

/** Gives a consumer again what it has not acknowledged; of deleted entries there is but the ID. */
function repeat({ node }: Call, stream: StreamValue, consumer: Consumer, start: StreamId, count: number): Reply {
  const replies: Reply[] = []
  let pending = consumer.pending.atOrAfter(start)
  while (pending && (count === 0 || replies.length < count)) {
    const entry = stream.get(pending.id)
    if (entry) {
      pending.deliveredMs = node.nowMs
      pending.deliveries = wrappingSum(pending.deliveries, 1)
      replies.push(entryReply(entry))
    } else {
      replies.push(array([idReply(pending.id), nullArray]))
    }
    const next = nextId(pending.id)
    pending = next && consumer.pending.atOrAfter(next)
  }
  return array(replies)
}

/** What a stream has for a reader, or undefined when that is nothing. */
function readStream(call: Call, options: ReadOptions, key: Bytes, from: From): Reply | undefined {
  const entry = readTyped(call, key, 'stream')
  if (!entry || isError(entry)) return undefined
  const stream = entry.value
  if (options.group === undefined) {
    if (stream.length === 0 || compareIds(stream.lastEntryId, from as StreamId) <= 0) return undefined
    return array(stream.range(after(from as StreamId), ID_MAX, options.count).map(entryReply))
  }
  const group = stream.groups.get(options.group)!
  const isNew = from === 'new'
  if (isNew && (stream.length === 0 || compareIds(stream.lastEntryId, group.lastId) <= 0)) return undefined
  const consumer = openReader(call, key, group, options)
  call.node.changes++
  if (call.node.effects.isOn) call.node.effects.prevent()
  if (!isNew) return repeat(call, stream, consumer, after(from), options.count)
  return deliver(call, key, stream, group, consumer, after(group.lastId), options)
}

/** The consumer who reads. One that is made and acknowledges nothing would not be told of by any claim. */
function openReader(call: Call, key: Bytes, group: ConsumerGroup, options: ReadOptions): Consumer {
  const { effects } = call.node
  const isNew = effects.isOn && options.isUnacknowledged && !group.consumers.has(options.consumer!)
  const consumer = openConsumer(call, key, group, options.consumer!)
  if (isNew) tellConsumer(call, key, group, options.consumer!)
  return consumer
}

function after(id: StreamId): StreamId {
  return nextId(id) ?? ID_MIN
}

function readGeneric(isGroup: boolean): Handler {
  return (call) => {
    const options = readOptions(call, isGroup)
    if ('kind' in options) return options
    const froms: From[] = []
    for (let at = 0; at < options.keys.length; at++) {
      const from = readFrom(call, options, at)
      if (isError<From>(from)) return from
      froms.push(from)
    }
    const { client } = call
    // Who listens to the keys it reads hears of a miss or a new consumer in the middle of the reply.
    const hearsItself = client.isSubscriber
    const found: Reply[] = []
    let start = 0
    for (const [at, key] of options.keys.entries()) {
      const before = client.outputLength
      const read = readStream(call, options, key, froms[at]!)
      if (!read) continue
      if (found.length === 0) start = before
      found.push(bulk(key), read)
      if (hearsItself) client.writePairAround(before, bulk(key), read)
    }
    if (found.length > 0) return hearsItself ? client.beginPairs(start, found) : pairedMap(found)
    return options.timeoutMs === undefined ? nullArray : wait(call, options, froms, options.timeoutMs)
  }
}

export const xread = readGeneric(false)
export const xreadgroup = readGeneric(true)

function wait(call: Call, options: ReadOptions, froms: readonly From[], timeoutMs: number): Reply {
  const { keys, group: groupName } = options
  const blocked = { ...options, count: options.count === 0 ? COUNT_WHEN_BLOCKED : options.count }
  return block(call, {
    type: 'stream',
    keys,
    timeoutMs,
    serve: (served, { key, value }) => {
      const stream = value as StreamValue
      if (groupName === undefined) {
        const from = froms[keys.indexOf(key)] as StreamId
        if (compareIds(stream.lastId, from) <= 0) return undefined
        const entries = stream.range(after(from), ID_MAX, blocked.count)
        return pairedMap([bulk(key), array(entries.map(entryReply))])
      }
      const group = stream.groups.get(groupName)
      if (!group) return groupGone
      if (compareIds(stream.lastId, group.lastId) <= 0) return undefined
      const consumer = openReader(served, key, group, options)
      return pairedMap([bulk(key), deliver(served, key, stream, group, consumer, after(group.lastId), blocked)])
    },
    ...(groupName === undefined ? {} : { lose: () => keyGone }),
  })
}
