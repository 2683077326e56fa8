import { compareIds, nextId, type StreamId } from '../keyspace/stream/stream-id'
import type { ConsumerGroup } from '../keyspace/stream/stream-group'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { array, bulk, emptyArray, integer, nothing, nullArray } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { idReply, readGroup, readInterval } from './stream-arguments'

/** XPENDING without an interval: how many, from where to where, and whose. */
function summary(group: ConsumerGroup) {
  const { first, last } = group.pending
  if (!first || !last) return array([integer(0), nothing, nothing, nullArray])
  const consumers = group.sortedConsumers
    .filter(({ pending }) => pending.size > 0)
    .map(({ name, pending }) => array([bulk(name), bulk(String(pending.size))]))
  return array([integer(group.pending.size), idReply(first.id), idReply(last.id), array(consumers)])
}

export const xpending: Handler = (call) => {
  const { node, argv } = call
  if (argv.length === 3) {
    const found = readGroup(call, argv[1]!, argv[2]!)
    return 'kind' in found ? found : summary(found.group)
  }
  if (argv.length < 6 || argv.length > 9) return errors.syntax
  let at = 3
  let idleMs: number | bigint = 0
  if (lower(cString(argv[3]!)) === 'idle') {
    const idle = readInteger(argv[4]!)
    if (isError(idle)) return idle
    if (argv.length < 8) return errors.syntax
    idleMs = idle
    at = 5
  }
  const count = readInteger(argv[at + 2]!)
  if (isError(count)) return count
  const interval = readInterval(argv[at]!, argv[at + 1]!)
  if (isError(interval)) return interval
  const found = readGroup(call, argv[1]!, argv[2]!)
  if ('kind' in found) return found
  const name = argv[at + 3]
  const pendingList = name === undefined ? found.group.pending : found.group.consumers.get(name)?.pending
  if (!pendingList) return emptyArray
  const replies = []
  let next: StreamId | undefined = interval.start
  while (next && replies.length < count) {
    const pending = pendingList.atOrAfter(next)
    if (!pending || compareIds(pending.id, interval.end) > 0) break
    next = nextId(pending.id)
    const idle = node.nowMs - pending.deliveredMs
    if (idleMs !== 0 && idle < idleMs) continue
    const { id, consumer, deliveries } = pending
    replies.push(array([idReply(id), bulk(consumer.name), integer(Math.max(0, idle)), integer(deliveries)]))
  }
  return array(replies)
}
