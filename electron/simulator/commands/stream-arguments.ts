import type { Bytes } from '../../../shared/bytes'
import type { ConsumerGroup } from '../keyspace/stream/stream-group'
import {
  ID_MAX,
  ID_MIN,
  nextId,
  parsePart,
  previousId,
  idText,
  type Part,
  type StreamId,
} from '../keyspace/stream/stream-id'
import type { StreamEntry } from '../keyspace/stream/stream-node'
import type { StreamValue } from '../keyspace/stream/stream-value'
import type { Call } from '../node/command-spec'
import { cString } from '../node/errors'
import { array, bulk, bulks, error, type Reply } from '../resp/reply'
import { isError, type Parsed } from './arguments'
import { readTyped, type EntryOf, type ErrorReply } from './typed'

export const invalidId = error('ERR Invalid stream ID specified as stream command argument') as ErrorReply
const invalidStart = error('ERR invalid start ID for the interval') as ErrorReply
const invalidEnd = error('ERR invalid end ID for the interval') as ErrorReply

const ID_LENGTH_MAX = 127

/** An ID as XADD takes it: `5-*` leaves its second half open. */
export interface WantedId {
  readonly id: StreamId
  readonly hasSeq: boolean
}

function parse(argument: Bytes, missingSeq: Part, allowsOpenSeq: boolean): WantedId | undefined {
  if (argument.length > ID_LENGTH_MAX) return undefined
  const text = cString(argument)
  const dash = text.indexOf('-')
  const ms = parsePart(dash === -1 ? text : text.slice(0, dash))
  if (ms === undefined) return undefined
  if (dash === -1) return { id: { ms, seq: missingSeq }, hasSeq: true }
  const rest = text.slice(dash + 1)
  if (allowsOpenSeq && rest === '*') return { id: { ms, seq: 0 }, hasSeq: false }
  const seq = parsePart(rest)
  return seq === undefined ? undefined : { id: { ms, seq }, hasSeq: true }
}

/** A whole ID, `ms` alone meaning `ms-0`. */
export function readId(argument: Bytes): Parsed<StreamId> {
  return parse(argument, 0, false)?.id ?? invalidId
}

/** The same, where `-` and `+` stand for the least and the greatest of all. */
export function readAnyId(argument: Bytes, missingSeq: Part = 0): Parsed<StreamId> {
  if (argument === '-') return ID_MIN
  if (argument === '+') return ID_MAX
  return parse(argument, missingSeq, false)?.id ?? invalidId
}

export function readWantedId(argument: Bytes): Parsed<WantedId> {
  return parse(argument, 0, true) ?? invalidId
}

/** The beginning of an interval, which an opening bracket leaves out. */
export function readStart(argument: Bytes): Parsed<StreamId> {
  if (argument.length < 2 || argument[0] !== '(') return readAnyId(argument)
  const id = readId(argument.slice(1) as Bytes)
  return isError(id) ? id : (nextId(id) ?? invalidStart)
}

/** Reads both ends of an interval. An end that has only ms means all of that ms. */
export function readInterval(first: Bytes, last: Bytes): Parsed<{ readonly start: StreamId; readonly end: StreamId }> {
  const start = readStart(first)
  if (isError(start)) return start
  if (last.length < 2 || last[0] !== '(') {
    const end = readAnyId(last, ID_MAX.seq)
    return isError(end) ? end : { start, end }
  }
  const id = parse(last.slice(1) as Bytes, ID_MAX.seq, false)?.id
  if (id === undefined) return invalidId
  const end = previousId(id)
  return end === undefined ? invalidEnd : { start, end }
}

export function idReply(id: StreamId): Reply {
  return bulk(idText(id))
}

export function entryReply({ id, fields }: StreamEntry): Reply {
  return array([idReply(id), bulks(fields)])
}

/** Finds a stream to read it and one of its groups, both of which have to be there. */
export function readGroup(
  call: Call,
  key: Bytes,
  name: Bytes,
): { readonly stream: StreamValue; readonly group: ConsumerGroup } | ErrorReply {
  return groupOf(readTyped(call, key, 'stream'), key, name)
}

/** The group of a stream that was looked up, or what stands against it. */
export function groupOf(
  entry: StreamEntryOfKey | ErrorReply | undefined,
  key: Bytes,
  name: Bytes,
): { readonly stream: StreamValue; readonly group: ConsumerGroup } | ErrorReply {
  if (isError(entry)) return entry
  const group = entry?.value.groups.get(name)
  if (!entry || !group) return noGroup(key, name)
  return { stream: entry.value, group }
}

export function noGroup(key: Bytes, name: Bytes, where = ''): ErrorReply {
  return error(`NOGROUP No such key '${cString(key)}' or consumer group '${cString(name)}'${where}`) as ErrorReply
}

export type StreamEntryOfKey = EntryOf<'stream'>
