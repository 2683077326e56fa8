import type { Bytes } from '../../../shared/bytes'
import type { ClusterEvent } from '../cluster/cluster-events'
import { keySlot } from '../cluster/key-slot'
import type { NodeProcess } from '../node/node-process'
import type { NodeObserver } from '../ports'
import type { TestCluster } from './test-cluster'

/** A write, where and when it was carried out first. */
export interface Write {
  readonly entry: string
  readonly list: Bytes
  readonly node: NodeProcess
  readonly atMs: number
  /** The history that it belongs to, and the bytes that come before it there. */
  readonly history: string
  readonly offset: number
}

/** From when on a node has been the owner of a list, and with what it began. */
export interface Reign {
  readonly list: Bytes
  readonly node: NodeProcess
  readonly atMs: number
  readonly epoch: number
  /** `agreed`: CLUSTER FAILOVER, with the old primary paused. */
  readonly how: 'created' | 'elected' | 'agreed' | 'forced'
  readonly entries: ReadonlySet<string>
  /** What it had followed, and how far it had come. */
  readonly history: string
  readonly offset: number
  /** The history that whom it replaced was writing then. */
  readonly replaced: string | undefined
}

/**
 * Who carried out which write, who has ever had it, and who owned a list when, and how it came to that. Written as it
 * happens, so that afterwards each write that is lost can be led back to what has lost it.
 */
export class WriteLedger {
  readonly writes = new Map<string, Write>()
  private readonly reigns = new Map<Bytes, Reign[]>()
  private readonly holders = new Map<string, Set<NodeProcess>>()
  private readonly agreed = new Set<NodeProcess>()
  private readonly slots: ReadonlyMap<Bytes, number>

  constructor(
    private readonly cluster: () => TestCluster,
    private readonly lists: readonly Bytes[],
  ) {
    this.slots = new Map(lists.map((list) => [list, keySlot(list)]))
  }

  /** What is to be noted of a node, by its place in the cluster. */
  observer(place: number): Partial<NodeObserver> {
    return {
      command: (client, argv, tag) => {
        if (argv[0] === 'RPUSH' && this.slots.has(argv[1]!)) this.noteWrite(place, client, argv[1]!, argv[2]!)
        return tag
      },
      replicationEvent: ({ kind }) => {
        if (kind === 'link-up') this.noteCopy(this.cluster().nodes[place]!)
      },
      clusterEvent: (event) => this.noteEvent(place, event),
    }
  }

  /** The first owners. */
  begin(): void {
    for (const node of this.cluster().nodes) if (node.node.cluster!.myself.isPrimary) this.noteReign(node, 'created')
  }

  /** By epoch, which is what decides. */
  reignsOf(list: Bytes): readonly Reign[] {
    return [...this.reigns.get(list)!].sort((one, other) => one.epoch - other.epoch)
  }

  hasEverHad(node: NodeProcess, entry: string): boolean {
    return this.holders.get(entry)?.has(node) === true
  }

  private noteWrite(place: number, client: number, list: Bytes, entry: string): void {
    const { nodes, nowMs } = this.cluster()
    const node = nodes[place]!
    const { replication, cluster } = node.node
    const isStreamed = replication.client?.id === client
    if (!isStreamed) {
      if (cluster!.table.owner(this.slots.get(list)!) !== cluster!.myself) return
      const { id: history, offset } = replication
      this.writes.set(entry, { entry, list, node, atMs: nowMs, history, offset })
    }
    this.noteHolder(entry, node)
  }

  /** All of a primary's data has come, or what was missing of it. */
  private noteCopy(node: NodeProcess): void {
    for (const list of this.lists) for (const entry of entriesOf(node, list)) this.noteHolder(entry, node)
  }

  private noteHolder(entry: string, node: NodeProcess): void {
    const holders = this.holders.get(entry)
    if (holders) holders.add(node)
    else this.holders.set(entry, new Set([node]))
  }

  private noteEvent(place: number, event: ClusterEvent): void {
    const node = this.cluster().nodes[place]!
    if (event.kind === 'manual-failover') {
      if (event.step === 'offset matched') this.agreed.add(node)
      else this.agreed.delete(node)
    } else if (event.kind === 'promoted') {
      const { manual } = node.node.cluster!
      const isManual = manual.isOn && manual.canStart
      const how = !isManual ? 'elected' : this.agreed.has(node) ? 'agreed' : 'forced'
      this.noteReign(node, how, event.inPlaceOf)
    }
  }

  private noteReign(node: NodeProcess, how: Reign['how'], inPlaceOf?: string): void {
    const { cluster, replication } = node.node
    const { table, myself } = cluster!
    for (const list of this.lists) {
      if (table.owner(this.slots.get(list)!) !== myself) continue
      const reign: Reign = {
        list,
        node,
        atMs: this.cluster().nowMs,
        epoch: myself.configEpoch,
        how,
        entries: entriesOf(node, list),
        history: replication.secondId,
        offset: replication.secondOffset - 1,
        replaced: inPlaceOf === undefined ? undefined : this.cluster().process(inPlaceOf).node.replication.id,
      }
      const reigns = this.reigns.get(list)
      if (reigns) reigns.push(reign)
      else this.reigns.set(list, [reign])
    }
  }
}

export function entriesOf({ node }: NodeProcess, list: Bytes): ReadonlySet<string> {
  const value = node.keyspace.databases[0]!.peek(list)?.value
  const items = value?.type === 'list' ? value.items : undefined
  return new Set(Array.from({ length: items?.length ?? 0 }, (_, index) => items!.get(index)))
}
