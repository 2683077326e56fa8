/**
 * Where nodes stand. Three columns: senders, resources, receivers. The nodes a run begins with are placed together,
 * each column centred on the tallest; one that comes later goes below the lowest of its column, so that nothing that is
 * already on screen moves.
 */
import type { GraphNode } from './edges'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const NODE_HEIGHT = 44
const PITCH = 72
const TOP = 76
const columns = [
  { x: 24, width: 164 },
  { x: 372, width: 190 },
  { x: 810, width: 178 },
] as const

/** What joined before the clock moved this far is part of the run's beginning. */
const BEGINNING_US = 1000

export function sizeOf(node: GraphNode): Size {
  return { width: columns[node.column].width, height: NODE_HEIGHT }
}

/** The places of all nodes: `known` ones keep theirs. */
export function place(nodes: readonly GraphNode[], known: ReadonlyMap<string, Point>): Map<string, Point> {
  const places = new Map<string, Point>()
  for (const node of nodes) {
    const point = known.get(node.id)
    if (point) places.set(node.id, point)
  }
  const beginners = nodes.filter((node) => node.sinceUs <= BEGINNING_US)
  // Each column's height counts the nodes that have been moved too, so that a moved one leaves its gap.
  const tallest = Math.max(1, ...columns.map((_, column) => beginners.filter((n) => n.column === column).length))
  columns.forEach(({ x }, column) => {
    const inColumn = nodes.filter((node) => node.column === column)
    const first = inColumn.filter((node) => node.sinceUs <= BEGINNING_US)
    const top = TOP + ((tallest - first.length) * PITCH) / 2
    first.forEach((node, row) => {
      if (!places.has(node.id)) places.set(node.id, { x, y: top + row * PITCH })
    })
    for (const node of inColumn) {
      if (!places.has(node.id)) places.set(node.id, { x, y: lowest(places, inColumn, x, top) })
    }
  })
  return places
}

function lowest(places: ReadonlyMap<string, Point>, inColumn: readonly GraphNode[], x: number, top: number): number {
  let y = top
  for (const node of inColumn) {
    const point = places.get(node.id)
    // A node that was dragged out of its column does not push others down.
    if (point && Math.abs(point.x - x) < 120) y = Math.max(y, point.y + PITCH)
  }
  return y
}
