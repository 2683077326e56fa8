import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import { SetValue, type SetLimits } from '../keyspace/set-value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { bulk, error, integer, set, type Reply } from '../resp/reply'
import { isError, readAtLeast } from './arguments'
import { readTyped, type ErrorReply } from './typed'

type Sets = readonly (SetValue | undefined)[]
type Combine = (sets: Sets, limits: SetLimits) => SetValue

/** The sets under the keys. Where an intersection finds no set it reads on, since a wrong type is an error all the same. */
function readSets(call: Call, keys: readonly Bytes[]): Sets | ErrorReply {
  const sets: (SetValue | undefined)[] = []
  for (const key of keys) {
    const entry = readTyped(call, key, 'set')
    if (isError(entry)) return entry
    sets.push(entry?.value)
  }
  return sets
}

const union: Combine = (sets, limits) => {
  const result = new SetValue()
  for (const members of sets) for (const member of members?.members() ?? []) result.add(member, limits)
  return result
}

/** The members that all sets have, found by going through the smallest; it stops when it has enough of them. */
function* common(sets: Sets): Iterable<Bytes> {
  const ordered = sets.filter((members) => members !== undefined).sort((a, b) => a.size - b.size)
  const [smallest, ...others] = ordered
  if (!smallest || ordered.length < sets.length) return
  for (const member of smallest.members()) if (others.every((members) => members.has(member))) yield member
}

const intersection: Combine = (sets, limits) => {
  const result = new SetValue()
  for (const member of common(sets)) result.add(member, limits)
  return result
}

/**
 * Redis has two ways, and the result's encoding tells which it took: member by member of the first set, or a copy of
 * the first set from which it removes what the others have. It takes whichever looks at fewer members.
 */
const difference: Combine = (sets, limits) => {
  const [first, ...others] = sets
  const result = new SetValue()
  if (!first) return result
  const there = sets.filter((members) => members !== undefined)
  const worksOneByOne = Math.floor((first.size * there.length) / 2)
  const worksByRemoving = there.reduce((sum, { size }) => sum + size, 0)
  if (worksOneByOne <= worksByRemoving) {
    for (const member of first.members()) {
      if (!others.some((members) => members?.has(member))) result.add(member, limits)
    }
    return result
  }
  for (const member of first.members()) result.add(member, limits)
  for (const members of others) for (const member of members?.members() ?? []) result.delete(member)
  return result
}

function combineGeneric(combine: Combine): Handler {
  return (call) => {
    const sets = readSets(call, call.argv.slice(1))
    return isError(sets) ? sets : set(combine(sets, call.node.limits).members().map(bulk))
  }
}

function storeGeneric(combine: Combine, event: string): Handler {
  return (call) => {
    const { node, client, db, argv } = call
    const { keyspace } = node
    const target = argv[1]!
    const sets = readSets(call, argv.slice(2))
    if (isError(sets)) return sets
    const result = combine(sets, node.limits)
    if (result.size > 0) {
      keyspace.store(db, target, result)
      const answer = client.answerNow(integer(result.size))
      keyspace.notify(EventClass.set, event, db, target)
      return answer
    }
    // An intersection with nothing is over before it begins, and tells before it answers.
    const isForegone = combine === intersection && sets.includes(undefined)
    const answer = isForegone ? undefined : client.answerNow(integer(0))
    const old = keyspace.glance(db, target)
    if (old) {
      keyspace.remove(db, old)
      keyspace.notify(EventClass.generic, 'del', db, target)
    }
    return answer ?? integer(0)
  }
}

export const sunion = combineGeneric(union)
export const sinter = combineGeneric(intersection)
export const sdiff = combineGeneric(difference)
export const sunionstore = storeGeneric(union, 'sunionstore')
export const sinterstore = storeGeneric(intersection, 'sinterstore')
export const sdiffstore = storeGeneric(difference, 'sdiffstore')

const noCount = error('ERR numkeys should be greater than 0')
const tooManyKeys = error("ERR Number of keys can't be greater than number of args")
const noLimit = error("ERR LIMIT can't be negative")

export const sintercard: Handler = (call): Reply => {
  const { argv } = call
  const count = readAtLeast(argv[1]!, 1, noCount)
  if (isError(count)) return count
  if (count > argv.length - 2) return tooManyKeys
  let limit = 0
  for (let at = 2 + count; at < argv.length; at += 2) {
    if (lower(cString(argv[at]!)) !== 'limit' || at + 1 === argv.length) return errors.syntax
    const most = readAtLeast(argv[at + 1]!, 0, noLimit)
    if (isError(most)) return most
    limit = most
  }
  const sets = readSets(call, argv.slice(2, 2 + count))
  if (isError(sets)) return sets
  let found = 0
  for (const _ of common(sets)) if (++found === limit) break
  return integer(found)
}
