import { integers, keys, values, type Make, type Pick } from './random-pick'

const ends = ['LEFT', 'RIGHT', 'LEFT', 'RIGHT', 'left', 'UP']
const counts = ['0', '1', '2', '3', '100', '-1', 'x', '9223372036854775807']
const elements = ['a', 'b', 'c', '1', '', ...values.slice(0, 8)]

function countedKeys(pick: Pick): string[] {
  const some = pick.many(keys, 3)
  return [pick.chance(0.9) ? String(some.length) : pick.of(['0', '-1', 'x', '9']), ...some]
}

function countOption(pick: Pick): string[] {
  return pick.chance(0.5) ? ['COUNT', pick.of(counts)] : []
}

function lposOptions(pick: Pick): string[] {
  const options: string[] = []
  if (pick.chance(0.4)) options.push('RANK', pick.of(['1', '2', '-1', '-2', '0', 'x']))
  if (pick.chance(0.4)) options.push(...countOption(pick))
  if (pick.chance(0.3)) options.push('MAXLEN', pick.of(counts))
  return options
}

export const lists: readonly Make[] = [
  (pick) => [pick.of(['LPUSH', 'RPUSH', 'RPUSH']), pick.key(), ...pick.many(elements, 6)],
  (pick) => [pick.of(['LPUSH', 'RPUSH', 'RPUSH']), pick.key(), ...pick.many(elements, 6)],
  (pick) => [pick.of(['LPUSHX', 'RPUSHX']), pick.key(), ...pick.many(elements, 2)],
  (pick) => [pick.of(['LPOP', 'RPOP']), pick.key(), ...pick.some(counts, 1)],
  (pick) => ['LLEN', pick.key()],
  (pick) => [pick.of(['LRANGE', 'LTRIM', 'LRANGE']), pick.key(), pick.of(integers), pick.of(integers)],
  (pick) => ['LINDEX', pick.key(), pick.of(integers)],
  (pick) => ['LSET', pick.key(), pick.of(integers), pick.of(elements)],
  (pick) => ['LINSERT', pick.key(), pick.of(['BEFORE', 'AFTER', 'x']), pick.of(elements), pick.of(elements)],
  (pick) => ['LREM', pick.key(), pick.of(integers), pick.of(elements)],
  (pick) => ['LPOS', pick.key(), pick.of(elements), ...lposOptions(pick)],
  (pick) => ['LMOVE', pick.key(), pick.key(), pick.of(ends), pick.of(ends)],
  (pick) => ['RPOPLPUSH', pick.key(), pick.key()],
  (pick) => ['LMPOP', ...countedKeys(pick), pick.of(ends), ...countOption(pick)],
]
