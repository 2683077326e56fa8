import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { Random } from '../ports'
import { encode } from '../resp/encode'
import { array, bulk, emptyArray, error, noReply, nothing, pairs, set, type Reply } from '../resp/reply'
import { isError, readAtLeast, readNegatable } from './arguments'
import { dropIfEmpty, type SetEntry } from './member-handlers'
import { findTyped, readTyped } from './typed'

/**
 * Indexes below `size`, drawn as Redis's commands with a count draw: a negative count may give an index again and
 * again, a positive one gives each once at most, and all when there are no more.
 */
export function randomIndexes(random: Random, size: number, count: number): number[] {
  if (count < 0) return Array.from({ length: -count }, () => random.integer(0, size - 1))
  const indexes = Array.from({ length: size }, (_, index) => index)
  if (count >= size) return indexes
  for (let at = 0; at < count; at++) {
    const other = random.integer(at, size - 1)
    ;[indexes[at], indexes[other]] = [indexes[other]!, indexes[at]!]
  }
  return indexes.slice(0, count)
}

/** With so many elements and more a reply goes out in parts, and ends when its client may not have more. */
const WHOLE_MAX = 10_000
const PART = 5000
/** A script gets a reply as a whole or not at all. */
const SCRIPT_MAX = 1_000_000
const tooMany = error('ERR the reply has too many elements to be gathered here, ask for less than 1000000 at once')

/**
 * The reply to a count: elements by their indexes, each as one item or as a pair. A negative count may ask for more
 * than any memory holds, so those are drawn while they are sent, as Redis does, and no longer than the limits of the
 * client's output allow.
 */
export function randomReply(
  { node, client }: Call,
  size: number,
  count: number | bigint,
  itemsAt: (index: number) => Reply[],
  arePairs: boolean,
): Reply {
  const { random } = node
  const shape = (items: Reply[]) => (arePairs ? pairs(items) : array(items))
  if (count > -(client.takesParts ? WHOLE_MAX : SCRIPT_MAX)) {
    return shape(randomIndexes(random, size, Number(count)).flatMap(itemsAt))
  }
  if (!client.takesParts) return tooMany
  const wanted = -BigInt(count)
  client.writeArrayLength(arePairs && client.resp === 2 ? wanted * 2n : wanted)
  const encoded: string[] = []
  const encodedAt = (index: number) => {
    const items = itemsAt(index)
    const isNested = arePairs && client.resp === 3
    return encode(isNested ? array(items) : { kind: 'many', replies: items }, client.resp)
  }
  const part: string[] = []
  for (let left = wanted; left > 0n && !client.isClosing && !client.isSilent; left -= BigInt(part.length)) {
    part.length = left < PART ? Number(left) : PART
    for (let at = 0; at < part.length; at++) {
      const index = random.integer(0, size - 1)
      part[at] = encoded[index] ??= encodedAt(index)
    }
    client.append(part.join(''))
  }
  // Of so long a reply the trace gets the beginning.
  client.noteAnswer(shape(itemsAt(0)))
  return noReply
}

const PAIRS_MAX = 2n ** 62n - 1n

/** A reply of pairs has twice as many elements, and Redis wants to be able to count those. */
export function isTooManyPairs(count: number | bigint): boolean {
  return count > PAIRS_MAX || count < -PAIRS_MAX
}

export const hrandfield: Handler = (call) => {
  const { node, argv } = call
  const count = argv.length > 2 ? readNegatable(argv[2]!) : undefined
  if (isError(count)) return count
  const hasValues = argv.length === 4 && lower(cString(argv[3]!)) === 'withvalues'
  if (argv.length > 4 || (argv.length === 4 && !hasValues)) return errors.syntax
  if (hasValues && isTooManyPairs(count!)) return errors.outOfRange
  const entry = readTyped(call, argv[1]!, 'hash')
  if (isError(entry)) return entry
  if (!entry) return count === undefined ? nothing : emptyArray
  const { items } = entry.value
  if (count === undefined) return bulk(items[node.random.integer(0, items.length - 1)]!.key)
  const itemsAt = (index: number) => {
    const { key, value } = items[index]!
    return hasValues ? [bulk(key), bulk(value)] : [bulk(key)]
  }
  return randomReply(call, items.length, count, itemsAt, hasValues)
}

export const srandmember: Handler = (call) => {
  const { node, argv } = call
  if (argv.length > 3) return errors.syntax
  const count = argv.length === 3 ? readNegatable(argv[2]!) : undefined
  if (isError(count)) return count
  const entry = readTyped(call, argv[1]!, 'set')
  if (isError(entry)) return entry
  if (!entry) return count === undefined ? nothing : emptyArray
  const { value } = entry
  if (count === undefined) return bulk(value.at(node.random.integer(0, value.size - 1)))
  return randomReply(call, value.size, count, (index) => [bulk(value.at(index))], false)
}

export const spop: Handler = (call) => {
  const { argv } = call
  if (argv.length > 3) return errors.syntax
  const count = argv.length === 3 ? readAtLeast(argv[2]!, 0, errors.notPositive) : undefined
  if (isError(count)) return count
  const entry = findTyped(call, argv[1]!, 'set')
  if (isError(entry)) return entry
  if (!entry) return count === undefined ? nothing : set([])
  if (count !== undefined) return popMany(call, entry, count)
  const { value } = entry
  const member = value.at(call.node.random.integer(0, value.size - 1))
  value.delete(member)
  if (call.node.effects.isOn) call.node.effects.rewrite('SREM', entry.key, member)
  return told(call, entry, [member], true)
}

function popMany(call: Call, entry: SetEntry, count: number) {
  if (count === 0) return set([])
  const { value } = entry
  const members = randomIndexes(call.node.random, value.size, count).map((index) => value.at(index))
  for (const member of members) value.delete(member)
  call.node.changes += members.length - 1
  if (call.node.effects.isOn) tellEffects(call, entry, members)
  return told(call, entry, members, false)
}

/** Which members went must not be left to chance a second time. */
function tellEffects({ node, db }: Call, { key, value }: SetEntry, members: readonly Bytes[]): void {
  const { effects } = node
  if (value.size === 0) {
    effects.rewrite('DEL', key)
    return
  }
  for (const member of members) effects.also(db, 'SREM', key, member)
  effects.prevent()
}

/** The members are gone from the set: tells so, answers, and lets an empty set go. */
function told({ node, client, db }: Call, entry: SetEntry, members: readonly Bytes[], isOne: boolean) {
  node.keyspace.notify(EventClass.set, 'spop', db, entry.key)
  const answer = client.answerNow(isOne ? bulk(members[0]!) : set(members.map(bulk)))
  dropIfEmpty(node, db, entry)
  node.keyModified(db, entry.key)
  return answer
}
