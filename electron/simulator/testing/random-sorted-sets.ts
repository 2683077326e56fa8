import { integers, keys, type Make, type Pick } from './random-pick'

const members = ['a', 'b', 'c', 'd', 'e', '1', '', '\xff', 'x'.repeat(65)]
const scores = ['0', '1', '2', '3', '-1', '1.5', '0.1', '1e3', 'inf', '-inf', '2', '3', 'x', '']
const scoreEnds = ['-inf', '+inf', '0', '(1', '2', '(3', '1.5', 'x', '']
const lexEnds = ['-', '+', '[a', '(b', '[c', '(d', '[', 'x']
const counts = ['0', '1', '2', '100', '-1', 'x']
// Ranges by member mean something only where all scores are the same, and no other command comes near these keys.
const evenKeys = ['even:1', 'even:2']

function pairs(pick: Pick): string[] {
  return pick.many(members, 5).flatMap((member) => [pick.of(scores), member])
}

function countedKeys(pick: Pick): string[] {
  const some = pick.many(keys, 3)
  return [pick.chance(0.95) ? String(some.length) : pick.of(['0', '-1', 'x', '9']), ...some]
}

function addOptions(pick: Pick): string[] {
  return pick.chance(0.5) ? [] : pick.some(['NX', 'XX', 'GT', 'LT', 'CH', 'INCR', 'gt'], 2)
}

function limitOption(pick: Pick): string[] {
  return pick.chance(0.3) ? ['LIMIT', pick.of(counts), pick.of(counts)] : []
}

function rangeOptions(pick: Pick): string[] {
  const options = pick.some(['REV', 'WITHSCORES', 'BYSCORE', 'withscores'], 2)
  return [...options, ...limitOption(pick)]
}

function combineOptions(pick: Pick, keyCount: number): string[] {
  const options: string[] = []
  if (pick.chance(0.3)) options.push('WEIGHTS', ...Array.from({ length: keyCount }, () => pick.of(scores)))
  if (pick.chance(0.3)) options.push('AGGREGATE', pick.of(['SUM', 'MIN', 'MAX', 'x']))
  if (pick.chance(0.3)) options.push('WITHSCORES')
  return options
}

function combine(pick: Pick, name: string, ...before: string[]): string[] {
  const counted = countedKeys(pick)
  return [name, ...before, ...counted, ...combineOptions(pick, counted.length - 1)]
}

export const sortedSets: readonly Make[] = [
  (pick) => ['ZADD', pick.key(), ...pairs(pick)],
  (pick) => ['ZADD', pick.key(), ...pairs(pick)],
  (pick) => ['ZADD', pick.key(), ...addOptions(pick), ...pairs(pick)],
  (pick) => ['ZADD', pick.key(), ...addOptions(pick), pick.of(scores), pick.of(members)],
  (pick) => ['ZINCRBY', pick.key(), pick.of(scores), pick.of(members)],
  (pick) => [pick.of(['ZSCORE', 'ZRANK', 'ZREVRANK']), pick.key(), pick.of(members)],
  (pick) => [pick.of(['ZMSCORE', 'ZREM']), pick.key(), ...pick.many(members, 3)],
  (pick) => ['ZCARD', pick.key()],
  (pick) => [pick.of(['ZCOUNT', 'ZREMRANGEBYSCORE']), pick.key(), pick.of(scoreEnds), pick.of(scoreEnds)],
  (pick) => ['ZREMRANGEBYRANK', pick.key(), pick.of(integers), pick.of(integers)],
  (pick) => [pick.of(['ZRANGE', 'ZREVRANGE']), pick.key(), pick.of(integers), pick.of(integers), ...rangeOptions(pick)],
  (pick) => ['ZRANGE', pick.key(), pick.of(scoreEnds), pick.of(scoreEnds), 'BYSCORE', ...rangeOptions(pick)],
  (pick) => ['ZRANGEBYSCORE', pick.key(), pick.of(scoreEnds), pick.of(scoreEnds), ...limitOption(pick)],
  (pick) => ['ZREVRANGEBYSCORE', pick.key(), pick.of(scoreEnds), pick.of(scoreEnds), ...rangeOptions(pick)],
  (pick) => ['ZRANGESTORE', pick.key(), pick.key(), pick.of(integers), pick.of(integers), ...rangeOptions(pick)],
  (pick) => ['ZADD', pick.of(evenKeys), '0', pick.of(members), '0', pick.of(members)],
  (pick) => [pick.of(['ZRANGEBYLEX', 'ZLEXCOUNT']), pick.of(evenKeys), pick.of(lexEnds), pick.of(lexEnds)],
  (pick) => ['ZREVRANGEBYLEX', pick.of(evenKeys), pick.of(lexEnds), pick.of(lexEnds), ...limitOption(pick)],
  (pick) => ['ZREMRANGEBYLEX', pick.of(evenKeys), pick.of(lexEnds), pick.of(lexEnds)],
  (pick) => [pick.of(['ZPOPMIN', 'ZPOPMAX']), pick.key(), ...pick.some(counts, 1)],
  (pick) => [
    'ZMPOP',
    ...countedKeys(pick),
    pick.of(['MIN', 'MAX', 'x']),
    ...(pick.chance(0.4) ? ['COUNT', pick.of(counts)] : []),
  ],
  (pick) => combine(pick, pick.of(['ZUNION', 'ZINTER', 'ZDIFF'])),
  (pick) => combine(pick, pick.of(['ZUNIONSTORE', 'ZINTERSTORE', 'ZDIFFSTORE']), pick.key()),
  (pick) => ['ZINTERCARD', ...countedKeys(pick), ...(pick.chance(0.4) ? ['LIMIT', pick.of(counts)] : [])],
  (pick) => ['ZRANDMEMBER', pick.key(), ...pick.some(['0', '100', '1', '-2', 'x'], 1), ...pick.some(['WITHSCORES'], 1)],
  (pick) => ['ZSCAN', pick.key(), '0', 'COUNT', '1000'],
]
