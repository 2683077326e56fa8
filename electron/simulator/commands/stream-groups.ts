import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import { ConsumerGroup, UNKNOWN, type Consumer } from '../keyspace/stream/stream-group'
import { ID_MIN, type Part, type StreamId } from '../keyspace/stream/stream-id'
import { StreamValue } from '../keyspace/stream/stream-value'
import { parseInteger } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower, unknownSubcommandOrArguments } from '../node/errors'
import { error, integer, ok } from '../resp/reply'
import { isError } from './arguments'
import { readAnyId, readId, type StreamEntryOfKey } from './stream-arguments'
import { findTyped, readTyped, type ErrorReply } from './typed'

const noKey = error(
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
) as ErrorReply
const busyGroup = error('BUSYGROUP Consumer Group name already exists')
const noEntriesRead = error('ERR value for ENTRIESREAD must be positive or -1') as ErrorReply

/** Tells of a change of a group, which changes the data set and yet not what WATCH and caches look at. */
function told({ node, db, argv }: Call, event: string): void {
  node.changes++
  node.keyspace.notify(EventClass.stream, event, db, argv[2]!)
}

interface GroupOptions {
  makesStream: boolean
  entriesRead: Part
}

function readOptions({ argv }: Call, canMakeStream: boolean): GroupOptions | ErrorReply {
  const options: GroupOptions = { makesStream: false, entriesRead: UNKNOWN }
  for (let at = 5; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if (option === 'mkstream' && canMakeStream) {
      options.makesStream = true
    } else if (option === 'entriesread' && at + 1 < argv.length) {
      const entriesRead = parseInteger(argv[++at]!)
      if (entriesRead === undefined) return errors.notInteger as ErrorReply
      if (entriesRead < UNKNOWN) return noEntriesRead
      options.entriesRead = entriesRead
    } else {
      return unknownSubcommandOrArguments('xgroup', argv[1]!) as ErrorReply
    }
  }
  return options
}

/** The stream and, where it has to be there, the group that the arguments name. */
function findGroup(call: Call): { readonly stream: StreamValue; readonly group: ConsumerGroup } | ErrorReply {
  const [, , key, name] = call.argv
  const entry = findTyped(call, key!, 'stream')
  if (isError(entry)) return entry
  if (!entry) return noKey
  const group = entry.value.groups.get(name!)
  if (group) return { stream: entry.value, group }
  return error(`NOGROUP No such consumer group '${cString(name!)}' for key name '${cString(key!)}'`) as ErrorReply
}

export const xgroupCreate: Handler = (call) => {
  const { node, client, db, argv } = call
  const [, , key, name, idText] = argv
  const options = readOptions(call, true)
  if (isError(options)) return options
  const found = findTyped(call, key!, 'stream')
  if (isError(found)) return found
  if (!found && !options.makesStream) return noKey
  if (argv.length > 8) return unknownSubcommandOrArguments('xgroup', argv[1]!)
  const id = idText === '$' ? (found?.value.lastId ?? ID_MIN) : readId(idText!)
  if (isError<StreamId>(id)) return id
  const { groups } = (found ?? (node.keyspace.create(db, key!, new StreamValue()) as StreamEntryOfKey)).value
  if (groups.has(name!)) return busyGroup
  groups.set(name!, new ConsumerGroup(name!, id, options.entriesRead))
  const answer = client.answerNow(ok)
  told(call, 'xgroup-create')
  return answer
}

export const xgroupSetid: Handler = (call) => {
  const options = readOptions(call, false)
  if (isError(options)) return options
  const found = findGroup(call)
  if ('kind' in found) return found
  if (call.argv.length > 7) return unknownSubcommandOrArguments('xgroup', call.argv[1]!)
  const id = call.argv[4] === '$' ? found.stream.lastId : readAnyId(call.argv[4]!)
  if (isError<StreamId>(id)) return id
  found.group.lastId = id
  found.group.entriesRead = options.entriesRead
  const answer = call.client.answerNow(ok)
  told(call, 'xgroup-setid')
  return answer
}

export const xgroupDestroy: Handler = (call) => {
  const { node, client, db, argv } = call
  const entry = findTyped(call, argv[2]!, 'stream')
  if (isError(entry)) return entry
  if (!entry) return noKey
  if (!entry.value.groups.delete(argv[3]!)) return integer(0)
  const answer = client.answerNow(integer(1))
  told(call, 'xgroup-destroy')
  // Whoever waits on behalf of the group is told that it is gone.
  node.blocking.signal(db, argv[2]!, 'stream')
  return answer
}

/**
 * Finds a consumer that a command names, and makes it when there is none; it counts as seen. Redis tells of a new one
 * when half of the command's reply is written, which would break a RESP3 client that listens to itself; we tell first.
 */
export function openConsumer({ node, db }: Call, key: Bytes, group: ConsumerGroup, name: Bytes): Consumer {
  const found = group.consumers.get(name)
  if (found) {
    found.seenMs = node.nowMs
    return found
  }
  const consumer = group.addConsumer(name, node.nowMs)
  node.changes++
  node.keyspace.notify(EventClass.stream, 'xgroup-createconsumer', db, key)
  return consumer
}

export const xgroupCreateconsumer: Handler = (call) => {
  const found = findGroup(call)
  if ('kind' in found) return found
  if (found.group.consumers.has(call.argv[4]!)) return integer(0)
  openConsumer(call, call.argv[2]!, found.group, call.argv[4]!)
  return integer(1)
}

export const xgroupDelconsumer: Handler = (call) => {
  const found = findGroup(call)
  if ('kind' in found) return found
  const consumer = found.group.consumers.get(call.argv[4]!)
  if (!consumer) return integer(0)
  const { size } = consumer.pending
  found.group.removeConsumer(consumer)
  told(call, 'xgroup-delconsumer')
  return integer(size)
}

export const xack: Handler = (call) => {
  const { node, argv } = call
  const entry = readTyped(call, argv[1]!, 'stream')
  if (isError(entry)) return entry
  const group = entry?.value.groups.get(argv[2]!)
  if (!group) return integer(0)
  const ids: StreamId[] = []
  for (const text of argv.slice(3)) {
    const id = readId(text)
    if (isError(id)) return id
    ids.push(id)
  }
  const acknowledged = ids.filter((id) => group.removePending(id)).length
  node.changes += acknowledged
  return integer(acknowledged)
}
