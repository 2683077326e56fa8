import type { Reply } from '../resp/reply'
import { repliesOf } from './conversation'

/** Sends a command and gives the bytes of its reply. */
export type Ask = (...argv: string[]) => Promise<string>

/** Everything a server holds, told by its own commands, so that two servers can be compared. */
export async function dump(ask: Ask, databases: number): Promise<string[]> {
  const lines: string[] = []
  for (let db = 0; db < databases; db++) {
    await ask('SELECT', String(db))
    for (const key of textsOf(await ask('KEYS', '*')).sort()) {
      const type = /\+(\w+)/.exec(await ask('TYPE', key))![1]!
      const expiry = await ask('PEXPIRETIME', key)
      lines.push(`${db} ${key} ${type} until ${expiry}${await contents(ask, key, type)}`)
    }
  }
  return lines
}

async function contents(ask: Ask, key: string, type: string): Promise<string> {
  switch (type) {
    case 'string':
      return ask('GET', key)
    case 'list':
      return ask('LRANGE', key, '0', '-1')
    case 'set':
      return textsOf(await ask('SMEMBERS', key))
        .sort()
        .join(' ')
    case 'zset':
      return ask('ZRANGE', key, '0', '-1', 'WITHSCORES')
    case 'hash': {
      const fields = textsOf(await ask('HGETALL', key))
      return fields
        .flatMap((field, at) => (at % 2 === 0 ? [`${field}=${fields[at + 1]}`] : []))
        .sort()
        .join(' ')
    }
    default:
      // When a consumer was seen last is not kept, and a deleted entry's place in its node neither.
      return (await ask('XINFO', 'STREAM', key, 'FULL', 'COUNT', '0'))
        .replace(/(seen-time\r\n):\d+/g, '$1:#')
        .replace(/(radix-tree-(?:keys|nodes)\r\n):\d+/g, '$1:#')
  }
}

function textsOf(bytes: string): string[] {
  const [reply] = repliesOf(bytes)
  if (!reply || !('items' in reply)) throw new Error(`this is no list: ${bytes}`)
  return (reply.items as readonly Reply[]).map((item) => (item.kind === 'bulk' ? item.bytes : ''))
}
