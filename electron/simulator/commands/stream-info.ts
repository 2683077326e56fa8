import { UNKNOWN, type ConsumerGroup } from '../keyspace/stream/stream-group'
import { ID_MAX, ID_MIN, wrappingDifference } from '../keyspace/stream/stream-id'
import { radixNodes, type StreamValue } from '../keyspace/stream/stream-value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower, unknownSubcommandOrArguments } from '../node/errors'
import { array, bulk, error, integer, map, nothing, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { entryReply, idReply } from './stream-arguments'
import { readTyped, type EntryOf, type ErrorReply } from './typed'

const ENTRIES_OF_FULL = 10

function fields(values: Readonly<Record<string, Reply>>): Reply {
  return map(Object.entries(values).flatMap(([name, value]) => [bulk(name), value]))
}

function readStream(call: Call): EntryOf<'stream'> | ErrorReply {
  const entry = readTyped(call, call.argv[2]!, 'stream')
  return entry ?? (errors.noSuchKey as ErrorReply)
}

function entriesRead({ entriesRead: count }: ConsumerGroup): Reply {
  return count === UNKNOWN ? nothing : integer(count)
}

/** How many entries the group has yet to read, as far as that can be known. */
function lag(stream: StreamValue, group: ConsumerGroup): Reply {
  if (stream.entriesAdded === 0) return integer(0)
  const isCounted = group.entriesRead !== UNKNOWN && !stream.hasTombstonesFrom(group.lastId)
  const read = isCounted ? group.entriesRead : stream.countTo(group.lastId)
  return read === UNKNOWN ? nothing : integer(wrappingDifference(stream.entriesAdded, read))
}

function basics(stream: StreamValue): Record<string, Reply> {
  return {
    length: integer(stream.length),
    'radix-tree-keys': integer(stream.nodes.length),
    'radix-tree-nodes': integer(radixNodes(stream.nodes.map(({ id }) => id))),
    'last-generated-id': idReply(stream.lastId),
    'max-deleted-entry-id': idReply(stream.maxDeletedId),
    'entries-added': integer(stream.entriesAdded),
    'recorded-first-entry-id': idReply(stream.firstId),
  }
}

export const xinfoStream: Handler = (call) => {
  const { argv } = call
  let count: number | undefined
  if (argv.length > 3) {
    const entry = readStream(call)
    if (isError(entry)) return entry
    const isFull = lower(cString(argv[3]!)) === 'full'
    const hasCount = argv.length === 6 && lower(cString(argv[4]!)) === 'count'
    if (!isFull || (argv.length !== 4 && !hasCount)) return unknownSubcommandOrArguments('xinfo', argv[1]!)
    const most = hasCount ? readInteger(argv[5]!) : ENTRIES_OF_FULL
    if (isError(most)) return most
    count = most < 0 ? ENTRIES_OF_FULL : Number(most)
    return fullReply(entry.value, count)
  }
  const entry = readStream(call)
  if (isError(entry)) return entry
  const stream = entry.value
  const [first] = stream.range(ID_MIN, ID_MAX, 1)
  const [last] = stream.reverseRange(ID_MIN, ID_MAX, 1)
  return fields({
    ...basics(stream),
    groups: integer(stream.groups.size),
    'first-entry': first ? entryReply(first) : nothing,
    'last-entry': last ? entryReply(last) : nothing,
  })
}

function fullReply(stream: StreamValue, count: number): Reply {
  const groups = stream.sortedGroups.map((group) =>
    fields({
      name: bulk(group.name),
      'last-delivered-id': idReply(group.lastId),
      'entries-read': entriesRead(group),
      lag: lag(stream, group),
      'pel-count': integer(group.pending.size),
      pending: array(
        firstOf(group.pending, count).map(({ id, consumer, deliveredMs, deliveries }) =>
          array([idReply(id), bulk(consumer.name), integer(deliveredMs), integer(deliveries)]),
        ),
      ),
      consumers: array(
        group.sortedConsumers.map(({ name, seenMs, pending }) =>
          fields({
            name: bulk(name),
            'seen-time': integer(seenMs),
            'pel-count': integer(pending.size),
            pending: array(
              firstOf(pending, count).map(({ id, deliveredMs, deliveries }) =>
                array([idReply(id), integer(deliveredMs), integer(deliveries)]),
              ),
            ),
          }),
        ),
      ),
    }),
  )
  return fields({
    ...basics(stream),
    entries: array(stream.range(ID_MIN, ID_MAX, count).map(entryReply)),
    groups: array(groups),
  })
}

/** The first `count` items, all when that is 0. */
function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const found: T[] = []
  for (const item of items) {
    found.push(item)
    if (found.length === count) break
  }
  return found
}

export const xinfoGroups: Handler = (call) => {
  const entry = readStream(call)
  if (isError(entry)) return entry
  const stream = entry.value
  return array(
    stream.sortedGroups.map((group) =>
      fields({
        name: bulk(group.name),
        consumers: integer(group.consumers.size),
        pending: integer(group.pending.size),
        'last-delivered-id': idReply(group.lastId),
        'entries-read': entriesRead(group),
        lag: lag(stream, group),
      }),
    ),
  )
}

export const xinfoConsumers: Handler = (call) => {
  const { node, argv } = call
  const entry = readStream(call)
  if (isError(entry)) return entry
  const group = entry.value.groups.get(argv[3]!)
  if (!group) {
    return error(`NOGROUP No such consumer group '${cString(argv[3]!)}' for key name '${cString(argv[2]!)}'`)
  }
  return array(
    group.sortedConsumers.map(({ name, pending, seenMs }) =>
      fields({
        name: bulk(name),
        pending: integer(pending.size),
        idle: integer(Math.max(0, node.nowMs - seenMs)),
      }),
    ),
  )
}
