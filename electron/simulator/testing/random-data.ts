import { SeededRandom } from '../clock/seeded-random'
import { Pick } from './random-pick'

/** So far in the future that no test sees it, and one that only 64 bits hold. */
const EXPIRIES = ['4102444800000', '9007199254740993']
const INTEGERS = [
  '0',
  '7',
  '-1',
  '127',
  '128',
  '-129',
  '32767',
  '-32769',
  '70000',
  '2147483648',
  '-9223372036854775808',
]
const SCORES = [
  '0',
  '-0',
  '1',
  '-5',
  '4096',
  '1e15',
  '4611686018427387904',
  '1e19',
  '3.14',
  '-0.1',
  '1e-300',
  'inf',
  '-inf',
]
const LETTERS = 'abcdefgh\x00\r\n\xff'

/** A key, the commands that fill it, and whether Redis lays its value out in one way only. */
export interface RandomKey {
  readonly key: string
  readonly commands: readonly (readonly string[])[]
  readonly isFixed: boolean
}

/** Keys of every type and encoding, the same from the same seed. */
export function randomData(seed: number, keysPerType = 6): RandomKey[] {
  const random = new SeededRandom(seed)
  const pick = new Pick(random)
  const size = (max: number) => random.integer(1, pick.chance(0.3) ? max : 8)

  const word = (lengthMax = 12): string => {
    if (pick.chance(0.3)) return pick.of(INTEGERS)
    let text = ''
    for (let left = random.integer(0, lengthMax); left > 0; left--) {
      text += LETTERS[random.integer(0, LETTERS.length - 1)]
    }
    return text
  }
  const text = (): string => (pick.chance(0.2) ? word(20).repeat(random.integer(1, 400)) : word(90))
  const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

  const makers: readonly ((key: string) => Omit<RandomKey, 'key'>)[] = [
    (key) => ({ commands: [['SET', key, text()]], isFixed: true }),
    (key) => ({ commands: [['SET', key, pick.of(INTEGERS)]], isFixed: true }),
    (key) => ({ commands: many(size(300), () => ['RPUSH', key, text()]), isFixed: true }),
    (key) => ({
      commands: many(size(300), () => [pick.of(['LPUSH', 'RPUSH']), key, text()]),
      isFixed: false,
    }),
    (key) => ({
      commands: [['SADD', key, ...many(size(700), (at) => String(at * random.integer(-9, 9)))]],
      isFixed: false,
    }),
    (key) => ({ commands: [['SADD', key, ...INTEGERS.slice(0, size(11))]], isFixed: true }),
    (key) => ({ commands: [['SADD', key, 'x', ...many(size(100), () => text())]], isFixed: false }),
    (key) => ({ commands: [['HSET', key, ...many(2 * size(300), () => word())]], isFixed: false }),
    (key) => ({ commands: [['HSET', key, ...many(2 * size(40), () => word())]], isFixed: true }),
    (key) => ({ commands: [['HSET', key, 'long', text().padEnd(65, 'x'), 'n', pick.of(INTEGERS)]], isFixed: false }),
    (key) => ({ commands: [['ZADD', key, ...many(size(60), () => [pick.of(SCORES), word()]).flat()]], isFixed: true }),
    (key) => ({
      commands: [['ZADD', key, ...many(size(400), (at) => [pick.of(SCORES), `${at}${word()}`]).flat()]],
      isFixed: true,
    }),
    (key) => ({ commands: many(size(250), (at) => add(key, at)), isFixed: true }),
    (key) => ({ commands: [...many(size(250), (at) => add(key, at)), ...thinned(key)], isFixed: true }),
    (key) => ({ commands: [...many(size(150), (at) => add(key, at)), ...grouped(key)], isFixed: false }),
  ]

  /** Mostly the fields of the entry before, as in most streams. */
  const add = (key: string, at: number): string[] => {
    const id = at < 100 ? `${at + 1}-${random.integer(0, 3)}` : `${2n ** 60n + BigInt(at)}-${2n ** 64n - 1n}`
    const fields = pick.chance(0.8) ? ['name', word(), 'at', pick.of(INTEGERS)] : many(2 * size(5), () => word())
    return ['XADD', key, id, ...fields]
  }
  const thinned = (key: string): string[][] => [
    ...many(5, (at) => ['XDEL', key, ...many(4, (sub) => `${at + 1}-${sub}`)]),
    ['XTRIM', key, 'MAXLEN', String(random.integer(0, 120))],
    ['XSETID', key, '2305843009213693952-5', 'ENTRIESADDED', '1000', 'MAXDELETEDID', '77-7'],
  ]
  const grouped = (key: string): string[][] => [
    ['XGROUP', 'CREATE', key, 'all', '0'],
    ['XGROUP', 'CREATE', key, 'none', '$'],
    ['XGROUP', 'CREATE', key, 'at\x00', '5-0', 'ENTRIESREAD', '3'],
    ['XREADGROUP', 'GROUP', 'all', 'one', 'COUNT', String(size(60)), 'STREAMS', key, '>'],
    ['XREADGROUP', 'GROUP', 'all', 'two', 'COUNT', '2', 'STREAMS', key, '>'],
    ['XGROUP', 'CREATECONSUMER', key, 'all', 'idle'],
    ['XCLAIM', key, 'all', 'two', '0', '1-0', '1-1', '1-2', '1-3', 'TIME', '1000', 'RETRYCOUNT', '300'],
    ['XDEL', key, '1-0', '1-1', '2-0'],
  ]

  return makers.flatMap((make, kind) =>
    many(keysPerType, (at) => {
      const key = pick.chance(0.2) ? String(1000 * kind + at) : `${kind}:${at}:${word(40)}`
      const made = make(key)
      const expiry = pick.chance(0.3) ? [['PEXPIREAT', key, pick.of(EXPIRIES)]] : []
      return { ...made, key, commands: [...made.commands, ...expiry] }
    }),
  )
}
