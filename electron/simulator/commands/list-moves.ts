import type { Bytes } from '../../../shared/bytes'
import { Deque } from '../keyspace/deque'
import { EventClass } from '../keyspace/notify'
import { listValue } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, bulk, bulks, error, nothing, nullArray, type Reply } from '../resp/reply'
import { isError, readAtLeast, type Parsed } from './arguments'
import { popCommands, popFrom, popMany, popped, pushEvents, type End, type ListEntry } from './list-handlers'
import { findTyped, type ErrorReply } from './typed'

export function readEnd(text: Bytes): Parsed<End> {
  const end = lower(cString(text))
  return end === 'left' || end === 'right' ? end : (errors.syntax as ErrorReply)
}

/** From which end of which list an element goes to which end of which other one. */
export interface Move {
  readonly from: End
  readonly target: Bytes
  readonly to: End
  /** RPOPLPUSH and its blocking sister, which LMOVE followed. */
  readonly isOld?: true
}

/** Adds a moved element to its new list and answers with it. */
function plant({ node, client, db }: Call, target: ListEntry | undefined, { target: key, to }: Move, element: Bytes) {
  const entry = target ?? (node.keyspace.create(db, key, listValue(new Deque())) as ListEntry)
  if (target) node.keyModified(db, key)
  if (to === 'left') entry.value.items.pushLeft(element)
  else entry.value.items.pushRight(element)
  node.keyspace.notify(EventClass.list, pushEvents[to], db, key)
  return client.answerNow(bulk(element))
}

export function moveElement(call: Call, source: ListEntry, move: Move, blocks = false, isServed = false): Reply {
  const target = findTyped(call, move.target, 'list')
  if (isError(target)) return target
  const answer = plant(call, target, move, popFrom(source.value, move.from))
  popped(call, source, move.from, 1, isServed)
  if (call.node.effects.isOn && blocks) tellMove(call, source.key, move)
  return answer
}

/** A blocking move goes on as the one that does not block; Redis spells the ends as the client did, if it did not wait. */
function tellMove({ node: { effects }, argv }: Call, source: Bytes, { from, target, to, isOld }: Move): void {
  if (isOld) effects.rewrite('RPOPLPUSH', source, target)
  else effects.rewrite('LMOVE', source, target, argv[3] ?? from, argv[4] ?? to)
}

/** Reads `FROM TO` behind the two keys. */
export function readMove(argv: readonly Bytes[]): Parsed<Move> {
  const from = readEnd(argv[3]!)
  if (isError(from)) return from
  const to = readEnd(argv[4]!)
  return isError(to) ? to : { from, target: argv[2]!, to }
}

export const lmove: Handler = (call) => {
  const move = readMove(call.argv)
  return isError(move) ? move : moveNow(call, move)
}

export const rpoplpush: Handler = (call) =>
  moveNow(call, { from: 'right', target: call.argv[2]!, to: 'left', isOld: true })

function moveNow(call: Call, move: Move): Reply {
  const source = findTyped(call, call.argv[1]!, 'list')
  if (source === undefined) return nothing
  return isError(source) ? source : moveElement(call, source, move)
}

export interface ManyPops {
  readonly keys: readonly Bytes[]
  readonly end: End
  readonly count: number
}

const tooFewKeys = error('ERR numkeys should be greater than 0')
const countTooSmall = error('ERR count should be greater than 0')

/** Reads `numkeys key [key ...] END [COUNT count]`, where `readWhere` says what names an end. */
export function readManyPops<Where>(
  argv: readonly Bytes[],
  start: number,
  readWhere: (text: Bytes) => Parsed<Where>,
): Parsed<{ readonly keys: readonly Bytes[]; readonly end: Where; readonly count: number }> {
  const keyCount = readAtLeast(argv[start]!, 1, tooFewKeys)
  if (isError(keyCount)) return keyCount
  const place = start + keyCount + 1
  if (place >= argv.length) return errors.syntax as ErrorReply
  const end = readWhere(argv[place]!)
  if (isError(end)) return end
  let count: number | undefined
  for (let at = place + 1; at < argv.length; at += 2) {
    if (count !== undefined || lower(cString(argv[at]!)) !== 'count' || at + 1 >= argv.length) {
      return errors.syntax as ErrorReply
    }
    const read = readAtLeast(argv[at + 1]!, 1, countTooSmall)
    if (isError(read)) return read
    count = read
  }
  return { keys: argv.slice(start + 1, place), end: end as Where, count: count ?? 1 }
}

export function popManyReply(call: Call, entry: ListEntry, { end, count }: ManyPops): Reply {
  const elements = popMany(entry, end, count)
  const answer = call.client.answerNow(array([bulk(entry.key), bulks(elements)]))
  popped(call, entry, end, elements.length)
  if (call.node.effects.isOn) call.node.effects.rewrite(popCommands[end], entry.key, String(elements.length))
  return answer
}

export const lmpop: Handler = (call) => {
  const pops = readManyPops(call.argv, 1, readEnd)
  if (isError(pops)) return pops
  for (const key of pops.keys) {
    const entry = findTyped(call, key, 'list')
    if (isError(entry)) return entry
    if (entry) return popManyReply(call, entry, pops)
  }
  return nullArray
}
