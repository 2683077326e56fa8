import { encode } from '../resp/encode'
import type { Reply } from '../resp/reply'
import type { Normaliser } from './conversation'
import { repliesOf } from './conversation'

/** Lets a function change each reply, and writes it again. Bytes that are no whole replies stay as they are. */
export function perReply(change: (reply: Reply) => Reply): Normaliser {
  return (bytes) => {
    const end = bytes.endsWith('<end>') ? '<end>' : ''
    const replies = repliesOf(end ? bytes.slice(0, -end.length) : bytes)
    return replies.map((reply) => encode(change(reply), 3)).join('') + end
  }
}

function itemsOf(reply: Reply): readonly Reply[] | undefined {
  return 'items' in reply && reply.kind !== 'attribute' ? reply.items : undefined
}

/** Order does not matter in the outermost array: KEYS, PUBSUB CHANNELS. */
export const unordered = perReply((reply) => {
  const items = itemsOf(reply)
  return items && reply.kind !== 'map' ? ({ ...reply, items: sorted(items) } as Reply) : reply
})

function sorted(items: readonly Reply[]): Reply[] {
  return [...items].sort((a, b) => (encode(a, 3) < encode(b, 3) ? -1 : 1))
}

/** Order of the replies themselves does not matter: UNSUBSCRIBE without channels, several matching patterns. */
export const unorderedReplies: Normaliser = (bytes) =>
  repliesOf(bytes)
    .map((reply) => encode(reply, 3))
    .sort()
    .join('')

/** Confirmations whose channels come in any order while the counts go down in theirs. */
export const unorderedUnsubscriptions: Normaliser = (bytes) => {
  const replies = repliesOf(bytes)
  const channels = replies.map((reply) => encode(itemsOf(reply)![1]!, 3)).sort()
  const counts = replies.map((reply) => encode(itemsOf(reply)![2]!, 3))
  return [...channels, ...counts].join('')
}

/** Maps (flat arrays in RESP2) in any order: CONFIG GET. */
export const unorderedPairs = perReply((reply) => {
  const items = itemsOf(reply)
  if (!items) return reply
  const pairs: Reply[] = []
  for (let at = 0; at < items.length; at += 2) pairs.push({ kind: 'array', items: items.slice(at, at + 2) })
  return { kind: reply.kind === 'map' ? 'set' : 'array', items: sorted(pairs) }
})

/** What a scan of a hash table found, in any order. */
export const scanResult = perReply((reply) => {
  const items = itemsOf(reply)
  return items ? { kind: 'array', items: items.map((item) => sortDeeply(item)) } : reply
})

/** Everything below is unordered too: COMMAND DOCS and COMMAND INFO keep sub-commands in a hash table. */
export const deeplyUnordered = perReply(sortDeeply)

function sortDeeply(reply: Reply): Reply {
  const items = itemsOf(reply)
  return items ? ({ ...reply, items: sorted(items.map(sortDeeply)) } as Reply) : reply
}

/** Only what kind of reply it is. */
export const kindOnly = perReply(({ kind }) => ({ kind: 'simple', text: kind }))

/** How many items there are, and no more. */
export const countOnly = perReply((reply) => ({ kind: 'integer', value: itemsOf(reply)?.length ?? -1 }))

/** Numbers that may be some ms off: PTTL. */
export const aboutMs = perReply((reply) =>
  reply.kind === 'integer' && reply.value > 1000
    ? { kind: 'integer', value: Math.round(Number(reply.value) / 2000) }
    : reply,
)

/** Numbers of any size. */
export const anyNumber: Normaliser = (bytes) => bytes.replace(/\d+/g, '#')

/** The names of `name=value` and `name:value` fields, without what they say. */
export const fieldNames: Normaliser = (bytes) =>
  bytes.replace(/^[$=]\d+/gm, '').replace(/([=:])(?!txt)[^ \r\n]*/g, '$1')

/** The names of INFO's fields in any order, since some stand in the order of a hash table. */
export const infoNames: Normaliser = (bytes) =>
  bytes
    .replace(/^[$=]\d+/gm, '')
    .replace(/^([^#:\r\n]+):(?!#)[^\r\n]*/gm, '$1:')
    .split('\r\n')
    .sort()
    .join('\r\n')

/** INFO's keyspace without the mean time to live, which Redis only estimates. */
export const withoutMeanTtl: Normaliser = (bytes) =>
  bytes.replace(/^[$=]\d+/gm, '').replace(/avg_ttl=\d+/g, 'avg_ttl=#')

/** HELLO's map, in which each server has its own ids. */
export const withoutIds: Normaliser = (bytes) => bytes.replace(/(\$2\r\nid\r\n):\d+/g, '$1:#')

/** CLIENT LIST and CLIENT INFO: what depends on the process is blanked out. */
export const clientFields: Normaliser = (bytes) =>
  bytes
    .replace(/^[$=]\d+/gm, '')
    .replace(/\b(id|addr|laddr|fd|age|idle|qbuf|qbuf-free|argv-mem|multi-mem|rbs|rbp|obl|tot-mem)=\S*/g, '$1=#')

/** MONITOR's times and addresses. */
export const monitorLines: Normaliser = (bytes) => bytes.replace(/\+\d+\.\d+ \[(\d+) [^\]]+\]/g, '+# [$1 #]')

/**
 * SLOWLOG GET without ids, times, durations and addresses, and without the INFO by which the real server alone is asked
 * who waits. Other replies stay as they are.
 */
export const slowlogEntries = perReply((reply) => {
  if (reply.kind !== 'array') return reply
  const items = reply.items.flatMap((entry) => {
    const [, , , argv, , name] = itemsOf(entry) ?? []
    if (!argv || !name) return [entry]
    return isInfo(itemsOf(argv)?.[0]) ? [] : [{ kind: 'array' as const, items: [argv, name] }]
  })
  return { kind: 'array', items }
})

function isInfo(name: Reply | undefined): boolean {
  return name?.kind === 'bulk' && name.bytes.toLowerCase() === 'info'
}

/** LATENCY HISTOGRAM with its commands in any order, how often each was called, and no buckets. */
export const latencyHistogram = perReply((reply) => {
  const items = itemsOf(reply) ?? []
  const lines: Reply[] = []
  for (let at = 0; at < items.length; at += 2) {
    const [calls, count, histogram] = itemsOf(items[at + 1]!) ?? []
    if (!isInfo(items[at])) lines.push({ kind: 'array', items: [items[at]!, calls!, count!, histogram!] })
  }
  return { kind: 'array', items: sorted(lines) }
})

/** Times and how long ago they were, up to some seconds: XPENDING, XINFO CONSUMERS and XINFO STREAM FULL. */
export const idleTimes: Normaliser = (bytes) =>
  bytes
    .replace(/:\d{13}\b/g, ':#now')
    .replace(/(\$4\r\nidle\r\n):\d{1,4}\r/g, '$1:#\r')
    .replace(/(\*4\r\n\$\d+\r\n\d+-\d+\r\n\$\d+\r\n[^\r]*\r\n):(\d+)\r/g, (_, before: string, idle: string) => {
      return `${before}:#${Math.floor(Number(idle) / 2000)}\r`
    })

/** The rules of ACL LIST and ACL GETUSER: single commands stand in the order of a hash table. */
export const aclRules = perReply(sortWords)

function sortWords(reply: Reply): Reply {
  if (reply.kind === 'bulk') return { ...reply, bytes: reply.bytes.split(' ').sort().join(' ') }
  const items = itemsOf(reply)
  return items ? ({ ...reply, items: items.map(sortWords) } as Reply) : reply
}

/** ACL LOG without ages, and of the clients what is the same on both sides. */
export const aclLog: Normaliser = (bytes) =>
  clientFields(bytes).replace(/(age-seconds\r\n)(?:\$\d+\r\n|,|\r\n)*[^\r]*/g, '$1#')

/** How long a text is: ACL GENPASS. */
export const lengthOnly = perReply((reply) => ({
  kind: 'integer',
  value: reply.kind === 'bulk' ? reply.bytes.length : -1,
}))

/** Names of cluster nodes, addresses, and what is counted or estimated about clients and links. */
export const withoutClusterIds: Normaliser = (bytes) =>
  withoutIds(bytes)
    .replace(/[0-9a-f]{40}/g, '<id>')
    .replace(/(?:127\.0\.0\.1)?:\d+@\d+/g, '<address>')
    .replace(/(id|fd|laddr|addr|age|idle|qbuf|qbuf-free|argv-mem|tot-mem|rbs|rbp|obl|events)=\S*/g, '$1=<n>')
    .replace(/([$=])\d+\r\n/g, '$1<n>\r\n')
