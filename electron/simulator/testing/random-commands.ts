import type { Random } from '../ports'
import { hashes, sets } from './random-collections'
import { lists } from './random-lists'
import { integers, keys, Pick, values, type Make } from './random-pick'
import { scriptCommands } from './random-scripts'
import { sortedSets } from './random-sorted-sets'
import { streams } from './random-streams'

const channels = ['news', 'sport', 'n*', '[a-z]ews', '']
// Not near now: a time that passes while the two servers work would part them by chance.
const seconds = ['1000', '5000', '0', '-1', '9223372036854775807', 'x', '9223372036854775', '']
const milliseconds = ['1000000', '5000000', '0', '-5', 'x', '9223372036854775807']
const futures = ['9999999999', '9999999990', 'x', '0', '-1']
const futuresMs = ['9999999999123', '9999999990000', 'x', '0']
const expireOptions = ['NX', 'XX', 'GT', 'LT', 'gt', 'foo']

function setOptions(pick: Pick): string[] {
  const options: string[] = []
  if (pick.chance(0.2)) options.push(pick.of(['NX', 'XX', 'nx']))
  if (pick.chance(0.2)) options.push('GET')
  if (pick.chance(0.15)) options.push('KEEPTTL')
  if (pick.chance(0.2)) options.push('EX', pick.of(seconds))
  if (pick.chance(0.2)) options.push('PX', pick.of(milliseconds))
  if (pick.chance(0.1)) options.push('EXAT', pick.of(futures))
  if (pick.chance(0.05)) options.push(pick.of(['PERSIST', 'foo', 'EX', 'PXAT']))
  return options
}

function getexOptions(pick: Pick): string[] {
  const options: string[] = []
  if (pick.chance(0.2)) options.push('PERSIST')
  if (pick.chance(0.3)) options.push('EX', pick.of(seconds))
  if (pick.chance(0.2)) options.push('PXAT', pick.of(futuresMs))
  if (pick.chance(0.05)) options.push('foo')
  return options
}

export const strings: readonly Make[] = [
  (pick) => ['SET', pick.key(), pick.value()],
  (pick) => ['SET', pick.key(), pick.value(), ...setOptions(pick)],
  (pick) => ['GET', pick.key()],
  (pick) => [pick.of(['GETSET', 'SETNX', 'APPEND']), pick.key(), pick.value()],
  (pick) => [pick.of(['GETDEL', 'STRLEN', 'INCR', 'DECR']), pick.key()],
  (pick) => ['GETEX', pick.key(), ...getexOptions(pick)],
  (pick) => ['MGET', ...pick.many(keys, 4)],
  (pick) => [pick.of(['MSET', 'MSETNX']), ...pick.many(keys, 3).flatMap((key) => [key, pick.value()])],
  (pick) => ['SETEX', pick.key(), pick.of(seconds), pick.value()],
  (pick) => ['PSETEX', pick.key(), pick.of(milliseconds), pick.value()],
  (pick) => [pick.of(['GETRANGE', 'SUBSTR']), pick.key(), pick.of(integers), pick.of(integers)],
  (pick) => ['SETRANGE', pick.key(), pick.of(['0', '1', '5', '100', '-1', 'x', '536870912']), pick.value()],
  (pick) => [pick.of(['INCRBY', 'DECRBY']), pick.key(), pick.of(integers)],
  (pick) => ['INCRBYFLOAT', pick.key(), pick.of([...integers, '0.1', '-2.5', '1e5', '3.0', 'inf', '1e-10'])],
  (pick) => ['LCS', pick.key(), pick.key(), ...pick.some(['LEN', 'IDX', 'WITHMATCHLEN', 'MINMATCHLEN', '2'], 3)],
]

export const generic: readonly Make[] = [
  (pick) => [pick.of(['DEL', 'UNLINK', 'EXISTS', 'TOUCH']), ...pick.many(keys, 3)],
  (pick) => [pick.of(['TYPE', 'TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME', 'PERSIST']), pick.key()],
  (pick) => ['EXPIRE', pick.key(), pick.of(seconds), ...pick.some(expireOptions, 2)],
  (pick) => ['PEXPIRE', pick.key(), pick.of(milliseconds), ...pick.some(expireOptions, 1)],
  (pick) => ['EXPIREAT', pick.key(), pick.of(futures), ...pick.some(expireOptions, 2)],
  (pick) => ['PEXPIREAT', pick.key(), pick.of(futuresMs), ...pick.some(expireOptions, 1)],
  (pick) => ['KEYS', pick.of(['*', 'k*', '?', '[ab]', 'key:[^1]', ''])],
  (pick) => ['SCAN', '0', 'COUNT', '1000', ...(pick.chance(0.3) ? ['MATCH', pick.of(['k*', '*'])] : [])],
  () => ['RANDOMKEY'],
  () => ['DBSIZE'],
  (pick) => [pick.of(['RENAME', 'RENAMENX']), pick.key(), pick.key()],
  (pick) => ['COPY', pick.key(), pick.key(), ...pick.some(['REPLACE', 'DB', '1', 'foo'], 3)],
  (pick) => ['MOVE', pick.key(), pick.of(['0', '1', '16', 'x'])],
  (pick) => ['OBJECT', pick.of(['ENCODING', 'REFCOUNT', 'FREQ']), pick.key()],
  (pick) => ['SELECT', pick.of(['0', '0', '0', '1', '16', 'x'])],
  (pick) => [pick.of(['FLUSHDB', 'FLUSHALL']), ...pick.some(['ASYNC', 'SYNC', 'foo'], 1)],
  (pick) => ['SWAPDB', pick.of(['0', '1', 'x']), pick.of(['0', '1', '99'])],
]

const transactions: readonly Make[] = [
  () => ['MULTI'],
  () => ['EXEC'],
  () => ['EXEC'],
  () => ['DISCARD'],
  (pick) => ['WATCH', ...pick.many(keys, 2)],
  () => ['UNWATCH'],
]

const pubsub: readonly Make[] = [
  (pick) => [pick.of(['PUBLISH', 'SPUBLISH']), pick.of(channels), pick.value()],
  (pick) => [pick.of(['SUBSCRIBE', 'SSUBSCRIBE']), ...pick.many(channels, 2)],
  (pick) => ['PSUBSCRIBE', pick.of(channels)],
  (pick) => [pick.of(['UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']), ...pick.many(channels, 2)],
  (pick) => ['PUBSUB', pick.of(['CHANNELS', 'SHARDCHANNELS']), ...pick.some(['*', 'n*', 'x'], 1)],
  (pick) => ['PUBSUB', pick.of(['NUMSUB', 'SHARDNUMSUB']), ...pick.some(channels, 2)],
  () => ['PUBSUB', 'NUMPAT'],
  () => ['RESET'],
  () => ['RESET'],
]

const connection: readonly Make[] = [
  (pick) => ['PING', ...pick.some(values, 2)],
  (pick) => ['ECHO', pick.value()],
  (pick) => ['HELLO', ...pick.some(['2', '3', '3', '4', 'x'], 1)],
  (pick) => ['CLIENT', 'SETNAME', pick.of(['joe', '', 'a b', '\xff'])],
  () => ['CLIENT', 'GETNAME'],
  (pick) => ['CLIENT', 'REPLY', pick.of(['ON', 'ON', 'x'])],
  (pick) => ['CLIENT', 'NO-EVICT', pick.of(['ON', 'OFF', 'x'])],
  (pick) => ['CLIENT', 'TRACKING', pick.of(['ON', 'OFF', 'x']), ...pick.some(['OPTIN', 'NOLOOP', 'OPTOUT'], 1)],
  () => ['CLIENT', 'TRACKINGINFO'],
  (pick) => ['CLIENT', 'CACHING', pick.of(['YES', 'NO', 'x'])],
  (pick) => ['CONFIG', 'GET', pick.of(['hz', 'maxmemory', 'nothing', 'slowlog-max-len'])],
  (pick) => ['CONFIG', 'SET', 'slowlog-max-len', pick.of(['128', '64', '-1', 'x'])],
  (pick) => [
    'COMMAND',
    'GETKEYS',
    ...pick
      .many([...strings, ...lists, ...hashes, ...sets, ...sortedSets, ...streams, ...generic], 1)
      .flatMap((make) => make(pick)),
  ],
]

const families = [
  strings,
  strings,
  lists,
  lists,
  sortedSets,
  sortedSets,
  hashes,
  hashes,
  sets,
  sets,
  streams,
  streams,
  scriptCommands,
  streams,
  generic,
  generic,
  transactions,
  pubsub,
  connection,
] as const

/** A command of the families that are simulated: mostly right, now and then with an argument too many or too few. */
export function randomCommand(random: Random): string[] {
  const pick = new Pick(random)
  const argv = pick.of<Make>(pick.of(families))(pick)
  // Without its count it would pop any member, and part the two servers.
  if (argv[0] === 'SPOP') return argv
  if (pick.chance(0.03)) argv.push(pick.value())
  if (pick.chance(0.03) && argv.length > 1) argv.pop()
  if (pick.chance(0.05)) argv[0] = argv[0]!.toLowerCase()
  return argv
}
