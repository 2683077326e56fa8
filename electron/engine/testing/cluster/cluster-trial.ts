/** What a cluster's clients go through in the trial: slots that move, then a primary after the other that dies. */
import { bytesOf } from '../../../../shared/bytes'
import { keySlot } from '../../../simulator/cluster/key-slot'
import { onNode, redisCli, until, type ClusterServers } from './cluster-servers'
import { ClusterWork, ImpatientReader, type TagWork } from './cluster-work'

export interface TrialOutcome {
  /** First words of what commands were refused with. */
  readonly errors: Record<string, number>
  /** The same for a client that tries nothing again. */
  readonly plainErrors: Record<string, number>
  /** Which errors those nodes sent that live on, by kind, but for those that a client meets by chance while keys move. */
  readonly sent: readonly string[]
  readonly nodeEvents: Record<string, number>
  /** How many redirects the node that gave slots away sent while it did, by kind. */
  readonly redirects: Record<'ASK' | 'MOVED', number>
  readonly reshardMs: number
  /** From each kill to the first command that worked, message of the tag's sharded channel and of the plain channel. */
  readonly recoveryMs: readonly number[]
  readonly shardedMs: readonly number[]
  readonly plainMs: readonly number[]
  /** What was acknowledged and is not there. */
  readonly lost: readonly string[]
  /** What is there twice: a command that was sent again though it had been done. */
  readonly repeated: number
  /** How many writes were acknowledged. */
  readonly written: number
}

const MOVED_SLOTS = 100
const byChance = new Set(['ASK', 'TRYAGAIN'])

/** A hash tag in each of these: one of the slots that will move, and one of the first and the last primary. */
const tags = [tagWithin(0, MOVED_SLOTS - 1), tagWithin(3000, 5400), tagWithin(11_000, 16_383)]

export async function clusterTrial(servers: ClusterServers): Promise<TrialOutcome> {
  const work = new ClusterWork(servers.ports, tags)
  const reader = new ImpatientReader(servers.ports, tags)
  try {
    const alive = new Set(servers.ports)
    await work.start()
    reader.start()
    await everythingWorks(work, performance.now())
    const moved = await reshard(servers, work)
    const times: Recovery[] = []
    for (const tagWork of work.tags) {
      const port = await ownerOf(tagWork.tag, alive)
      alive.delete(port)
      times.push(await recovery(work, tagWork, () => servers.kill(port)))
      await Promise.all([...alive].map((other) => serves(other)))
      await everythingWorks(work, performance.now())
    }
    const contents = await work.stop()
    const lost = work.tags.flatMap(({ tag, acknowledged, listed }, index) => {
      const { counter, list } = contents[index]!
      const there = new Set(list)
      const missing = listed.filter((entry) => !there.has(entry)).map((entry) => `${tag}: ${entry}`)
      return counter < acknowledged ? [...missing, `${tag}: count ${counter} of ${acknowledged}`] : missing
    })
    return {
      errors: Object.fromEntries([...work.errors].sort()),
      plainErrors: Object.fromEntries([...reader.errors].sort()),
      sent: await errorsSent(alive),
      nodeEvents: Object.fromEntries([...work.nodeEvents].sort()),
      ...moved,
      recoveryMs: times.map(({ workedMs }) => workedMs),
      shardedMs: times.map(({ shardedMs }) => shardedMs),
      plainMs: times.map(({ plainMs }) => plainMs),
      lost,
      repeated: sum(contents.map(({ list }) => list.length - new Set(list).size)),
      written: sum(work.tags.map(({ acknowledged, listed }) => acknowledged + listed.length)),
    }
  } finally {
    reader.close()
    work.close()
  }
}

/** Moves the first slots of the first primary to the second, as a person does, while the program goes on. */
async function reshard(
  { ports }: ClusterServers,
  work: ClusterWork,
): Promise<Pick<TrialOutcome, 'redirects' | 'reshardMs'>> {
  const [from, to] = await Promise.all(ports.slice(0, 2).map((port) => onNode(port, (node) => node.cluster('MYID'))))
  const startedAt = performance.now()
  await redisCli(
    '--cluster',
    'reshard',
    `127.0.0.1:${ports[0]}`,
    ...['--cluster-from', String(from), '--cluster-to', String(to)],
    ...['--cluster-slots', String(MOVED_SLOTS), '--cluster-yes'],
  )
  const reshardMs = Math.round(performance.now() - startedAt)
  await everythingWorks(work, performance.now())
  const stats = await onNode(ports[0]!, (node) => node.info('errorstats'))
  const count = (kind: string) => Number(new RegExp(`errorstat_${kind}:count=(\\d+)`).exec(stats)?.[1] ?? 0)
  return { redirects: { ASK: count('ASK'), MOVED: count('MOVED') }, reshardMs }
}

interface Recovery {
  readonly workedMs: number
  readonly shardedMs: number
  readonly plainMs: number
}

async function recovery(work: ClusterWork, tagWork: TagWork, kill: () => Promise<void>): Promise<Recovery> {
  await kill()
  const killedAt = performance.now()
  const first = { worked: 0, sharded: 0, plain: 0 }
  const since = (at: number) => (at > killedAt ? performance.now() : 0)
  // The sending of what works first lies before its success: what counts is when the program has its answer.
  await until('recovered', async () => {
    first.worked ||= since(tagWork.workedAt)
    first.sharded ||= since(tagWork.messageAt)
    first.plain ||= since(work.messageAt)
    return first.worked > 0 && first.sharded > 0 && first.plain > 0
  })
  return {
    workedMs: Math.round(first.worked - killedAt),
    shardedMs: Math.round(first.sharded - killedAt),
    plainMs: Math.round(first.plain - killedAt),
  }
}

/** Commands on each tag's keys, and messages on each channel, that are newer than a moment. */
async function everythingWorks(work: ClusterWork, after: number): Promise<void> {
  await until('everything works', () =>
    Promise.resolve(
      work.messageAt > after && work.tags.every(({ workedAt, messageAt }) => workedAt > after && messageAt > after),
    ),
  )
}

async function serves(port: number): Promise<void> {
  await until(`${port} serves`, () =>
    onNode(port, async (node) => String(await node.cluster('INFO')).includes('state:ok')),
  )
}

async function ownerOf(tag: string, alive: ReadonlySet<number>): Promise<number> {
  const [any] = alive
  const ranges = await onNode(any!, (node) => node.cluster('SLOTS'))
  const slot = keySlot(bytesOf(tag))
  return ranges.find(([first, last]) => first <= slot && slot <= last)![2]![1]
}

async function errorsSent(ports: Iterable<number>): Promise<string[]> {
  const kinds = new Set<string>()
  for (const port of ports) {
    const stats = await onNode(port, (node) => node.info('errorstats'))
    for (const [, kind] of stats.matchAll(/^errorstat_(\w+):/gm)) if (!byChance.has(kind!)) kinds.add(kind!)
  }
  return [...kinds].sort()
}

function tagWithin(first: number, last: number): string {
  for (let number = 0; ; number++) {
    const slot = keySlot(bytesOf(`tag-${number}`))
    if (first <= slot && slot <= last) return `tag-${number}`
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
