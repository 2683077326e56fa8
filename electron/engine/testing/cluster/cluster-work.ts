/**
 * A program that uses a cluster through ioredis as anybody would: a counter and a list for each of some hash tags,
 * written one command and one pipeline after the other, and messages on a channel and on a sharded channel of each tag.
 * It never stops because of an error, and tells what it saw.
 */
import { Cluster } from 'ioredis'
import { pause } from '../../../simulator/testing/real-redis'

const BETWEEN_MS = 5
const READ_BETWEEN_MS = 20

/** What was seen of the keys and the sharded channel of one tag. */
export interface TagWork {
  readonly tag: string
  /** The last number that INCR gave, and how often it did. */
  counted: number
  acknowledged: number
  /** What the pipelines have added to the list for sure. */
  readonly listed: string[]
  /** When the last command that worked had been sent, and when a message came last; by the machine's clock. */
  workedAt: number
  messageAt: number
}

export class ClusterWork {
  readonly tags: readonly TagWork[]
  /** First words of what commands were refused with, as the program saw them. */
  readonly errors = new Map<string, number>()
  /** What ioredis told of single nodes. */
  readonly nodeEvents = new Map<string, number>()
  /** When a message of the plain channel came last. */
  messageAt = 0
  private readonly cluster: Cluster
  private readonly subscriber: Cluster
  private isStopped = false
  private readonly loops: Promise<void>[] = []

  constructor(ports: readonly number[], tags: readonly string[]) {
    this.tags = tags.map((tag) => ({ tag, counted: 0, acknowledged: 0, listed: [], workedAt: 0, messageAt: 0 }))
    const nodes = ports.map((port) => ({ host: '127.0.0.1', port }))
    this.cluster = new Cluster(nodes)
    this.subscriber = new Cluster(nodes, { shardedSubscribers: true })
    for (const event of ['+node', '-node', 'node error'] as const) {
      this.cluster.on(event, () => add(this.nodeEvents, event))
    }
    for (const client of [this.cluster, this.subscriber]) client.on('error', () => add(this.nodeEvents, 'error'))
  }

  async start(): Promise<void> {
    this.subscriber.on('message', () => (this.messageAt = performance.now()))
    this.subscriber.on('smessage', (channel: string) => {
      const work = this.tags.find(({ tag }) => channel === `{${tag}}news`)
      if (work) work.messageAt = performance.now()
    })
    await this.subscriber.subscribe('news')
    for (const { tag } of this.tags) await this.subscriber.ssubscribe(`{${tag}}news`)
    for (const work of this.tags) this.loops.push(this.write(work), this.publish(work.tag))
  }

  private async write(work: TagWork): Promise<void> {
    const { cluster } = this
    const [counter, list] = [`{${work.tag}}counter`, `{${work.tag}}list`]
    for (let round = 0; !this.isStopped; round++) {
      const sentAt = performance.now()
      const count = await cluster.incr(counter).catch((error: Error) => this.failed(error))
      if (count !== undefined) {
        work.counted = count
        work.acknowledged++
        work.workedAt = sentAt
      }
      const entry = String(round)
      const replies = await cluster
        .pipeline()
        .rpush(list, entry)
        .set(`{${work.tag}}last`, entry)
        .exec()
        .catch((error: Error) => this.failed(error))
      const error = replies?.map(([first]) => first).find((one) => one)
      if (error) this.failed(error)
      else if (replies) work.listed.push(entry)
      await pause(BETWEEN_MS)
    }
  }

  private async publish(tag: string): Promise<void> {
    while (!this.isStopped) {
      await this.cluster.publish('news', tag).catch((error: Error) => this.failed(error))
      await this.cluster.spublish(`{${tag}}news`, tag).catch((error: Error) => this.failed(error))
      await pause(BETWEEN_MS)
    }
  }

  private failed(error: Error): undefined {
    add(this.errors, kindOf(error))
  }

  /** Lets what is under way come to its end, and gives what is in the cluster then. */
  async stop(): Promise<
    { readonly counter: number; readonly list: readonly string[]; readonly last: string | null }[]
  > {
    this.isStopped = true
    await Promise.all(this.loops)
    const contents = await Promise.all(
      this.tags.map(async ({ tag }) => ({
        counter: Number(await this.cluster.get(`{${tag}}counter`)),
        list: await this.cluster.lrange(`{${tag}}list`, 0, -1),
        last: await this.cluster.get(`{${tag}}last`),
      })),
    )
    this.close()
    return contents
  }

  close(): void {
    this.isStopped = true
    this.cluster.disconnect()
    this.subscriber.disconnect()
  }
}

/** The first word of an error, and of the last one where ioredis has given up trying. */
function kindOf({ message }: Error): string {
  const last = /^Too many Cluster redirections\. Last error: \w+: (.*)/.exec(message)?.[1] ?? message
  return last.split(' ', 1)[0]!
}

/** A client that tries nothing again: it sees each error of a node, where the patient one sees what comes of them. */
export class ImpatientReader {
  readonly errors = new Map<string, number>()
  private readonly cluster: Cluster
  private isStopped = false

  constructor(
    ports: readonly number[],
    private readonly tags: readonly string[],
  ) {
    const nodes = ports.map((port) => ({ host: '127.0.0.1', port }))
    this.cluster = new Cluster(nodes, {
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshInterval: 100,
    })
    this.cluster.on('error', () => undefined)
  }

  start(): void {
    for (const tag of this.tags) void this.read(`{${tag}}counter`)
  }

  private async read(key: string): Promise<void> {
    while (!this.isStopped) {
      await this.cluster.get(key).catch((error: Error) => this.isStopped || add(this.errors, kindOf(error)))
      await pause(READ_BETWEEN_MS)
    }
  }

  close(): void {
    this.isStopped = true
    this.cluster.disconnect()
  }
}

function add(to: Map<string, number>, what: string): void {
  to.set(what, (to.get(what) ?? 0) + 1)
}
