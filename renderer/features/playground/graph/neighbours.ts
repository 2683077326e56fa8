/** Where an arrow key leads from a node: left and right along its edges, up and down within its column. */
import type { Graph, GraphNode } from './edges'
import type { Point } from './layout'

export type Direction = 'left' | 'right' | 'up' | 'down'

export function neighbourInDirection(
  graph: Graph,
  places: ReadonlyMap<string, Point>,
  from: GraphNode,
  direction: Direction,
): string | null {
  const at = places.get(from.id)
  if (!at) return null
  const isAlong = direction === 'left' || direction === 'right'
  const joined = new Set(
    graph.edges.flatMap(({ source, target }) => (source === from.id ? [target] : target === from.id ? [source] : [])),
  )
  let best: string | null = null
  let bestDistance = Infinity
  for (const node of graph.nodes) {
    const to = places.get(node.id)
    if (!to || node.id === from.id) continue
    if (isAlong ? !joined.has(node.id) : node.column !== from.column) continue
    const dx = to.x - at.x
    const dy = to.y - at.y
    const isThere = { left: dx < 0, right: dx > 0, up: dy < 0, down: dy > 0 }[direction]
    if (!isThere) continue
    const distance = isAlong ? Math.abs(dy) : Math.abs(dy) + Math.abs(dx)
    if (distance < bestDistance) {
      best = node.id
      bestDistance = distance
    }
  }
  return best
}
