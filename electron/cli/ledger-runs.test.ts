/**
 * The ledger's sums hold whatever happens, and each loss has a true reason: checked on runs by chance, against what the
 * simulated nodes hold in the end. `EVENTYARD_LEDGER_RUNS=1000 EVENTYARD_SEED=1` runs more of them.
 */
import { afterEach, expect, it } from 'vitest'
import { bytesOf, type Bytes } from '../../shared/bytes'
import type { ReplyTree } from '../../shared/reply'
import type { TraceEvent, TraceEventOf } from '../../shared/trace/event-types'
import { countEvent, createLedger } from '../../shared/trace/ledger'
import { EngineSession } from './testing/engine-session'
import { randomScenario } from './testing/random-scenario'

const RUNS = Number(process.env['EVENTYARD_LEDGER_RUNS'] ?? 6)
const FIRST = Number(process.env['EVENTYARD_SEED'] ?? 1)

/**
 * With one in which ioredis is cut off while it renews its subscriptions, two in which nodes pass messages on to
 * connections that are gone, and one in which a server dies between the two steps of a mover.
 */
const SEEDS = [309, 563, 793, 938, ...Array.from({ length: RUNS }, (_, index) => FIRST + index)]

let session: EngineSession
afterEach(() => session.engine.close())

it(
  'adds up after faults by chance, with a true reason for each loss',
  async () => {
    session = new EngineSession()
    for (const seed of SEEDS) {
      const { text, hasTrimming } = randomScenario(seed)
      await session.startText(text)
      const end = await session.toTheEnd()
      const problems = [
        ...(end.error ? [`the run failed: ${end.error.message}`] : []),
        ...messageProblems(session.events),
        ...(await jobProblems(session)),
        ...session.of('job.lost').flatMap((lost) => reasonProblem(session, lost, hasTrimming)),
      ]
      expect(problems, `seed ${seed}\n${text}`).toEqual([])
    }
  },
  60_000 + RUNS * 10_000,
)

/** Each subscriber that was bound when a message was published got it once, or lost it once, and never both. */
function messageProblems(events: readonly TraceEvent[]): string[] {
  const bound = new Set<string>()
  const fates = new Map<string, number>()
  for (const event of events) {
    if (event.type === 'actor.bound' && event.kind !== 'publish' && /^(cleo|dan)$/.test(event.actor)) {
      bound.add(event.actor)
    }
    if (event.type === 'actor.left') bound.delete(event.actor)
    if (event.type === 'message.published' && event.channel === 'news') {
      for (const actor of bound) fates.set(`${event.message} ${actor}`, 0)
    }
    if ((event.type === 'message.delivered' || event.type === 'message.lost') && event.actor !== '') {
      const key = `${event.message} ${event.actor}`
      const count = fates.get(key)
      if (count !== undefined) fates.set(key, count + 1)
    }
  }
  return [...fates].filter(([, count]) => count !== 1).map(([key, count]) => `message and actor ${key}: ${count} ends`)
}

/** What the ledger calls in flight is what the nodes still hold, and nothing else. */
async function jobProblems(from: EngineSession): Promise<string[]> {
  const problems: string[] = []
  const ledger = createLedger()
  for (const event of from.events) countEvent(ledger, event)
  for (const [queue, counts] of ledger.jobs.queues) {
    const { expected, delivered, moved, lost, inFlight } = counts
    if (expected !== delivered + moved + lost + inFlight) problems.push(`${queue} does not add up`)
    if (inFlight < 0) problems.push(`${queue}: ${inFlight} in flight`)
  }
  const open = openJobs(from.events)
  const held = await heldJobs(from)
  for (const job of open) if (!held.has(job)) problems.push(`${job} is open, and no node has it`)
  const total = [...ledger.jobs.queues.values()].reduce((sum, { inFlight }) => sum + inFlight, 0)
  if (total !== open.size) problems.push(`${total} in flight, and ${open.size} open`)
  return problems
}

/** By queue, group and id. */
function openJobs(events: readonly TraceEvent[]): Set<string> {
  const groups = new Map<string, Set<string>>()
  const kinds = new Map<string, string>()
  const added = new Map<string, Set<string>>()
  const open = new Set<string>()
  const done = new Set<string>()
  const put = (queue: string, job: string) => {
    const known = added.get(queue) ?? new Set<string>()
    if (known.has(job)) return
    added.set(queue, known.add(job))
    const names = kinds.get(queue) === 'stream' ? (groups.get(queue) ?? []) : ['']
    // Whoever works on it may be told so before whoever put it there is.
    for (const group of names) if (!done.has(`${queue}|${group}|${job}`)) open.add(`${queue}|${group}|${job}`)
  }
  for (const event of events) {
    if (event.type === 'queue.opened') kinds.set(event.resource, event.kind)
    if (event.type === 'group.joined') {
      groups.set(event.resource, (groups.get(event.resource) ?? new Set()).add(event.group))
      if (event.backlog > 0) {
        for (const job of added.get(event.resource) ?? []) open.add(`${event.resource}|${event.group}|${job}`)
      }
    }
    if (event.type === 'job.added') put(event.resource, event.job)
    if (event.type === 'job.found') open.add(`${event.resource}|${event.group}|${event.job}`)
    if (
      event.type === 'job.handled' ||
      event.type === 'job.lost' ||
      event.type === 'job.moved' ||
      event.type === 'job.deadlettered'
    ) {
      done.add(`${event.resource}|${event.group}|${event.job}`)
      open.delete(`${event.resource}|${event.group}|${event.job}`)
    }
    if (event.type === 'job.moved' || event.type === 'job.deadlettered') put(event.to, event.job)
  }
  return open
}

/** Every job id in any key of any primary, under each queue and group that it could stand for. */
async function heldJobs(from: EngineSession): Promise<{ has(job: string): boolean }> {
  const ids = new Set<string>()
  const { nodes } = await from.engine.call('deployment.view', {})
  for (const { name, role, state } of nodes) {
    if (role !== 'primary' || state !== 'running') continue
    const peek = async (...words: string[]) => {
      const commands = [words.map((word) => bytesOf(word))]
      return (await from.engine.call('data.peek', { db: 0, commands, node: name })).replies[0]!
    }
    const keys = textsIn(await peek('KEYS', '*'))
    for (const key of keys) {
      const [type] = textsIn(await peek('TYPE', key))
      const read = {
        list: ['LRANGE', key, '0', '-1'],
        zset: ['ZRANGE', key, '0', '-1'],
        stream: ['XRANGE', key, '-', '+'],
      }
      const command = read[type as keyof typeof read]
      if (command) for (const text of textsIn(await peek(...command))) ids.add(/"id":"([^"]+)"/.exec(text)?.[1] ?? text)
    }
  }
  return { has: (job) => ids.has(job.split('|')[2]!) }
}

function textsIn(tree: ReplyTree): string[] {
  const texts: string[] = []
  const walk = (one: unknown) => {
    if (Array.isArray(one)) one.forEach(walk)
    else if (typeof one === 'object' && one !== null) {
      const { text, bytes, items } = one as { text?: string; bytes?: Bytes; items?: unknown[] }
      if (typeof bytes === 'string') texts.push(bytes)
      else if (typeof text === 'string') texts.push(text)
      if (items) items.forEach(walk)
    }
  }
  walk(tree)
  return texts
}

/** Whether the run's own events bear out why a job is said to be lost. */
function reasonProblem(from: EngineSession, lost: TraceEventOf<'job.lost'>, hasTrimming: boolean): string[] {
  const before = <T extends TraceEvent['type']>(type: T) => from.of(type).filter(({ seq }) => seq < lost.seq)
  const isTrue = (): boolean => {
    switch (lost.why) {
      case 'holder-gone':
        return before('job.taken').some(
          ({ job, actor, seq }) =>
            job === lost.job &&
            [...before('actor.killed'), ...before('actor.left')].some((end) => end.actor === actor && end.seq > seq),
        )
      case 'failover':
        return before('node.promoted').length + before('node.demoted').length + before('write.lost').length > 0
      case 'restart':
        return before('node.killed').length > 0
      case 'reply-lost':
        return before('connection.closed').length > 0
      case 'trimmed':
        return hasTrimming
      case 'given-up':
        return before('job.failed').some(({ job }) => job === lost.job)
      default:
        return false
    }
  }
  return isTrue()
    ? []
    : [`${lost.job} of ${lost.resource}: lost because of "${lost.why}" at ${lost.t / 1e6} s, which nothing bears out`]
}
