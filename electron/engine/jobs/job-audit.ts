/**
 * Looks for jobs that are nowhere any more: in none of the keys where they could be, and in nobody's hand. What an
 * actor cannot know (its reply was lost, a failover forgot what was acknowledged, the key was evicted) the world can.
 */
import type { Bytes } from '../../../shared/bytes'
import { bytesOf } from '../../../shared/bytes'
import type { JobLossReason, QueueKind } from '../../../shared/trace/event-types'
import type { Cancel } from '../../simulator/ports'
import type { RedisNode } from '../../simulator/node/redis-node'
import { Peek } from '../../simulator/node/peek'
import { emptyArray, type Reply } from '../../simulator/resp/reply'
import { servesKey } from '../deployment/serves'
import type { World } from '../world/world'
import type { JobRecord, Shelf } from './shelf'
import { unseal } from './envelope'
import type { Source } from './job-book'

const EVERY_US = 1_000_000
/** With more open jobs than so many it looks less often. */
const MANY_JOBS = 5_000
const MANY_EVERY = 10
/** A job may be on its way to somebody: it is only lost when it was missing for so long. */
const PATIENCE_US = 3_000_000
/** After a link was cut TCP sends again, at ever longer intervals; so does what a paused process has in its sockets. */
const PATIENCE_AFTER_CUT_US = 15_000_000
const STANDSTILLS: readonly string[] = ['cut', 'delay', 'partition', 'flight', 'pause']

export class JobAudit {
  private readonly stops: Cancel[]
  private isDue = false
  private rounds = 0
  private failoverUs = -1
  /** When something that holds bytes back was last seen. */
  private heldBackUs = -Infinity
  private restartUs = -1
  private readonly gone = new Map<Bytes, JobLossReason>()

  constructor(private readonly world: World) {
    const { trace, clock, jobs } = world
    this.stops = [
      trace.listen(['node.promoted', 'node.demoted', 'write.lost'], () => (this.failoverUs = clock.nowUs())),
      trace.listen(['node.started'], () => (this.restartUs = clock.nowUs())),
      trace.listen(['key.expired', 'key.evicted'], (event) => {
        if (event.type !== 'key.expired' && event.type !== 'key.evicted') return
        this.gone.set(event.key as Bytes, event.type === 'key.expired' ? 'expired' : 'evicted')
      }),
      jobs.whenUsed(() => this.soon()),
    ]
  }

  stop(): void {
    for (const stop of this.stops) stop()
  }

  private soon(): void {
    if (this.isDue) return
    this.isDue = true
    this.world.clock.after(EVERY_US, () => {
      this.isDue = false
      this.round()
    })
  }

  private round(): void {
    this.rounds++
    const { faults, clock } = this.world
    if (faults.active.some(({ fault }) => STANDSTILLS.includes(fault.kind))) this.heldBackUs = clock.nowUs()
    let open = 0
    for (const { shelf } of this.world.jobs.shelves()) open += shelf.openCount
    if (open === 0) return
    if (open <= MANY_JOBS || this.rounds % MANY_EVERY === 0) this.look()
    this.soon()
  }

  private look(): void {
    const { jobs } = this.world
    const seen = new Map<Bytes, ReadonlySet<string> | undefined>()
    for (const { source, kind, shelf } of jobs.shelves()) {
      // Requests on a channel are in no key.
      if (shelf.openCount === 0 || kind === 'request') continue
      const { resource } = source
      if (!seen.has(resource)) seen.set(resource, this.jobsIn(resource, kind))
      const present = seen.get(resource)
      // Where nobody serves the keys, nobody can say what is in them.
      if (present) this.miss(source, kind, shelf, present)
    }
  }

  private miss(source: Source, kind: QueueKind, shelf: Shelf, present: ReadonlySet<string>): void {
    const { clock, jobs } = this.world
    const isCalm = clock.nowUs() - this.heldBackUs > PATIENCE_AFTER_CUT_US
    for (const record of shelf.open()) {
      const id = isBull(kind) ? record.place : record.job
      if (record.holders.size > 0 || present.has(id)) {
        record.missedUs = undefined
      } else if (record.missedUs === undefined) {
        record.missedUs = clock.nowUs()
      } else if (
        (isCalm || this.world.jobs.wasInLostReply(record.job)) &&
        clock.nowUs() - record.missedUs >= PATIENCE_US
      ) {
        jobs.lose('', source, record, this.reasonOf(source, kind, record))
      }
    }
  }

  private reasonOf({ resource }: Source, kind: QueueKind, record: JobRecord): JobLossReason {
    const since = (us: number) => us >= record.addedUs
    if (this.world.jobs.wasInLostReply(record.job)) return 'reply-lost'
    const gone = this.gone.get(resource)
    if (gone) return gone
    if (since(this.failoverUs)) return 'failover'
    if (since(this.restartUs)) return 'restart'
    if (kind === 'stream') return 'trimmed'
    return record.takings > 0 ? 'holder-gone' : 'deleted'
  }

  /**
   * The ids of the jobs in all keys of a queue, BullMQ's own where the queue is BullMQ's, or undefined while a key is out
   * of reach.
   */
  private jobsIn(resource: Bytes, kind: QueueKind): ReadonlySet<string> | undefined {
    const ids = new Set<string>()
    for (const key of this.world.jobs.keysOf(resource)) {
      const owners = this.ownersOf(key)
      if (owners.length === 0) return undefined
      for (const node of owners) {
        const reply = read(node, key)
        for (const id of isBull(kind) ? elementsOf(reply) : idsIn(reply)) ids.add(id)
      }
    }
    return ids
  }

  /** Nodes that call themselves the key's primary: after a failover the old one may, for a while, and hold jobs. */
  private ownersOf(key: Bytes): readonly RedisNode[] {
    const running = this.world.processes.filter(({ isRunning, node }) => isRunning && !node.sentinel)
    return running.map(({ node }) => node).filter((node) => node.replication.role === 'primary' && servesKey(node, key))
  }
}

function read(node: RedisNode, key: Bytes): Reply {
  const peek = new Peek(node, 0)
  const type = peek.run([bytesOf('TYPE'), key])
  const found = type.kind === 'simple' ? type.text : 'none'
  if (found === 'list') return peek.run([bytesOf('LRANGE'), key, bytesOf('0'), bytesOf('-1')])
  if (found === 'zset') return peek.run([bytesOf('ZRANGE'), key, bytesOf('0'), bytesOf('-1')])
  if (found === 'stream') return peek.run([bytesOf('XRANGE'), key, bytesOf('-'), bytesOf('+')])
  // Nothing there, or something of another kind: no job of this queue.
  return emptyArray
}

const isBull = (kind: QueueKind) => kind === 'bull' || kind === 'bull-failed'

/** The elements of a list or sorted set. */
function elementsOf(reply: Reply): string[] {
  return 'items' in reply ? reply.items.flatMap((item) => (item.kind === 'bulk' ? [item.bytes] : [])) : []
}

/** The ids of the jobs that a reply carries: envelopes, and entries of streams with an id of a job. */
export function idsIn(reply: Reply): string[] {
  const ids: string[] = []
  const walk = (one: Reply) => {
    if (one.kind === 'bulk') {
      if (!one.bytes.startsWith('{')) return
      const job = unseal(one.bytes as Bytes)
      if (!job.isForeign) ids.push(job.id)
    } else if (one.kind === 'many') one.replies.forEach(walk)
    else if ('items' in one) {
      const [name, value] = one.items
      if (one.items.length >= 4 && name?.kind === 'bulk' && name.bytes === 'id' && value?.kind === 'bulk') {
        ids.push(value.bytes)
      } else one.items.forEach(walk)
    }
  }
  walk(reply)
  return ids
}
