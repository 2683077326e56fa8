/** The classes of keyspace events, one bit each, as `notify-keyspace-events` names them by letters. */
export const EventClass = {
  keyspace: 1, // K
  keyevent: 2, // E
  generic: 4, // g
  string: 8, // $
  list: 16, // l
  set: 32, // s
  hash: 64, // h
  zset: 128, // z
  expired: 256, // x
  evicted: 512, // e
  stream: 1024, // t
  keyMiss: 2048, // m
  module: 8192, // d
  new: 16384, // n
} as const

const LETTERS: Readonly<Record<string, number>> = {
  g: EventClass.generic,
  $: EventClass.string,
  l: EventClass.list,
  s: EventClass.set,
  h: EventClass.hash,
  z: EventClass.zset,
  x: EventClass.expired,
  e: EventClass.evicted,
  t: EventClass.stream,
  d: EventClass.module,
  n: EventClass.new,
  K: EventClass.keyspace,
  E: EventClass.keyevent,
  m: EventClass.keyMiss,
}

/** `A` stands for `g$lshzxetd`: misses and new keys must be asked for by name. */
const ALL = [...'g$lshzxetd'].reduce((flags, letter) => flags | LETTERS[letter]!, 0)

/** The bits of a flags string, or undefined when it holds a letter that is no class. */
export function parseEventFlags(text: string): number | undefined {
  let flags = 0
  for (const letter of text) {
    const bit = letter === 'A' ? ALL : LETTERS[letter]
    if (bit === undefined) return undefined
    flags |= bit
  }
  return flags
}

/** The shortest flags string, in Redis's order. */
export function formatEventFlags(flags: number): string {
  const classes = (flags & ALL) === ALL ? 'A' : lettersOf('g$lshzxetd', flags)
  return classes + lettersOf('nKEm', flags)
}

/** What CONFIG GET shows: `n` only without `A`, an oddity of 7.0. The events are sent all the same. */
export function shownEventFlags(text: string): string {
  return text.includes('A') ? text.replace('n', '') : text
}

function lettersOf(letters: string, flags: number): string {
  return [...letters].filter((letter) => flags & LETTERS[letter]!).join('')
}
