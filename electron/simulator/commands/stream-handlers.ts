import { EventClass } from '../keyspace/notify'
import { compareIds, ID_MAX, ID_MIN, idText, nextId, type Part, type StreamId } from '../keyspace/stream/stream-id'
import { StreamValue } from '../keyspace/stream/stream-value'
import { parseInteger } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower, wrongArity } from '../node/errors'
import { array, emptyArray, error, integer, nothing, nullArray, ok } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { entryReply, idReply, readId, readInterval, type StreamEntryOfKey } from './stream-arguments'
import { readAddOptions, withExactTrim, type AddOptions } from './trim-options'
import { findTyped, readTyped, type ErrorReply } from './typed'
import type { WantedId } from './stream-arguments'

const idTooSmall = error(
  'ERR The ID specified in XADD is equal or smaller than the target stream top item',
) as ErrorReply
// Redis's words for it, although the elements are not to blame.
const msIsFull = error('ERR Elements are too large to be stored') as ErrorReply
const idZero = error('ERR The ID specified in XADD must be greater than 0-0')
const exhausted = error('ERR The stream has exhausted the last possible ID, unable to add more items')

/** The ID of a new entry, which has to be greater than the last. */
function idFor(stream: StreamValue, wanted: WantedId | undefined, nowMs: number): StreamId | ErrorReply {
  if (!wanted) return stream.newId(nowMs) ?? idTooSmall
  let { id } = wanted
  if (!wanted.hasSeq && id.ms === stream.lastId.ms) {
    if (stream.lastId.seq === ID_MAX.seq) return msIsFull
    id = nextId(stream.lastId)!
  }
  return compareIds(id, stream.lastId) > 0 ? id : idTooSmall
}

export const xadd: Handler = (call) => {
  const { node, client, db, argv } = call
  const options = readAddOptions(call, true)
  if (isError(options)) return options
  const { idAt, wanted, onlyToExisting } = options as AddOptions
  const count = argv.length - idAt - 1
  if (count < 2 || count % 2 === 1) return wrongArity('xadd')
  if (wanted?.hasSeq && compareIds(wanted.id, ID_MIN) === 0) return idZero
  const key = argv[1]!
  const found = findTyped(call, key, 'stream')
  if (isError(found)) return found
  if (!found && onlyToExisting) return nothing
  const entry = found ?? (node.keyspace.create(db, key, new StreamValue()) as StreamEntryOfKey)
  const stream = entry.value
  if (compareIds(stream.lastId, ID_MAX) === 0) return exhausted
  const id = idFor(stream, wanted, node.nowMs)
  if (isError<StreamId>(id)) return id
  stream.append(id, argv.slice(idAt + 1), node.limits)
  const answer = client.answerNow(idReply(id))
  if (found) node.keyModified(db, key)
  node.keyspace.notify(EventClass.stream, 'xadd', db, key)
  if (options.trim && stream.trim(options.trim) > 0) node.keyspace.notify(EventClass.stream, 'xtrim', db, key)
  if (node.effects.isOn) tellAdd(call, stream, options, idText(id))
  node.blocking.signal(db, key, 'stream')
  return answer
}

/** The entry goes on with the ID that it got, and what was cut off as a bound that cuts off the same anywhere. */
function tellAdd({ node, argv }: Call, stream: StreamValue, options: AddOptions, id: string): void {
  const told: string[] = withExactTrim(argv, stream, options)
  if (!options.wanted?.hasSeq) told[options.idAt] = id
  node.effects.rewrite(...told)
}

export const xtrim: Handler = (call) => {
  const { node, db, argv } = call
  const options = readAddOptions(call, false)
  if (isError(options)) return options
  const entry = findTyped(call, argv[1]!, 'stream')
  if (isError(entry)) return entry
  const trimmed = entry?.value.trim(options.trim!) ?? 0
  if (trimmed > 0) {
    node.keyspace.notify(EventClass.stream, 'xtrim', db, argv[1]!)
    node.keyModified(db, argv[1]!)
    node.changes += trimmed - 1
    if (node.effects.isOn) node.effects.rewrite(...withExactTrim(argv, entry!.value, options))
  }
  return integer(trimmed)
}

export const xlen: Handler = (call) => {
  const entry = readTyped(call, call.argv[1]!, 'stream')
  return isError(entry) ? entry : integer(entry?.value.length ?? 0)
}

function rangeGeneric(isReverse: boolean): Handler {
  return (call) => {
    const { argv } = call
    const interval = isReverse ? readInterval(argv[3]!, argv[2]!) : readInterval(argv[2]!, argv[3]!)
    if (isError(interval)) return interval
    let count = -1
    for (let at = 4; at < argv.length; at += 2) {
      if (lower(cString(argv[at]!)) !== 'count' || at + 1 === argv.length) return errors.syntax
      const most = readInteger(argv[at + 1]!)
      if (isError(most)) return most
      count = Math.max(0, Number(most))
    }
    const entry = readTyped(call, argv[1]!, 'stream')
    if (isError(entry)) return entry
    if (!entry) return emptyArray
    if (count === 0) return nullArray
    const { value } = entry
    const most = Math.max(0, count)
    const { start, end } = interval
    return array((isReverse ? value.reverseRange(start, end, most) : value.range(start, end, most)).map(entryReply))
  }
}

export const xrange = rangeGeneric(false)
export const xrevrange = rangeGeneric(true)

export const xdel: Handler = (call) => {
  const { node, db, argv } = call
  const entry = findTyped(call, argv[1]!, 'stream')
  if (isError(entry)) return entry
  if (!entry) return integer(0)
  const ids: StreamId[] = []
  for (const text of argv.slice(2)) {
    const id = readId(text)
    if (isError(id)) return id
    ids.push(id)
  }
  const stream = entry.value
  let deleted = 0
  let hasLostFirst = false
  for (const id of ids) {
    if (!stream.delete(id)) continue
    if (compareIds(id, stream.firstId) === 0) hasLostFirst = true
    if (compareIds(id, stream.maxDeletedId) > 0) stream.maxDeletedId = id
    deleted++
  }
  if (deleted === 0) return integer(0)
  if (hasLostFirst || stream.length === 0) stream.findFirst()
  node.keyModified(db, argv[1]!)
  node.keyspace.notify(EventClass.stream, 'xdel', db, argv[1]!)
  node.changes += deleted - 1
  return integer(deleted)
}

const belowGiven = error('ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id')
const belowTop = error('ERR The ID specified in XSETID is smaller than the target stream top item')
const fewerThanLength = error('ERR The entries_added specified in XSETID is smaller than the target stream length')

interface SetIdOptions {
  added?: Part
  maxDeletedId?: StreamId
}

function readSetIdOptions({ argv }: Call, id: StreamId) {
  const options: SetIdOptions = {}
  for (let at = 3; at < argv.length; at += 2) {
    const option = lower(cString(argv[at]!))
    const text = argv[at + 1]
    if (option === 'entriesadded' && text !== undefined) {
      const added = parseInteger(text)
      if (added === undefined) return errors.notInteger
      if (added < 0) return error('ERR entries_added must be positive')
      options.added = added
    } else if (option === 'maxdeletedid' && text !== undefined) {
      const maxDeletedId = readId(text)
      if (isError(maxDeletedId)) return maxDeletedId
      if (compareIds(id, maxDeletedId) < 0) return belowGiven
      options.maxDeletedId = maxDeletedId
    } else {
      return errors.syntax
    }
  }
  return options
}

export const xsetid: Handler = (call) => {
  const { node, client, db, argv } = call
  const id = readId(argv[2]!)
  if (isError(id)) return id
  const options = readSetIdOptions(call, id)
  if ('kind' in options) return options
  const entry = findTyped(call, argv[1]!, 'stream')
  if (isError(entry)) return entry
  if (!entry) return errors.noSuchKey
  const { added, maxDeletedId } = options
  const stream = entry.value
  if (stream.length > 0) {
    if (compareIds(id, stream.lastEntryId) < 0) return belowTop
    if (added !== undefined && stream.length > added) return fewerThanLength
  }
  stream.lastId = id
  if (added !== undefined) stream.entriesAdded = added
  if (maxDeletedId && compareIds(maxDeletedId, ID_MIN) !== 0) stream.maxDeletedId = maxDeletedId
  const answer = client.answerNow(ok)
  node.changes++
  node.keyspace.notify(EventClass.stream, 'xsetid', db, argv[1]!)
  return answer
}
