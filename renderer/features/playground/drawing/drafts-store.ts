import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { bytesOf } from '../../../../shared/bytes'
import type { ResourceKind } from '../../../../shared/scenario/rebind'
import { useTrace } from '../../../trace/trace-feed'
import { channelNode, patternNode, queueNode, type GraphNode } from '../graph/edges'

/**
 * Channels and queues that somebody has put into the graph and nobody uses yet. Redis knows nothing of them: a key is there
 * once something is in it. Once the trace tells of one, it is drawn as what it is.
 */
export const useDrafts = defineStore('drafts', () => {
  const trace = useTrace()
  const nodes = shallowRef<readonly GraphNode[]>([])

  /** Gives the node's id back. One that is there already stays as it is. */
  function add(kind: ResourceKind, name: string): string {
    const node = draftOf(kind, name, trace.model.value.nowUs)
    if (!nodes.value.some(({ id }) => id === node.id)) nodes.value = [...nodes.value, node]
    return node.id
  }

  function remove(id: string): void {
    nodes.value = nodes.value.filter((node) => node.id !== id)
  }

  trace.listen({ reset: () => (nodes.value = []) })

  return { nodes, add, remove }
})

function draftOf(kind: ResourceKind, text: string, sinceUs: number): GraphNode {
  const name = bytesOf(text)
  const common = { name, column: 1, sinceUs, isDraft: true } as const
  if (kind === 'channel') return { ...common, id: channelNode(name), kind }
  if (kind === 'pattern') return { ...common, id: patternNode(name), kind }
  return { ...common, id: queueNode(name), kind: 'queue', queue: kind }
}
