/** Everything that the Cluster view draws, made from the deployment as it is and from the trace. Made once, injected below. */
import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { DeploymentView } from '../../../shared/deployment-view'
import { useDeployment } from '../../stores/deployment'
import { useRun } from '../../stores/run'
import { useSelection } from '../../stores/selection'
import type { ActorModel } from '../../trace/model'
import { trafficKey } from '../../trace/model'
import { useTrace } from '../../trace/trace-feed'
import { candidaciesOf, type Candidacy } from './elections'
import { failoverOf, type Failover } from './failover'
import { linksOf, type Link } from './links'
import { shardsOf, slotRanges, type Shard, type SlotRange } from './shards'
import { storyOf, type Story } from './story'

/** A redirect is news for so long. */
const NEWS_US = 2_000_000

export interface Cluster {
  readonly view: ComputedRef<DeploymentView | null>
  readonly shards: ComputedRef<readonly Shard[]>
  readonly ranges: ComputedRef<readonly SlotRange[]>
  readonly actors: ComputedRef<readonly ActorModel[]>
  readonly candidacies: ComputedRef<ReadonlyMap<string, Candidacy>>
  readonly links: ComputedRef<readonly Link[]>
  readonly failover: ComputedRef<Failover | null>
  readonly story: ComputedRef<Story | null>
  /** Whom the selection is about. */
  readonly involved: ComputedRef<ReadonlySet<string>>
  readonly rate: (actor: string, node: string) => number
}

const clusterKey: InjectionKey<Cluster> = Symbol('cluster')

export function createCluster(): Cluster {
  const deployment = useDeployment()
  const trace = useTrace()
  const run = useRun()
  const selection = useSelection()

  const view = computed(() => deployment.view)
  const shards = computed(() => (view.value ? shardsOf(view.value) : []))
  const ranges = computed(() => (view.value?.topology === 'cluster' ? slotRanges(view.value) : []))
  const actors = computed(() => {
    void trace.structure.value
    return [...trace.model.value.actors.values()].filter(
      ({ hasLeft, role, connections }) => !hasLeft && (role !== 'console' || connections.size > 0),
    )
  })
  const candidacies = computed(() => {
    void trace.structure.value
    return candidaciesOf(trace.model.value.incidents)
  })
  const rate = (actor: string, node: string) =>
    trace.model.value.traffic.get(trafficKey(actor, node))?.perSecond(Math.max(run.clockUs(), 0)) ?? 0
  const links = computed(() => {
    void trace.tick.value
    if (!view.value) return []
    const now = run.clockUs()
    return linksOf({
      view: view.value,
      shards: shards.value,
      actors: actors.value.map(({ name }) => name),
      rate,
      candidacies: candidacies.value,
      redirects: [...trace.model.value.redirects.values()].filter(({ lastUs }) => now - lastUs < NEWS_US),
    })
  })
  const failover = computed(() => {
    void trace.structure.value
    return failoverOf(trace.model.value.incidents)
  })
  const story = computed(() => {
    void trace.structure.value
    void trace.tick.value
    const { incidents, redirects } = trace.model.value
    return storyOf(incidents, redirects, (seq) => trace.log.value.typeAt(seq), view.value?.topology !== 'replicated')
  })
  const involved = computed(() => {
    const { current } = selection
    if (current.kind === 'node' || current.kind === 'actor') return new Set([current.name])
    if (current.kind !== 'event') return new Set<string>()
    const item = story.value?.items.find(({ seq }) => seq === current.seq)
    if (item) return new Set(item.machines)
    const event = selection.event
    return new Set(event ? machinesOf(event) : [])
  })
  return { view, shards, ranges, actors, candidacies, links, failover, story, involved, rate }
}

const machineFields = ['actor', 'node', 'about', 'from', 'to', 'primary', 'replica', 'inPlaceOf', 'peer'] as const

/** The machines that any event names. */
function machinesOf(event: object): string[] {
  const fields = event as Readonly<Record<string, unknown>>
  return machineFields.flatMap((name) => {
    const value = fields[name]
    return typeof value === 'string' && value !== '' ? value.split(', ') : []
  })
}

export function provideCluster(cluster: Cluster): void {
  provide(clusterKey, cluster)
}

export function useCluster(): Cluster {
  const cluster = inject(clusterKey)
  if (!cluster) throw new Error('No cluster was provided here.')
  return cluster
}
