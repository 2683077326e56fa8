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
const GAP = 28
const TOP = 76
const columns = [
  { x: 24, width: 164 },
  { x: 372, width: 190 },
  { x: 810, width: 178 },
] as const

/** What joined before the clock moved this far is part of the run's beginning. */
const BEGINNING_US = 1000

/** Queues are wider than what forgets: a tape has to fit in. They stand around the same middle. */
const QUEUE_WIDTH = 244
const TAPE_HEIGHT = 38
const GROUP_HEIGHT = 96

export function sizeOf(node: GraphNode): Size {
  if (node.kind !== 'queue') return { width: columns[node.column].width, height: NODE_HEIGHT }
  const groups = node.queue === 'stream' ? (node.groups ?? 0) : 0
  const height = groups > 0 ? NODE_HEIGHT + TAPE_HEIGHT + groups * GROUP_HEIGHT : NODE_HEIGHT
  return { width: QUEUE_WIDTH, height }
}

function leftOf(node: GraphNode): number {
  const { x, width } = columns[node.column]
  return x + (width - sizeOf(node).width) / 2
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
  const heightOf = (inColumn: readonly GraphNode[]) =>
    inColumn.reduce((height, node) => height + sizeOf(node).height + GAP, 0)
  const tallest = Math.max(
    NODE_HEIGHT + GAP,
    ...columns.map((_, column) => heightOf(beginners.filter((node) => node.column === column))),
  )
  columns.forEach((_, column) => {
    const inColumn = nodes.filter((node) => node.column === column)
    const first = inColumn.filter((node) => node.sinceUs <= BEGINNING_US)
    const top = TOP + (tallest - heightOf(first)) / 2
    let y = top
    for (const node of first) {
      if (!places.has(node.id)) places.set(node.id, { x: leftOf(node), y })
      y += sizeOf(node).height + GAP
    }
    for (const node of inColumn) {
      if (places.has(node.id)) continue
      places.set(node.id, { x: leftOf(node), y: lowest(places, inColumn, leftOf(node), top) })
    }
  })
  return places
}

function lowest(places: ReadonlyMap<string, Point>, inColumn: readonly GraphNode[], x: number, top: number): number {
  let y = top
  for (const node of inColumn) {
    const point = places.get(node.id)
    // A node that was dragged out of its column does not push others down.
    if (point && Math.abs(point.x - x) < 120) y = Math.max(y, point.y + sizeOf(node).height + GAP)
  }
  return y
}

/** Room around a fitted graph; more above and below, where tools and narration lie. */
const MARGIN = { x: 24, top: 56, bottom: 72 }
const ZOOM_MIN = 0.4

/** The part of the plane that shows all boxes, and the width of the three columns in any case, at no more than 100 %. */
export function viewOf(
  boxes: readonly { readonly at: Point; readonly size: Size }[],
  { width, height }: Size,
): { x: number; y: number; zoom: number } {
  const last = columns[2]
  const left = Math.min(columns[0].x, ...boxes.map(({ at }) => at.x))
  const right = Math.max(last.x + last.width, ...boxes.map(({ at, size }) => at.x + size.width))
  const top = Math.min(...boxes.map(({ at }) => at.y), boxes.length > 0 ? Infinity : TOP)
  const bottom = Math.max(...boxes.map(({ at, size }) => at.y + size.height), boxes.length > 0 ? -Infinity : TOP)
  const room = { width: Math.max(1, width - 2 * MARGIN.x), height: Math.max(1, height - MARGIN.top - MARGIN.bottom) }
  const zoom = Math.max(ZOOM_MIN, Math.min(1, room.width / (right - left), room.height / Math.max(1, bottom - top)))
  return {
    x: MARGIN.x + (room.width - (right - left) * zoom) / 2 - left * zoom,
    y: MARGIN.top + (room.height - (bottom - top) * zoom) / 2 - top * zoom,
    zoom,
  }
}
