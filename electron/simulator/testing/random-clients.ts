import type { Random } from '../ports'
import { hashes, sets } from './random-collections'
import { generic, strings } from './random-commands'
import { lists } from './random-lists'
import { keys as keysOfAll, Pick, type Make } from './random-pick'
import { scriptCommands } from './random-scripts'
import { sortedSets } from './random-sorted-sets'
import { streams } from './random-streams'

/** What one of several clients says. */
export interface ClientStep {
  readonly client: string
  readonly argv: readonly string[]
}

/** This one never blocks outside of a transaction, so that something goes on happening. */
const FREE = 'a'
export const clientNames = [FREE, 'b', 'c', 'd', 'e', 'f']
const speakers = [FREE, FREE, ...clientNames]
const waiting = ['b', 'c', 'd']

// Few keys, so that the clients get in each other's way.
const keys = ['a', 'b', 'c', 'key:1']
/** Every key that any step may name. */
export const keysToLookAt = keysOfAll
const channels = ['news', 'sport', 'a', 'weather']
const patterns = ['n*', '[a-z]ews', '*', 'news']
const ends = ['LEFT', 'RIGHT']
const consumers = ['c', 'd', 'e']

function streamsOf(pick: Pick, ids: readonly string[]): string[] {
  const some = pick.many(keys, 2)
  return ['STREAMS', ...some, ...some.map(() => pick.of(ids))]
}

const blockings: readonly Make[] = [
  (pick) => [pick.of(['BLPOP', 'BRPOP', 'BZPOPMIN', 'BZPOPMAX']), ...pick.many(keys, 3), '0'],
  (pick) => ['BLMOVE', pick.of(keys), pick.of(keys), pick.of(ends), pick.of(ends), '0'],
  (pick) => ['BRPOPLPUSH', pick.of(keys), pick.of(keys), '0'],
  (pick) => ['BLMPOP', '0', '2', pick.of(keys), pick.of(keys), pick.of(ends), 'COUNT', '2'],
  (pick) => ['BZMPOP', '0', '2', pick.of(keys), pick.of(keys), pick.of(['MIN', 'MAX']), 'COUNT', '2'],
  read,
  readGroup,
  readGroup,
  readGroup,
]

function read(pick: Pick): string[] {
  return ['XREAD', ...countOption(pick), 'BLOCK', '0', ...streamsOf(pick, ['$', '$', '0', '5', '5-3', '9'])]
}

function readGroup(pick: Pick): string[] {
  const options = [...countOption(pick), 'BLOCK', '0', ...pick.some(['NOACK'], pick.chance(0.2) ? 1 : 0)]
  return [
    'XREADGROUP',
    'GROUP',
    pick.of(['g', 'g', 'h']),
    pick.of(consumers),
    ...options,
    ...streamsOf(pick, ['>', '>', '>', '0']),
  ]
}

function countOption(pick: Pick): string[] {
  return pick.chance(0.4) ? ['COUNT', pick.of(['1', '2', '10'])] : []
}

/** What wakes those who wait. */
const wakings: readonly Make[] = [
  (pick) => [pick.of(['RPUSH', 'LPUSH']), pick.of(keys), ...pick.many(['1', '2', '3'], 3)],
  (pick) => ['ZADD', pick.of(keys), pick.of(['1', '2']), 'a', pick.of(['1', '3']), 'b'],
  (pick) => ['XADD', pick.of(keys), `${pick.of(['1', '2', '3', '4', '5', '6', '7', '8', '9'])}-*`, 'f', pick.value()],
  (pick) => ['XADD', pick.of(keys), '9-*', 'f', pick.value()],
  (pick) => ['XGROUP', 'CREATE', pick.of(keys), pick.of(['g', 'h']), pick.of(['0', '$']), 'MKSTREAM'],
  (pick) => ['XGROUP', 'DESTROY', pick.of(keys), pick.of(['g', 'h'])],
  (pick) => ['DEL', ...pick.many(keys, 2)],
  (pick) => ['RENAME', pick.of(keys), pick.of(keys)],
  (pick) => ['COPY', pick.of(keys), pick.of(keys), 'REPLACE'],
  (pick) => ['SORT', pick.of(keys), 'ALPHA', 'STORE', pick.of(keys)],
  (pick) => ['SET', pick.of(keys), 'x'],
  // Ids are each server's own: whoever sends puts them in.
  (pick) => ['CLIENT', 'UNBLOCK', `{id:${pick.of(waiting)}}`, ...pick.some(['TIMEOUT', 'ERROR', 'x'], 1)],
]

const transactions: readonly Make[] = [
  () => ['MULTI'],
  () => ['EXEC'],
  () => ['EXEC'],
  () => ['EXEC'],
  () => ['DISCARD'],
  (pick) => ['WATCH', ...pick.many(keys, 2)],
  (pick) => ['WATCH', ...pick.many(keys, 2)],
  () => ['UNWATCH'],
]

const pubsub: readonly Make[] = [
  (pick) => [pick.of(['PUBLISH', 'PUBLISH', 'SPUBLISH']), pick.of(channels), pick.value()],
  (pick) => [pick.of(['PUBLISH', 'PUBLISH', 'SPUBLISH']), pick.of(channels), pick.value()],
  (pick) => [pick.of(['SUBSCRIBE', 'SSUBSCRIBE']), ...pick.many(channels, 2)],
  (pick) => ['PSUBSCRIBE', pick.of(patterns)],
  (pick) => ['SUBSCRIBE', `__keyspace@0__:${pick.of(keys)}`],
  (pick) => ['SUBSCRIBE', `__keyevent@0__:${pick.of(['del', 'expired', 'lpush', 'xadd', 'set', 'new'])}`],
  (pick) => ['PSUBSCRIBE', pick.of(['__key*', '__keyspace@*', '__keyevent@0__:x*'])],
  (pick) => [pick.of(['UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']), ...pick.many([...channels, ...patterns], 2)],
  () => [`RESET`],
  (pick) => ['PUBSUB', 'NUMSUB', ...channels, pick.value()],
  (pick) => ['PUBSUB', 'SHARDNUMSUB', ...pick.many(channels, 3)],
  () => ['PUBSUB', 'NUMPAT'],
  () => ['CONFIG', 'SET', 'notify-keyspace-events', 'KEA'],
  (pick) => ['CONFIG', 'SET', 'notify-keyspace-events', pick.of(['KEAmn', 'Kg', 'Elxe', 'KE$hszt', ''])],
]

/**
 * A time to live so short that the key is gone before anybody else says a word, and so long that a busy machine does
 * not let it pass between a command and its own effect.
 */
const EXPIRY_MS = '10'

const expiries: readonly Make[] = [
  (pick) => [pick.of(['PEXPIRE', 'PEXPIRE']), pick.of(keys), EXPIRY_MS],
  (pick) => ['SET', pick.of(keys), 'x', 'PX', EXPIRY_MS],
  (pick) => ['PSETEX', pick.of(keys), EXPIRY_MS, pick.value()],
  (pick) => ['GETEX', pick.of(keys), 'PX', EXPIRY_MS],
]

const tracking: readonly Make[] = [
  (pick) => ['CLIENT', 'TRACKING', pick.of(['ON', 'OFF']), ...pick.some(['OPTIN', 'NOLOOP', 'OPTOUT'], 1)],
  (pick) => ['CLIENT', 'TRACKING', 'ON', 'BCAST', ...pick.some(['NOLOOP'], 1), 'PREFIX', pick.of(['a', 'b', 'key'])],
  (pick) => ['CLIENT', 'CACHING', pick.of(['YES', 'NO'])],
  () => ['HELLO', '3'],
  () => ['CLIENT', 'TRACKINGINFO'],
]

const data = [strings, lists, sortedSets, hashes, sets, streams, streams, generic, scriptCommands]

/** Without BLOCK nobody waits. */
const reads: readonly Make[] = [(pick) => without(readGroup(pick), 'BLOCK'), (pick) => without(read(pick), 'BLOCK')]

function without(argv: readonly string[], option: string): string[] {
  return argv.filter((word, at) => word !== option && argv[at - 1] !== option)
}

/** A step of several clients that share some keys: they wait, wake, watch, subscribe and let keys expire. */
export function randomClientStep(random: Random): ClientStep {
  const pick = new Pick(random)
  const client = pick.of(speakers)
  const argv = pick.of(familyOf(client, pick))(pick)
  // Who waits for a key is found in a hash table's order when databases are swapped.
  return { client, argv: argv[0] === 'SWAPDB' ? ['DBSIZE'] : argv }
}

function familyOf(client: string, pick: Pick): readonly Make[] {
  if (waiting.includes(client) && pick.chance(0.5)) return blockings
  if (pick.chance(0.015)) return expiries
  if (pick.chance(0.02)) return tracking
  return pick.of<readonly Make[]>([wakings, wakings, wakings, wakings, transactions, pubsub, reads, ...data])
}

/** Whether a key may expire right behind this command, or behind the EXEC that runs it. */
export function expiresSoon(argv: readonly string[]): boolean {
  return /^(?:PEXPIRE|SET|PSETEX|GETEX)$/.test(argv[0]!) && (argv[0] === 'PSETEX' ? argv[2] : argv.at(-1)) === EXPIRY_MS
}
