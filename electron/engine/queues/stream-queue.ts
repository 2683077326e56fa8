import type { Bytes } from '../../../shared/bytes'
import { bytesOf, textOf } from '../../../shared/bytes'
import type { Job } from '../jobs/envelope'
import type { Source, StreamStart } from '../jobs/job-book'
import { bytesIn, type NowMs, type Put, type Send, type TakeQueue, type Taken } from './queue'

export interface Retention {
  /** MAXLEN or MINID, or undefined to keep everything. */
  readonly maxLength?: number | undefined
  /** In microseconds: entries older than that may go. */
  readonly maxAgeUs?: number | undefined
  /** With `~`, which lets Redis keep more where that is cheaper. */
  readonly isApproximate: boolean
}

/** XADD, with the job's id and body as fields. https://redis.io/docs/latest/commands/xadd/ */
export class StreamPut implements Put {
  readonly kind = 'stream'

  constructor(
    readonly resource: Bytes,
    private readonly retention: Retention,
    private readonly now: NowMs,
  ) {}

  async put(send: Send, { id, body }: Job): Promise<string> {
    const fields = ['*', 'id', bytesOf(id), 'body', bytesOf(body)] as const
    return bytesIn(await send('XADD', this.resource, ...this.trimming(), ...fields))
  }

  private trimming(): readonly (string | number)[] {
    const { maxLength, maxAgeUs, isApproximate } = this.retention
    const how = isApproximate ? '~' : '='
    if (maxLength !== undefined) return ['MAXLEN', how, maxLength]
    if (maxAgeUs !== undefined) return ['MINID', how, Math.max(0, this.now() - Math.floor(maxAgeUs / 1000))]
    return []
  }
}

export interface GroupOptions {
  readonly stream: Bytes
  readonly group: string
  readonly consumer: string
  /** Where a group begins that has to be made. */
  readonly from: StreamStart
  /** NOACK: entries count as acknowledged when they are delivered. */
  readonly noAck: boolean
  /** Entries that nobody has said a word about for so long are taken over; undefined leaves them. */
  readonly claimIdleUs?: number | undefined
  /** Whether a dead letter's XADD and its XACK are one step. */
  readonly isAtomic: boolean
  /** Whether it asks first, after a start, for what it had not acknowledged before. */
  readonly readsOwn: boolean
  /** Told when the group is there. */
  readonly joined: (source: Source) => void
}

const BURY = `
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
`

/** A consumer of a group. https://redis.io/docs/latest/develop/data-types/streams/#consumer-groups */
export class StreamQueue implements TakeQueue {
  readonly kind = 'stream'
  readonly deadKind = 'stream'
  readonly isKept: boolean
  readonly keys = []
  readonly sources: readonly Source[]
  private readonly source: Source
  /** From where on it reads its own pending entries; undefined when it is through with them. */
  private ownFrom: string | undefined
  private claimFrom = '0-0'

  constructor(private readonly options: GroupOptions) {
    const { stream, group, noAck } = options
    this.isKept = !noAck
    this.source = { resource: stream, group }
    this.sources = [this.source]
  }

  async prepare(send: Send): Promise<void> {
    const { stream, group, from, readsOwn, joined } = this.options
    this.ownFrom = readsOwn ? '0' : undefined
    try {
      await send('XGROUP', 'CREATE', stream, bytesOf(group), idOf(from), 'MKSTREAM')
    } catch (error) {
      if (!String(error).includes('BUSYGROUP')) throw error
    }
    joined(this.source)
  }

  async take(send: Send, max: number, waitMs: number): Promise<readonly Taken[]> {
    const { stream, noAck } = this.options
    const from = this.ownFrom ?? '>'
    const how = ['COUNT', max, 'BLOCK', Math.ceil(waitMs), ...(noAck ? ['NOACK'] : [])]
    const reply = await send('XREADGROUP', ...this.names(), ...how, 'STREAMS', stream, from)
    const taken = entriesIn(reply).map((entry) => this.takenOf(entry, 1))
    if (this.ownFrom !== undefined) {
      this.ownFrom = taken.at(-1)?.place
      return this.withAttempts(send, taken)
    }
    return taken
  }

  /** The protocol has no such question: whoever acknowledges does so for everybody. */
  isMine(_send: Send, _taken: Taken): Promise<boolean> {
    return Promise.resolve(true)
  }

  async acknowledge(send: Send, { place }: Taken): Promise<boolean> {
    const { stream, group, noAck } = this.options
    return noAck || (await send('XACK', stream, bytesOf(group), place)) === 1
  }

  /** It stays pending until it is claimed: a stream has no other way to try again. */
  retry(_send: Send, _taken: Taken, _delayUs: number): Promise<void> {
    return Promise.resolve()
  }

  async bury(send: Send, { place, job }: Taken, to: Bytes): Promise<void> {
    const { stream, group, isAtomic } = this.options
    const fields = ['id', bytesOf(job.id), 'body', bytesOf(job.body), 'from', stream, 'entry', place]
    if (isAtomic) {
      await send('EVAL', BURY, 2, stream, to, bytesOf(group), place, ...fields)
      return
    }
    await send('XADD', to, '*', ...fields)
    await send('XACK', stream, bytesOf(group), place)
  }

  async recover(send: Send, max: number): Promise<readonly Taken[]> {
    const { stream, group, consumer, claimIdleUs } = this.options
    if (claimIdleUs === undefined) return []
    const names = [stream, bytesOf(group)] as const
    const idleMs = Math.ceil(claimIdleUs / 1000)
    // Who has them now, and for how long, is only to be known before they are claimed.
    const pending = await send('XPENDING', ...names, 'IDLE', idleMs, '-', '+', max)
    if (!Array.isArray(pending) || pending.length === 0) return []
    const holders = new Map<string, { from: string; idleUs: number; attempt: number }>()
    for (const row of pending as readonly (readonly unknown[])[]) {
      const [id, from, idle, deliveries] = row
      holders.set(bytesIn(id), {
        from: textOf(bytesIn(from)),
        idleUs: Number(idle) * 1000,
        attempt: Number(deliveries) + 1,
      })
    }
    const reply = await send('XAUTOCLAIM', ...names, bytesOf(consumer), idleMs, this.claimFrom, 'COUNT', max)
    const [next, entries] = reply as readonly [unknown, readonly unknown[]]
    this.claimFrom = bytesIn(next)
    return entries.filter(isEntry).map((entry) => {
      const holder = holders.get(bytesIn(entry[0]))
      const taken = this.takenOf(entry, holder?.attempt ?? 2)
      return { ...taken, claimed: { from: holder?.from ?? '', idleUs: holder?.idleUs ?? claimIdleUs } }
    })
  }

  private names(): readonly string[] {
    const { group, consumer } = this.options
    return ['GROUP', bytesOf(group), bytesOf(consumer)]
  }

  /** How often the server has delivered them. */
  private async withAttempts(send: Send, taken: readonly Taken[]): Promise<readonly Taken[]> {
    if (taken.length === 0) return taken
    const { stream, group, consumer } = this.options
    const range = [taken[0]!.place, taken.at(-1)!.place, taken.length]
    const rows = (await send('XPENDING', stream, bytesOf(group), ...range, bytesOf(consumer))) as unknown[][]
    const deliveries = new Map<string, number>(rows.map((row) => [bytesIn(row[0]), Number(row[3])]))
    return taken.map((one) => ({ ...one, job: { ...one.job, attempt: deliveries.get(one.place) ?? 1 } }))
  }

  private takenOf([id, fields]: Entry, attempt: number): Taken {
    const values = new Map<string, Bytes>()
    for (let index = 0; index + 1 < fields.length; index += 2) {
      values.set(bytesIn(fields[index]), bytesIn(fields[index + 1]))
    }
    const place = bytesIn(id)
    const given = values.get('id')
    const element = values.get('body') ?? ([...values].flat().join(' ') as Bytes)
    const job = { id: given === undefined ? place : textOf(given), body: textOf(element), attempt }
    return { source: this.source, job, isForeign: given === undefined, element, place }
  }
}

/** As XGROUP CREATE writes it. */
function idOf(from: StreamStart): string {
  if (from === 'end') return '$'
  return from === 'start' ? '0' : from
}

type Entry = readonly [unknown, readonly unknown[]]

/** An entry that was deleted meanwhile comes without fields. */
function isEntry(entry: unknown): entry is Entry {
  return Array.isArray(entry) && Array.isArray(entry[1])
}

/** Of `[[stream, entries]]` in RESP2, of the map `[stream, entries]` in RESP3, or of nothing. */
export function entriesIn(reply: unknown): readonly Entry[] {
  if (!Array.isArray(reply)) return []
  const [first, second] = reply as readonly unknown[]
  const entries = Array.isArray(first) ? (first as readonly unknown[])[1] : second
  return Array.isArray(entries) ? entries.filter(isEntry) : []
}
