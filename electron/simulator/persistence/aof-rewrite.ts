import type { Bytes } from '../../../shared/bytes'
import { NEVER, type Entry } from '../keyspace/database'
import type { Keyspace } from '../keyspace/keyspace'
import { ID_MAX, ID_MIN, idText } from '../keyspace/stream/stream-id'
import type { StreamValue } from '../keyspace/stream/stream-value'
import { formatDouble } from '../resp/format-double'

/** How many elements Redis puts in one command. */
const ITEMS_PER_COMMAND = 64

/** The shortest commands that make the data set anew, as BGREWRITEAOF writes them. */
export function* rewriteCommands({ databases }: Keyspace): Iterable<readonly string[]> {
  for (const db of databases) {
    if (db.size === 0) continue
    yield ['SELECT', String(db.index)]
    for (const entry of db.all) {
      yield* valueCommands(entry)
      if (entry.expiresAtMs !== NEVER) yield ['PEXPIREAT', entry.key, String(entry.exactExpiry ?? entry.expiresAtMs)]
    }
  }
}

function valueCommands({ key, value }: Entry): Iterable<readonly string[]> {
  switch (value.type) {
    case 'string':
      return [['SET', key, value.bytes]]
    case 'list':
      return inPortions('RPUSH', key, value.items.slice(0, value.items.length), 1)
    case 'set':
      return inPortions('SADD', key, value.members(), 1)
    case 'hash':
      return inPortions(
        'HMSET',
        key,
        value.items.flatMap((item) => [item.key, item.value]),
        2,
      )
    case 'zset':
      return inPortions(
        'ZADD',
        key,
        value.slice([0, value.size]).flatMap(({ score, member }) => [formatDouble(score), member]),
        2,
      )
    case 'stream':
      return streamCommands(key, value)
  }
}

function* inPortions(
  name: string,
  key: Bytes,
  words: readonly string[],
  wordsPerItem: number,
): Iterable<readonly string[]> {
  const portion = ITEMS_PER_COMMAND * wordsPerItem
  for (let at = 0; at < words.length; at += portion) yield [name, key, ...words.slice(at, at + portion)]
}

function* streamCommands(key: Bytes, stream: StreamValue): Iterable<readonly string[]> {
  const entries = stream.range(ID_MIN, ID_MAX, 0)
  for (const { id, fields } of entries) yield ['XADD', key, idText(id), ...fields]
  // An empty stream is made by an entry that is trimmed at once. Its ID must be one that XADD takes.
  if (entries.length === 0) yield ['XADD', key, 'MAXLEN', '0', '0-1', 'x', 'y']
  const { lastId, entriesAdded, maxDeletedId } = stream
  const counters = ['ENTRIESADDED', String(entriesAdded), 'MAXDELETEDID', idText(maxDeletedId)]
  yield ['XSETID', key, idText(lastId), ...counters]
  for (const group of stream.sortedGroups) {
    const { name } = group
    yield ['XGROUP', 'CREATE', key, name, idText(group.lastId), 'ENTRIESREAD', String(group.entriesRead)]
    for (const consumer of group.sortedConsumers) {
      if (consumer.pending.size === 0) yield ['XGROUP', 'CREATECONSUMER', key, name, consumer.name]
      for (const { id, deliveredMs, deliveries } of consumer.pending) {
        const times = ['TIME', String(deliveredMs), 'RETRYCOUNT', String(deliveries), 'JUSTID', 'FORCE']
        yield ['XCLAIM', key, name, consumer.name, '0', idText(id), ...times]
      }
    }
  }
}
