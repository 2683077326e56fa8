import { integers, keys, values, type Make, type Pick } from './random-pick'

const fields = ['a', 'b', 'c', '1', '', ...values.slice(0, 6), 'x'.repeat(65)]
const members = ['a', 'b', '1', '2', '3', '-7', '9223372036854775807', '01', ...values.slice(0, 5)]
const counts = ['0', '1', '2', '5', '-1', '-4', 'x', '-9223372036854775808', '9223372036854775807']

function fieldsAndValues(pick: Pick): string[] {
  return pick.many(fields, 4).flatMap((field) => [field, pick.value()])
}

function scanOptions(pick: Pick): string[] {
  const options = ['COUNT', pick.of(['1000', '1000', '1000', '0', 'x'])]
  if (pick.chance(0.3)) options.push('MATCH', pick.of(['a*', '*', '?', '[0-9]*']))
  if (pick.chance(0.05)) options.push('TYPE', 'hash')
  return options
}

export const hashes: readonly Make[] = [
  (pick) => ['HSET', pick.key(), ...fieldsAndValues(pick)],
  (pick) => ['HSET', pick.key(), ...fieldsAndValues(pick)],
  (pick) => ['HMSET', pick.key(), ...fieldsAndValues(pick)],
  (pick) => ['HSETNX', pick.key(), pick.of(fields), pick.value()],
  (pick) => [pick.of(['HGET', 'HEXISTS', 'HSTRLEN']), pick.key(), pick.of(fields)],
  (pick) => [pick.of(['HMGET', 'HDEL', 'HDEL']), pick.key(), ...pick.many(fields, 4)],
  (pick) => [pick.of(['HLEN', 'HKEYS', 'HVALS', 'HGETALL', 'HRANDFIELD']), pick.key()],
  (pick) => ['HINCRBY', pick.key(), pick.of(fields), pick.of(integers)],
  (pick) => ['HINCRBYFLOAT', pick.key(), pick.of(fields), pick.of([...integers, '0.1', '1e5', 'inf', 'nan'])],
  (pick) => ['HRANDFIELD', pick.key(), pick.of(counts), ...pick.some(['WITHVALUES', 'withvalues', 'x'], 1)],
  (pick) => ['HSCAN', pick.key(), '0', ...scanOptions(pick)],
]

export const sets: readonly Make[] = [
  (pick) => ['SADD', pick.key(), ...pick.many(members, 6)],
  (pick) => ['SADD', pick.key(), ...pick.many(['1', '2', '3', '4', '5', '6'], 6)],
  (pick) => [pick.of(['SREM', 'SMISMEMBER']), pick.key(), ...pick.many(members, 4)],
  (pick) => ['SISMEMBER', pick.key(), pick.of(members)],
  (pick) => [pick.of(['SCARD', 'SMEMBERS', 'SRANDMEMBER']), pick.key()],
  (pick) => ['SRANDMEMBER', pick.key(), pick.of(counts)],
  // To pop some of several members would part the two servers, so that all are popped or none.
  (pick) => ['SPOP', pick.key(), pick.of(['0', '1000', '9223372036854775807', '-1', 'x'])],
  (pick) => ['SMOVE', pick.key(), pick.key(), pick.of(members)],
  (pick) => [pick.of(['SINTER', 'SUNION', 'SDIFF']), ...pick.many(keys, 3)],
  (pick) => [pick.of(['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE']), pick.key(), ...pick.many(keys, 3)],
  (pick) => sintercard(pick),
  // A sort by constants or by other keys leaves the order of equals open.
  (pick) => [pick.of(['SORT', 'SORT_RO']), pick.key(), ...sortOptions(pick)],
  (pick) => ['SORT', pick.key(), ...sortOptions(pick), 'STORE', pick.key()],
  (pick) => ['SSCAN', pick.key(), '0', ...scanOptions(pick)],
]

function sortOptions(pick: Pick): string[] {
  const options = pick.some(['ALPHA', 'ALPHA', 'DESC', 'ASC', 'x'], 2)
  if (pick.chance(0.3)) options.push('LIMIT', pick.of(counts), pick.of(counts))
  if (pick.chance(0.2)) options.push('GET', pick.of(['#', 'key:*', '*', 'x*->a']))
  return options
}

function sintercard(pick: Pick): string[] {
  const some = pick.many(keys, 3)
  const count = pick.chance(0.9) ? String(some.length) : pick.of(['0', '-1', 'x', '9'])
  return ['SINTERCARD', count, ...some, ...(pick.chance(0.4) ? ['LIMIT', pick.of(counts)] : [])]
}
