/** The ways that lines take between boxes, and the walls of partitions. */
import type { Box } from './stage-layout'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface LinkPath {
  readonly d: string
  /** Where a mark or a label stands. */
  readonly middle: Point
  /** Points along it, for what travels on it. */
  readonly at: (part: number) => Point
}

/** A way from one box to another; `bow` moves it aside, so that several between the same two lie side by side. */
export function pathBetween(from: Box, to: Box, bow = 0): LinkPath {
  const [a, b] = [centre(from), centre(to)]
  const isVertical = to.y > from.y + from.height || from.y > to.y + to.height
  if (!isVertical) {
    const isRight = b.x > a.x
    const start = { x: isRight ? from.x + from.width : from.x, y: a.y + bow }
    const end = { x: isRight ? to.x : to.x + to.width, y: b.y + bow }
    return curve(start, { x: (start.x + end.x) / 2, y: start.y }, { x: (start.x + end.x) / 2, y: end.y }, end)
  }
  const isDown = to.y > from.y
  const start = { x: clamp(b.x, from, 28) + bow, y: isDown ? from.y + from.height : from.y }
  const end = { x: clamp(a.x, to, 28) + bow, y: isDown ? to.y : to.y + to.height }
  const bend = (end.y - start.y) / 2
  return curve(start, { x: start.x, y: start.y + bend }, { x: end.x, y: end.y - bend }, end)
}

/** Towards the other's middle, but no further than this box reaches. */
function clamp(x: number, box: Box, inset: number): number {
  return Math.max(
    box.x + Math.min(inset, box.width / 2),
    Math.min(box.x + box.width - Math.min(inset, box.width / 2), x),
  )
}

function centre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 }
}

function curve(a: Point, b: Point, c: Point, d: Point): LinkPath {
  const at = (part: number): Point => {
    const rest = 1 - part
    const [w0, w1, w2, w3] = [rest ** 3, 3 * rest ** 2 * part, 3 * rest * part ** 2, part ** 3]
    return {
      x: w0 * a.x + w1 * b.x + w2 * c.x + w3 * d.x,
      y: w0 * a.y + w1 * b.y + w2 * c.y + w3 * d.y,
    }
  }
  const text = ({ x, y }: Point) => `${round(x)} ${round(y)}`
  return { d: `M${text(a)}C${text(b)} ${text(c)} ${text(d)}`, middle: at(0.5), at }
}

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const WALL_MARGIN = 12

/**
 * The walls around one side of a partition: as few rectangles as hold its members and nobody else. Members whose common
 * rectangle would take in a stranger get walls of their own.
 */
export function wallsAround(members: readonly Box[], strangers: readonly Box[]): Rect[] {
  let regions: Rect[] = members.map(inflate)
  const isFree = (rect: Rect) => !strangers.some((box) => overlaps(rect, box))
  for (let merged = true; merged;) {
    merged = false
    for (let i = 0; i < regions.length && !merged; i++) {
      for (let j = i + 1; j < regions.length && !merged; j++) {
        const both = around(regions[i]!, regions[j]!)
        if (!isFree(both)) continue
        regions = [...regions.filter((_, index) => index !== i && index !== j), both]
        merged = true
      }
    }
  }
  return regions
}

function inflate({ x, y, width, height }: Rect): Rect {
  const grown = { x: x - WALL_MARGIN, y: y - WALL_MARGIN }
  return { ...grown, width: width + 2 * WALL_MARGIN, height: height + 2 * WALL_MARGIN }
}

function around(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  const width = Math.max(a.x + a.width, b.x + b.width) - x
  return { x, y, width, height: Math.max(a.y + a.height, b.y + b.height) - y }
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** A rectangle with zigzag edges, clockwise from its upper left corner. */
export function zigzag({ x, y, width, height }: Rect, tooth = 5): string {
  const corners = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ]
  let d = `M${round(x)} ${round(y)}`
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % 4]!
    const [dx, dy] = [Math.sign(next.x - corner.x), Math.sign(next.y - corner.y)]
    const length = Math.abs(next.x - corner.x) + Math.abs(next.y - corner.y)
    const teeth = Math.max(1, Math.round(length / (tooth * 2.4)))
    const step = length / teeth
    for (let at = 0; at < teeth; at++) {
      const half = (at + 0.5) * step
      const full = (at + 1) * step
      // Teeth point inwards, so that the wall stays off its neighbours.
      d += `L${round(corner.x + dx * half - dy * tooth)} ${round(corner.y + dy * half + dx * tooth)}`
      d += `L${round(corner.x + dx * full)} ${round(corner.y + dy * full)}`
    }
  })
  return `${d}Z`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
