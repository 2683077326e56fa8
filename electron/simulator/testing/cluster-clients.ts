import type { SeededRandom } from '../clock/seeded-random'
import { keySlot } from '../cluster/key-slot'
import type { Bytes } from '../../../shared/bytes'
import type { NodeProcess } from '../node/node-process'
import type { Reply } from '../resp/reply'
import type { TestCluster } from './test-cluster'
import type { DeploymentClient } from './test-deployment'
import { entriesOf } from './write-ledger'

/** A write that a node has said yes to. */
interface Acknowledged {
  readonly entry: string
  readonly list: Bytes
  readonly atMs: number
}

interface Writer {
  readonly client: DeploymentClient
  /** Sent and not answered, in order. */
  readonly pending: { readonly entry: string; readonly list: Bytes }[]
  read: number
}

interface Blocked {
  readonly client: DeploymentClient
  readonly on: NodeProcess
  readonly queue: Bytes
}

/**
 * Programs that write to a cluster and wait in it while it is hit by faults. They speak to whoever thinks that a slot is
 * its own, as clients with an old view of the cluster do, and remember what they were promised.
 */
export class ClusterClients {
  readonly acknowledged: Acknowledged[] = []
  readonly blocked: Blocked[] = []
  private readonly writers = new Map<NodeProcess, Writer>()
  private sent = 0

  constructor(
    private readonly cluster: TestCluster,
    private readonly random: SeededRandom,
    /** What they write to: a list for each primary. */
    private readonly lists: readonly Bytes[],
  ) {}

  /** Each list gets an entry, from each node that takes itself for its owner. */
  write(): void {
    for (const list of this.lists) {
      for (const node of this.ownersOf(list)) {
        const writer = this.writerOf(node)
        if (writer.client.state !== 'open') continue
        const entry = String(++this.sent)
        writer.pending.push({ entry, list })
        writer.client.post('RPUSH', list, entry)
      }
    }
  }

  /** A client waits for an entry of a queue that nobody fills for now. */
  block(): void {
    const list = this.lists[this.random.integer(0, this.lists.length - 1)]!
    const queue = `${list}queue` as Bytes
    for (const on of this.ownersOf(list)) {
      if (on.isPaused) continue
      const client = this.cluster.deployment.client(on, 'waiting')
      client.post('BLPOP', queue, '0')
      this.blocked.push({ client, on, queue })
    }
  }

  /** Reads what has been answered. */
  look(): void {
    for (const { client, pending } of this.takeReplies()) void (client.state === 'ended' && pending.splice(0))
  }

  /** What was promised and is not there, once all is well again. */
  lost(): Acknowledged[] {
    const copies = new Map(this.lists.map((list) => [list, entriesOf(this.ownersOf(list)[0]!, list)]))
    return this.acknowledged.filter(({ entry, list }) => !copies.get(list)!.has(entry))
  }

  /** Who waits in vain: neither served, nor told to go elsewhere, nor cut off. */
  forgotten(): Blocked[] {
    const waiting = () =>
      this.blocked.filter(({ client }) => client.replies.length === 0 && !['ended', 'refused'].includes(client.state))
    for (const { queue } of waiting()) {
      const [owner] = this.ownersOf(queue)
      this.cluster.send(owner!, 'RPUSH', queue, 'at last')
    }
    this.cluster.advance(1000)
    return waiting()
  }

  private *takeReplies(): Iterable<Writer> {
    for (const writer of this.writers.values()) {
      const { client, pending } = writer
      for (; writer.read < client.replies.length; writer.read++) {
        const { entry, list } = pending.shift()!
        if (isInteger(client.replies[writer.read]!)) {
          this.acknowledged.push({ entry, list, atMs: this.cluster.nowMs })
        }
      }
      yield writer
    }
  }

  private writerOf(node: NodeProcess): Writer {
    let writer = this.writers.get(node)
    if (!writer || writer.client.state === 'ended' || writer.client.state === 'refused') {
      writer = { client: this.cluster.deployment.client(node, 'writer'), pending: [], read: 0 }
      this.writers.set(node, writer)
    }
    return writer
  }

  /** Who takes itself for the owner. */
  private ownersOf(key: Bytes): NodeProcess[] {
    const slot = keySlot(key)
    return this.cluster.nodes.filter(({ isRunning, node }) => {
      const { myself, table } = node.cluster!
      return isRunning && myself.isPrimary && table.owner(slot) === myself
    })
  }
}

function isInteger(reply: Reply): boolean {
  return reply.kind === 'integer'
}

/** A list whose slot is in the share of one of the primaries. */
export function listOf(index: number, primaries: number): Bytes {
  for (let number = 0; ; number++) {
    const list = `{tag-${number}}` as Bytes
    if (Math.floor((keySlot(list) * primaries) / 16_384) === index) return list
  }
}
