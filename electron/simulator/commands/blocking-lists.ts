import type { Bytes } from '../../../shared/bytes'
import type { Entry } from '../keyspace/database'
import { block } from '../node/blocking'
import type { Call, Handler } from '../node/command-spec'
import { array, bulk, nothing, type Reply } from '../resp/reply'
import { isError } from './arguments'
import { popCommands, popFrom, popped, type End, type ListEntry } from './list-handlers'
import { moveElement, popManyReply, readEnd, readManyPops, readMove, type Move } from './list-moves'
import { readTimeout } from './timeout'
import { findTyped } from './typed'

type Pop = (call: Call, entry: ListEntry, isServed: boolean) => Reply

/** Pops from the first of the lists that is there, or waits for one of them to come. */
function popOrWait(call: Call, keys: readonly Bytes[], timeout: Bytes, pop: Pop): Reply {
  const timeoutMs = readTimeout(call, timeout, 's')
  if (isError(timeoutMs)) return timeoutMs
  for (const key of keys) {
    const entry = findTyped(call, key, 'list')
    if (isError(entry)) return entry
    if (entry) return pop(call, entry, false)
  }
  return block(call, { type: 'list', keys, timeoutMs, serve: served(pop) })
}

function served(pop: Pop): (call: Call, entry: Entry) => Reply {
  return (call, entry) => pop(call, entry as ListEntry, true)
}

function blockingPop(end: End): Handler {
  const pop: Pop = (call, entry, isServed) => {
    const answer = call.client.answerNow(array([bulk(entry.key), bulk(popFrom(entry.value, end))]))
    popped(call, entry, end, 1, isServed)
    if (call.node.effects.isOn) call.node.effects.rewrite(popCommands[end], entry.key)
    return answer
  }
  return (call) => popOrWait(call, call.argv.slice(1, -1), call.argv.at(-1)!, pop)
}

export const blpop = blockingPop('left')
export const brpop = blockingPop('right')

export const blmpop: Handler = (call) => {
  const pops = readManyPops(call.argv, 2, readEnd)
  if (isError(pops)) return pops
  return popOrWait(call, pops.keys, call.argv[1]!, (popping, entry) => popManyReply(popping, entry, pops))
}

function moveOrWait(call: Call, timeout: Bytes, move: Move): Reply {
  const timeoutMs = readTimeout(call, timeout, 's')
  if (isError(timeoutMs)) return timeoutMs
  const source = findTyped(call, call.argv[1]!, 'list')
  if (isError(source)) return source
  if (source) return moveElement(call, source, move, true)
  const serve = served((moving, entry, isServed) => moveElement(moving, entry, move, true, isServed))
  return block(call, { type: 'list', keys: [call.argv[1]!], timeoutMs, serve }, nothing)
}

export const blmove: Handler = (call) => {
  const move = readMove(call.argv)
  return isError(move) ? move : moveOrWait(call, call.argv[5]!, move)
}

export const brpoplpush: Handler = (call) =>
  moveOrWait(call, call.argv[3]!, { from: 'right', target: call.argv[2]!, to: 'left', isOld: true })
