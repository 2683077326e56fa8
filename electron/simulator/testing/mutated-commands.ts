import type { Random } from '../ports'
import { randomClientStep } from './random-clients'
import { randomCommand } from './random-commands'
import { Pick } from './random-pick'

/** What a command's arguments are replaced by: numbers at the edges, options, patterns and bytes that mean something. */
const absurd = [
  '9223372036854775807',
  '-9223372036854775808',
  '-9223372036854775807',
  '4611686018427387904',
  '2147483647',
  '-2147483648',
  '536870911',
  '536870912',
  '1000000',
  '-1000000',
  '1e308',
  '-inf',
  'nan',
  '0x10',
  '0',
  '-1',
  '*',
  '#',
  '*->*',
  '[^a-',
  '\\',
  '********************a',
  '{}',
  '$',
  '>',
  '0-0',
  '18446744073709551615-18446744073709551615',
  '\x00',
  '\xff\xfe\r\n',
  'COUNT',
  'WITHSCORES',
  'LIMIT',
  'STORE',
  'BY',
  'MATCH',
  'BLOCK',
  'STREAMS',
  'KEEPTTL',
  'x'.repeat(5000),
]

const rare = [
  ['BITFIELD', 'a', 'SET', 'u63', '#4294967295', '1'],
  ['SETBIT', 'a', '4294967295', '1'],
  ['LPOS', 'a', '1', 'RANK', '-9223372036854775807', 'COUNT', '0', 'MAXLEN', '1'],
  ['SETRANGE', 'a', '536870911', 'x'],
  ['HRANDFIELD', 'a', '-1000000', 'WITHVALUES'],
  ['SRANDMEMBER', 'b', '-1000000'],
  ['ZRANDMEMBER', 'c', '-1000000', 'WITHSCORES'],
  ['XADD', 'a', 'MAXLEN', '~', '9223372036854775807', 'LIMIT', '9223372036854775807', '*', 'f', 'v'],
  ['XTRIM', 'a', 'MINID', '18446744073709551615'],
  ['SORT', 'a', 'BY', '*->*', 'GET', '*->', 'GET', '->*'],
  ['EVAL', 'return {1,{2,{3,{4}}}}', '0'],
  ['SCAN', '18446744073709551615', 'COUNT', '9223372036854775807', 'MATCH', '*[a'],
  ['OBJECT', 'FREQ', 'a'],
  ['CLIENT', 'KILL', 'TYPE', 'normal'],
  ['CONFIG', 'SET', 'maxmemory', '1'],
  ['CONFIG', 'SET', 'maxmemory', '0'],
  ['DEBUG', 'SLEEP', '0'],
  ['MEMORY', 'USAGE', 'a', 'SAMPLES', '0'],
  ['ACL', 'SETUSER', 'joe', '>x', '~*', '+@all', '%RW~', '(', ')'],
]

const luaPieces = [
  "redis.call('",
  "')",
  'redis.pcall(',
  ')',
  ' while ',
  ' do ',
  ' end ',
  'return ',
  '{',
  '}',
  '..',
  'string.rep("x", 1000)',
  'KEYS[1]',
  'ARGV[-1]',
  '#',
  'nil',
  '(',
  'function() ',
  'error(',
  'setmetatable(',
  'cjson.decode(',
  'cmsgpack.unpack(',
  '"\\255',
  '--[[',
  'tostring(',
  'unpack(',
  'loadstring(',
  'pcall(',
  'bit.lshift(1,',
  '\x00',
  '1e309',
  '%',
  'string.format("%99d",1)',
]

/** A command that is right, or wrong in up to four places. */
export function mutatedCommand(random: Random): string[] {
  const pick = new Pick(random)
  const argv = seedOf(pick, random)
  for (let count = 0; count < 4 && pick.chance(0.6); count++) mutate(argv, pick, random)
  return argv
}

function seedOf(pick: Pick, random: Random): string[] {
  if (pick.chance(0.03)) return [...pick.of(rare)]
  if (pick.chance(0.2)) return [...randomClientStep(random).argv]
  return randomCommand(random)
}

function mutate(argv: string[], pick: Pick, random: Random): void {
  const at = random.integer(0, argv.length - 1)
  if (pick.chance(0.1) && /^EVAL/i.test(argv[0]!) && argv.length > 1) {
    argv[1] = spliced(argv[1]!, pick.of(luaPieces), random)
    return
  }
  switch (random.integer(0, 6)) {
    case 0:
      argv[at] = pick.of(absurd)
      return
    case 1:
      argv.splice(at, 0, pick.of(absurd))
      return
    case 2:
      if (argv.length > 1) argv.splice(at, 1)
      return
    case 3:
      argv.push(...argv.slice(at))
      return
    case 4:
      argv[at] = spliced(argv[at]!, String.fromCharCode(random.integer(0, 255)), random)
      return
    case 5:
      argv.splice(1, 0, ...randomCommand(random).slice(1))
      return
    default:
      argv[at] = argv[random.integer(0, argv.length - 1)]!
  }
}

function spliced(text: string, piece: string, random: Random): string {
  const at = random.integer(0, text.length)
  return text.slice(0, at) + piece + text.slice(at + random.integer(0, 3))
}
