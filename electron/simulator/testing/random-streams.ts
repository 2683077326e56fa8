import { keys, type Make, type Pick } from './random-pick'

const ids = ['0', '1', '2', '3-3', '5', '5-*', '7-1', '9', '20', '100', '9007199254740993-1', '1-0', '0-0', 'x', '-5']
const bounds = ['-', '+', '-', '+', '(1', '(5-5', ...ids]
const groups = ['g', 'g', 'h', 'none']
const consumers = ['c', 'd', 'e']
const counts = ['0', '1', '2', '3', '10', '-1', 'x']
const elements = ['a', 'b', '1', '-300', '70000', '', 'x'.repeat(70)]

/** Times come from each server's own clock, so that entries are added with IDs that are told. */
function newId(pick: Pick): string {
  return pick.chance(0.85) ? `${pick.of(['1', '2', '3', '4', '5', '6', '7', '8', '9'])}-*` : pick.of(ids)
}

function trimOptions(pick: Pick): string[] {
  const sign = pick.some(['~', '=', '~'], 1)
  const options = pick.chance(0.5) ? ['MAXLEN', ...sign, pick.of(counts)] : ['MINID', ...sign, pick.of(ids)]
  if (pick.chance(0.2)) options.push('LIMIT', pick.of(counts))
  return options
}

function countOption(pick: Pick): string[] {
  return pick.chance(0.4) ? ['COUNT', pick.of(counts)] : []
}

function read(pick: Pick, ids: readonly string[]): string[] {
  const some = pick.many(keys, 2)
  return [...countOption(pick), 'STREAMS', ...some, ...some.map(() => pick.of(ids))]
}

function claimOptions(pick: Pick): string[] {
  const options: string[] = []
  if (pick.chance(0.3)) options.push('FORCE')
  if (pick.chance(0.3)) options.push('JUSTID')
  if (pick.chance(0.2)) options.push('RETRYCOUNT', pick.of(counts))
  if (pick.chance(0.2)) options.push('LASTID', pick.of(ids))
  if (pick.chance(0.2)) options.push('IDLE', pick.of(['1000000', 'x', '5000000']))
  return options
}

const add: Make = (pick) => [
  'XADD',
  pick.key(),
  ...pick.some(['NOMKSTREAM'], pick.chance(0.1) ? 1 : 0),
  ...(pick.chance(0.2) ? trimOptions(pick) : []),
  newId(pick),
  ...pick.many(elements, 2).flatMap((field) => [field, pick.of(elements)]),
]

export const streams: readonly Make[] = [
  add,
  add,
  add,
  add,
  (pick) => ['XLEN', pick.key()],
  (pick) => [pick.of(['XRANGE', 'XREVRANGE']), pick.key(), pick.of(bounds), pick.of(bounds), ...countOption(pick)],
  (pick) => ['XDEL', pick.key(), ...pick.many(ids, 3)],
  (pick) => ['XTRIM', pick.key(), ...trimOptions(pick)],
  (pick) => ['XREAD', ...read(pick, [...ids, '$', '>'])],
  (pick) => ['XSETID', pick.key(), pick.of(ids), ...(pick.chance(0.2) ? ['ENTRIESADDED', pick.of(counts)] : [])],
  (pick) => ['XGROUP', 'CREATE', pick.key(), pick.of(groups), pick.of([...ids, '$']), ...pick.some(['MKSTREAM'], 1)],
  (pick) => ['XGROUP', 'CREATE', pick.key(), pick.of(groups), '0', 'MKSTREAM'],
  (pick) => ['XGROUP', 'SETID', pick.key(), pick.of(groups), pick.of([...ids, '$'])],
  (pick) => ['XGROUP', 'DESTROY', pick.key(), pick.of(groups)],
  (pick) => ['XGROUP', pick.of(['CREATECONSUMER', 'DELCONSUMER']), pick.key(), pick.of(groups), pick.of(consumers)],
  (pick) => [
    'XREADGROUP',
    'GROUP',
    pick.of(groups),
    pick.of(consumers),
    ...pick.some(['NOACK'], pick.chance(0.2) ? 1 : 0),
    ...read(pick, ['>', '>', '>', '0', '5', 'x']),
  ],
  (pick) => ['XREADGROUP', 'GROUP', pick.of(groups), pick.of(consumers), 'STREAMS', pick.key(), '>'],
  (pick) => ['XACK', pick.key(), pick.of(groups), ...pick.many(ids, 3)],
  (pick) => ['XPENDING', pick.key(), pick.of(groups)],
  (pick) => ['XPENDING', pick.key(), pick.of(groups), pick.of(bounds), pick.of(bounds), pick.of(counts)],
  (pick) => [
    'XCLAIM',
    pick.key(),
    pick.of(groups),
    pick.of(consumers),
    pick.of(['0', '0', '0', '1000000', 'x']),
    ...pick.many(ids, 3),
    ...claimOptions(pick),
  ],
  (pick) => [
    'XAUTOCLAIM',
    pick.key(),
    pick.of(groups),
    pick.of(consumers),
    pick.of(['0', '0', '1000000']),
    pick.of(bounds),
    ...countOption(pick),
    ...pick.some(['JUSTID'], 1),
  ],
  (pick) => ['XINFO', pick.of(['STREAM', 'GROUPS']), pick.key()],
  (pick) => ['XINFO', 'CONSUMERS', pick.key(), pick.of(groups)],
  (pick) => ['XINFO', 'STREAM', pick.key(), 'FULL', ...countOption(pick)],
]
