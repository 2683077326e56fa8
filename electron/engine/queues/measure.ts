import { bytesOf } from '../../../shared/bytes'
import { bytesIn, type Send } from './queue'

const LENGTHS: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  list: 'LLEN',
  set: 'SCARD',
  hash: 'HLEN',
  zset: 'ZCARD',
  stream: 'XLEN',
}

/**
 * A number that a trigger can watch: `length KEY`, `value KEY`, `lag STREAM GROUP`, `pending STREAM GROUP` (in entries),
 * `memory` (in bytes). Undefined where there is none. Rejects with Redis's error or ioredis's.
 */
export async function measure(send: Send, what: string, words: readonly string[]): Promise<number | undefined> {
  const [key = '', group = ''] = words.map((word) => bytesOf(word))
  switch (what) {
    case 'length': {
      const command = LENGTHS[bytesIn(await send('TYPE', key))]
      return command === undefined ? 0 : Number(await send(command, key))
    }
    case 'value':
      return Number(bytesIn((await send('GET', key)) ?? '0'))
    case 'memory':
      return Number(/used_memory:(\d+)/.exec(bytesIn(await send('INFO', 'memory')))?.[1] ?? 0)
    default:
      return groupNumber(await send('XINFO', 'GROUPS', key), group, what)
  }
}

function groupNumber(reply: unknown, group: string, what: string): number | undefined {
  for (const row of reply as readonly (readonly unknown[])[]) {
    const fields = new Map<string, unknown>()
    for (let index = 0; index + 1 < row.length; index += 2) fields.set(bytesIn(row[index]), row[index + 1])
    if (bytesIn(fields.get('name')) === group) return Number(fields.get(what) ?? 0)
  }
  return undefined
}
